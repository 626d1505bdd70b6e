// How much a page loads to report and to follow: everything of the client but the sentences of `explain`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const MOST = 60 * 1024;

async function bundled(contents) {
  const built = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    write: false,
  });
  const [{ contents: code }] = built.outputFiles;
  return { code: new TextDecoder().decode(code), size: gzipSync(code, { level: 9 }).length };
}

test("a page that submits and follows loads at most 60 KiB, compressed", async () => {
  const names = "openLine, parseReceipt, shownText";
  const { code, size } = await bundled(`export { ${names} } from "@meldpunt/client";`);
  assert.ok(size <= MOST, `${size} bytes`);
  assert.doesNotMatch(code, /\b(?:WebAssembly|localStorage|indexedDB|new Worker|eval)\b/);
});

test("a page for reporters loads nothing of the handler's side, and that is small too", async () => {
  const isHandlers = (code) => code.includes("/v1/inbox") || code.includes("meldpunt-key-file");
  const reporter = await bundled('export * from "@meldpunt/client";');
  assert.ok(!isHandlers(reporter.code));
  const handler = await bundled('export { openHandler } from "@meldpunt/client/handler";');
  assert.ok(isHandlers(handler.code));
  assert.ok(handler.size <= 80 * 1024, `${handler.size} bytes`);
  assert.doesNotMatch(handler.code, /\b(?:WebAssembly|localStorage|indexedDB|new Worker|eval)\b/);
});

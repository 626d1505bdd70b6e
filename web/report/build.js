// Two builds of one source: several files with a manifest, and one file that works opened from disk.
//
// `node build.js FOLDER` writes both. The same source gives the same bytes in every folder and on every machine: no
// time, no path, no name of a line is in them. `make page` runs it (CONTRIBUTING.md).

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

const HERE = import.meta.dirname;
const SDK = join(HERE, "..", "sdk", "src");

/** Where a page may send: its own server, hosts with TLS, onion services, and this machine for who develops. */
const REACHES = "https: http://*.onion http://127.0.0.1:* http://localhost:*";
const ALWAYS = [
  "default-src 'none'",
  "img-src data: blob:",
  "form-action 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
];
const POLICY = [
  ...ALWAYS,
  "script-src 'self'",
  "style-src 'self'",
  `connect-src 'self' ${REACHES}`,
].join("; ");
/** Only a header can say this; the page refuses to run in a frame by itself. */
const FRAMES = "; frame-ancestors 'none'";
const SINGLE = "meldpunt-page.html";

/**
 * The SDK from its source, so that no older build of it gets in. esbuild resolves the file, as it does for an import
 * inside the SDK: else what it knows of a module hangs on which import came first, and so do the bytes.
 */
const fromSource = {
  name: "sdk",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^@meldpunt\/client(\/|$)/ }, ({ path, kind }) => {
      const name = path.replace("@meldpunt/client", "").slice(1);
      const file = name === "" || name === "cleaning" ? join(name, "index.ts") : `${name}.ts`;
      return resolve(`./${file}`, { kind, resolveDir: SDK });
    });
  },
};

/** What esbuild writes, by name: `page.js`, `page.css` and the parts that are loaded later. */
async function bundled(options) {
  const { outputFiles } = await build({
    absWorkingDir: HERE,
    entryPoints: { page: "src/main.tsx" },
    outdir: "out",
    bundle: true,
    write: false,
    minify: true,
    charset: "utf8",
    legalComments: "inline",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    tsconfigRaw: { compilerOptions: { jsx: "react-jsx", jsxImportSource: "preact" } },
    plugins: [fromSource],
    logLevel: "warning",
    ...options,
  });
  const out = join(HERE, "out");
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(out.length + 1), contents]));
}

/** Without its indentation, which nobody needs who loads it. */
const template = () => readFileSync(join(HERE, "index.html"), "utf-8").replaceAll(/\n +/g, "\n");

/** Put something in the place of the one text that is there. */
function put(page, place, text) {
  if (page.split(place).length !== 2) throw new Error(`index.html must have once: ${place}`);
  return page.replace(place, () => text);
}

const CHARSET = '<meta charset="utf-8" />';
const STYLES = '<link rel="stylesheet" href="page.css" />';
const SCRIPT = '<script type="module" src="page.js"></script>';
const withPolicy = (page, policy) =>
  put(
    page,
    CHARSET,
    `${CHARSET}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
  );

async function severalFiles() {
  const files = await bundled({
    format: "esm",
    splitting: true,
    chunkNames: "part-[hash]",
  });
  return files.set("index.html", Buffer.from(withPolicy(template(), POLICY)));
}

/** One file: a classic script, since a module is never loaded from disk, allowed by its hash. */
async function oneFile() {
  const files = await bundled({ format: "iife" });
  const [script, styles] = ["page.js", "page.css"].map((name) =>
    Buffer.from(files.get(name)).toString("utf-8").trim(),
  );
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(styles))
    throw new Error("the script or the styles would end their element early");
  const policy = [
    ...ALWAYS,
    `script-src '${hash(script)}'`,
    `style-src '${hash(styles)}'`,
    `connect-src ${REACHES}`,
  ].join("; ");
  const page = put(
    put(template(), SCRIPT, `<script>${script}</script>`),
    STYLES,
    `<style>${styles}</style>`,
  );
  return Buffer.from(withPolicy(page, policy));
}

const sha256 = (data) => createHash("sha256").update(data);
const hash = (text) => `sha256-${sha256(text).digest("base64")}`;

/** The manifest: one signed form of JSON (openapi/texts.md section 7). */
function manifest(files) {
  const { version } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf-8"));
  const listed = [...files].map(([path, data]) => ({
    path,
    hash: sha256(data).digest("base64url"),
    size: data.length,
  }));
  listed.sort((a, b) => (a.path < b.path ? -1 : 1));
  return JSON.stringify({ version: 1, release: version, policy: POLICY + FRAMES, files: listed });
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node build.js FOLDER");
const files = await severalFiles();
files.set(SINGLE, await oneFile());
files.set("page-manifest.json", Buffer.from(manifest(files)));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, data] of files) writeFileSync(join(folder, name), data);

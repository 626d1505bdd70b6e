// Make what the tarball holds: the program in one file, with the client and its libraries inside, and the vectors.
// A package that asked a registry for `@meldpunt/client` would take it from whoever owns that name.

import { cp, rm } from "node:fs/promises";

import { build } from "esbuild";

const here = (path) => new URL(path, import.meta.url);
await rm(here("dist"), { recursive: true, force: true });
await build({
  entryPoints: [here("src/main.js").pathname],
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: ["puppeteer-core"],
  legalComments: "inline",
  outfile: here("dist/meldpunt-kit.js").pathname,
});
await cp(here("../../openapi/vectors"), here("vectors"), { recursive: true });
await cp(here("../../LICENSE"), here("LICENSE"));

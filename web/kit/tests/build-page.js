// Build a page of these tests into a folder: node build-page.js SCRIPT HTML FOLDER

import { copyFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { build } from "esbuild";

const [script, html, folder] = process.argv.slice(2);
await build({
  entryPoints: [script],
  bundle: true,
  format: "esm",
  target: "es2022",
  outdir: folder,
});
await copyFile(html, join(folder, basename(html)));

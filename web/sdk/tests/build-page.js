// Build the page for tests in real browsers into a folder: node build-page.js FOLDER

import { copyFile } from "node:fs/promises";
import { join } from "node:path";

import { build } from "esbuild";

const [folder] = process.argv.slice(2);
await build({
  entryPoints: [join(import.meta.dirname, "page", "page.js")],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outdir: folder,
});
await copyFile(join(import.meta.dirname, "page", "index.html"), join(folder, "index.html"));

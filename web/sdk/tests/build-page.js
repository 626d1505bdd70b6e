// Build the pages for tests in real browsers into a folder: node build-page.js FOLDER

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { build } from "esbuild";

const PAGES = join(import.meta.dirname, "page");
const NAMES = [
  { page: "index.html", script: "page.js" },
  { page: "handler.html", script: "handler.js" },
];
const [folder] = process.argv.slice(2);
await build({
  entryPoints: NAMES.map(({ script }) => join(PAGES, script)),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outdir: folder,
});
const template = await readFile(join(PAGES, "index.html"), "utf-8");
for (const { page, script } of NAMES) {
  await writeFile(join(folder, page), template.replace("page.js", script));
}

// What cleaning makes of files, as a function that a page can run: `node browser-cleaning.js` prints it.

import { build } from "esbuild";

const { outputFiles } = await build({
  stdin: { contents: 'export * from "@meldpunt/client/cleaning"', resolveDir: import.meta.dirname },
  bundle: true,
  write: false,
  minify: true,
  format: "iife",
  globalName: "cleaning",
});
process.stdout.write(`async (files) => {
  ${outputFiles[0].text}
  const cleaned = async (file) => {
    try {
      const found = await cleaning.cleanPicture(new Blob([Uint8Array.from(file)]));
      return { ...found, data: [...found.data] };
    } catch (error) {
      return { failure: error.failure ?? String(error) };
    }
  };
  const made = [];
  for (const file of files) made.push(await cleaned(file));
  return made;
}`);

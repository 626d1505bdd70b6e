// Run an implementation in any language through the vectors.

import { existsSync, readdirSync, readFileSync } from "node:fs";

import { Adapter } from "../adapter.js";
import { faultOf } from "./compare.js";
import { HIGHEST, levelOf } from "./levels.js";

const PATIENCE = 180_000;

/** The vectors: beside the packed program, or in openapi/ of a clone. */
function ownFolder() {
  const folders = ["../vectors/", "../../../../openapi/vectors/"];
  const found = folders
    .map((path) => new URL(path, import.meta.url))
    .find((folder) => existsSync(new URL("receipt.json", folder)));
  if (found === undefined) throw new Error("the vectors are not here: is the package whole?");
  return found;
}

/** Every file up to a level: its name, level and vectors. */
export function readVectors(level, folder = ownFolder()) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => ({ file: name.slice(0, -".json".length), path: new URL(name, folder) }))
    .map(({ file, path }) => ({
      file,
      level: levelOf(file),
      ...JSON.parse(readFileSync(path, "utf8")),
    }))
    .filter((each) => each.level <= level);
}

/** Ask a program every vector up to a level; per file what passed, and what is wrong in words. */
export async function runVectors(command, level = HIGHEST) {
  let adapter = new Adapter(command, PATIENCE);
  const ask = async (question) => {
    const answer = await adapter.ask(question);
    if (answer.failed === undefined) return answer;
    await adapter.stop(); // one vector that ends a program, or holds it, is one fault
    adapter = new Adapter(command, PATIENCE);
    return answer;
  };
  try {
    const files = [];
    for (const { file, level: own, vectors } of readVectors(level)) {
      files.push({ file, level: own, total: vectors.length, faults: await faults(ask, vectors) });
    }
    return files;
  } finally {
    await adapter.stop();
  }
}

async function faults(ask, vectors) {
  const found = [];
  for (const { name, operation, input, comment, ...wanted } of vectors) {
    const answer = await ask({ operation, input });
    const fault = faultOf(wanted, answer);
    if (fault === undefined) continue;
    found.push({ name, operation, comment, fault, isMissing: answer.unknown === true });
  }
  return found;
}

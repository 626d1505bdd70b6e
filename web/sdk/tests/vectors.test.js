// Every vector of openapi/vectors holds in JavaScript too.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { RefusedError } from "@meldpunt/client";

import { OPERATIONS } from "./operations.js";

const folder = new URL("../../../openapi/vectors/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

async function answer(operation, input) {
  try {
    return { output: await OPERATIONS[operation](input) };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const { reason, field } = error;
    return field === undefined ? { refused: reason } : { refused: reason, field };
  }
}

test("there are vectors", () => assert.ok(files.length >= 10));

for (const file of files) {
  const { vectors } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  for (const { name, operation, input, comment, ...expected } of vectors) {
    test(`${file} ${name}`, async () => {
      assert.deepEqual(await answer(operation, input), expected, comment);
    });
  }
}

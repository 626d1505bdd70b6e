// The table of characters says what Unicode's own property says, by another library.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const table = JSON.parse(
  readFileSync(new URL("../../openapi/characters.json", import.meta.url), "utf8"),
);

test("what is ignorable is ignorable", () => {
  const found = new Set();
  for (const span of table.ignorable) {
    const [first, last = first] = span.split("..").map((code) => parseInt(code, 16));
    for (let code = first; code <= last; code++) found.add(code);
  }
  for (let code = 0; code < 0x110000; code++) {
    const expected = /^\p{Default_Ignorable_Code_Point}$/u.test(String.fromCodePoint(code));
    assert.equal(found.has(code), expected, code.toString(16));
  }
});

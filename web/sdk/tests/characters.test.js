// The table of characters says what Unicode's own property says, by another library.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { CHARACTERS, UNICODE } from "@meldpunt/client/protocol/character-table";
import { characterSpans } from "@meldpunt/client/protocol/characters";

const file = new URL("../../../openapi/characters.json", import.meta.url);
const table = JSON.parse(readFileSync(file, "utf8"));

test("the module is the table", () => {
  const { unicode, ...sets } = table;
  assert.equal(UNICODE, unicode);
  assert.deepEqual(Object.keys(CHARACTERS), Object.keys(sets));
  for (const [name, codes] of Object.entries(sets)) {
    const hex = (code) => code.toString(16).toUpperCase().padStart(4, "0");
    const spans = characterSpans(name).map(([a, b]) => (a === b ? hex(a) : `${hex(a)}..${hex(b)}`));
    assert.deepEqual(spans, codes);
  }
});

test("what is ignorable is ignorable", () => {
  const found = new Set();
  for (const span of table.ignorable) {
    const [first, last = first] = span.split("..").map((code) => Number.parseInt(code, 16));
    for (let code = first; code <= last; code++) found.add(code);
  }
  for (let code = 0; code < 0x110000; code++) {
    const expected = /^\p{Default_Ignorable_Code_Point}$/u.test(String.fromCodePoint(code));
    assert.equal(found.has(code), expected, code.toString(16));
  }
});

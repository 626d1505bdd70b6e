// What is shown of a text (protocol.md 7.8), from the table that all implementations share.

import { readFileSync } from "node:fs";

const table = JSON.parse(
  readFileSync(new URL("../../../openapi/characters.json", import.meta.url), "utf8"),
);
const spans = Object.fromEntries(
  Object.entries(table)
    .filter(([, codes]) => Array.isArray(codes))
    .map(([name, codes]) => [name, codes.map((code) => code.split("..").map((n) => parseInt(n, 16)))]),
);

const within = (code, first, last) => code !== undefined && code >= first && code <= last;
export const is = (name, code) =>
  spans[name].some(([first, last = first]) => within(code, first, last));
const isUnseen = (code) => ["ignorable", "blank", "control"].some((name) => is(name, code));
const flags = ["gbeng", "gbsct", "gbwls"].map((code) => [
  ...[...code].map((letter) => 0xe0000 + letter.codePointAt(0)),
  0xe007f,
]);

function flagAt(codes, at) {
  if (codes[at - 1] !== 0x1f3f4) return 0;
  const found = flags.find((flag) => flag.every((code, i) => codes[at + i] === code));
  return found ? found.length : 0;
}

function joinsNext(codes, at) {
  do at--;
  while (is("passedOver", codes[at]));
  return is("joinsNext", codes[at]);
}

function joinsPrevious(codes, at) {
  do at++;
  while (is("passedOver", codes[at]));
  return is("joinsPrevious", codes[at]);
}

function joins(codes, at) {
  if (is("virama", codes[at - 1]) || is("virama", codes[at + 1])) return true;
  if (!is("pictographic", codes[at + 1])) return joinsNext(codes, at) !== joinsPrevious(codes, at);
  let end = at - 1;
  while (codes[end] === 0xfe0f || is("skinTone", codes[end])) end--;
  return is("pictographic", codes[end]);
}

function turns(codes, at) {
  if (!codes.some((code) => is("rightToLeft", code))) return false;
  const own = codes[at] === 0x200e ? "leftToRight" : "rightToLeft";
  const seen = [codes[at - 1], codes[at + 1]].filter((c) => c !== undefined && !isUnseen(c));
  return !seen.every((code) => is(own, code));
}

function hasPlace(codes, at) {
  const [code, before, after] = [codes[at], codes[at - 1], codes[at + 1]];
  const between = (name) => is(name, before) && is(name, after);
  if ([0x200e, 0x200f, 0x61c].includes(code)) return turns(codes, at);
  if (code === 0x200c) return is("virama", before) || (joinsNext(codes, at) && joinsPrevious(codes, at));
  if (code === 0x200d) return joins(codes, at);
  if (code === 0x200b) return between("unspaced");
  if (code === 0x2800) return within(before, 0x2801, 0x28ff) && within(after, 0x2801, 0x28ff);
  if (code === 0x180e) return between("mongolian");
  if (within(code, 0x180b, 0x180d) || code === 0x180f) return is("mongolian", before);
  if (within(code, 0xfe00, 0xfe02) || within(code, 0xe0100, 0xe01ef)) return is("ideograph", before);
  if (code !== 0xfe0e && code !== 0xfe0f) return false;
  const isKeycap = within(before, 0x30, 0x39) || before === 0x23 || before === 0x2a;
  return is("pictographic", before) || (isKeycap && after === 0x20e3);
}

export function shownText(text) {
  const codes = [...text].map((character) => character.codePointAt(0));
  const shown = [];
  for (let at = 0; at < codes.length; at++) {
    const flag = flagAt(codes, at);
    if (flag) {
      shown.push(...codes.slice(at, at + flag));
      at += flag - 1;
    } else shown.push(isUnseen(codes[at]) && !hasPlace(codes, at) ? 0xfffd : codes[at]);
  }
  return shown.map((code) => String.fromCodePoint(code)).join("");
}

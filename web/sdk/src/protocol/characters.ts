/** Sets of characters of one Unicode version (openapi/annexes.md section 7.8). */

import { CHARACTERS } from "./character-table.js";

/** The name of a set in openapi/characters.json. */
export type CharacterSet = Exclude<keyof typeof CHARACTERS, "unicode">;
type Span = readonly [first: number, last: number];

const read = new Map<CharacterSet, Span[]>();

function spansOf(name: CharacterSet): Span[] {
  const known = read.get(name);
  if (known !== undefined) return known;
  const spans = CHARACTERS[name].split(" ").map((span): Span => {
    const [first = 0, last = first] = span.split("..").map((code) => Number.parseInt(code, 16));
    return [first, last];
  });
  read.set(name, spans);
  return spans;
}

/** Whether a code point lies between two, which count too. */
export const within = (code: number | undefined, first: number, last: number): boolean =>
  code !== undefined && code >= first && code <= last;

/** Whether a set holds a code point. */
export const isIn = (name: CharacterSet, code: number | undefined): boolean =>
  spansOf(name).some(([first, last]) => within(code, first, last));

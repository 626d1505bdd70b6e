/** Sets of characters of one Unicode version (openapi/annexes.md section 7.8). */

import { CHARACTERS } from "./character-table.js";

/** The name of a set in openapi/characters.json. */
export type CharacterSet = Exclude<keyof typeof CHARACTERS, "unicode">;
type Span = readonly [first: number, last: number];

const read = new Map<CharacterSet, Span[]>();

function spansOf(name: CharacterSet): readonly Span[] {
  const known = read.get(name);
  if (known !== undefined) return known;
  const spans: Span[] = [];
  let end = 0;
  for (const step of CHARACTERS[name].split(" ")) {
    const [distance = 0, more = 0] = step.split("-").map((digits) => Number.parseInt(digits, 36));
    const first = end + distance;
    end = first + more;
    spans.push([first, end]);
  }
  read.set(name, spans);
  return spans;
}

/** The code points of a set, as first and last of each span, in order. */
export const characterSpans = (name: CharacterSet): readonly Span[] => spansOf(name);

/** Whether a code point lies between two, which count too. */
export const within = (code: number | undefined, first: number, last: number): boolean =>
  code !== undefined && code >= first && code <= last;

/** Whether a set holds a code point. */
export const isIn = (name: CharacterSet, code: number | undefined): boolean =>
  spansOf(name).some(([first, last]) => within(code, first, last));

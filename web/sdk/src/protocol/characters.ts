/** Sets of characters of one Unicode version (openapi/annexes.md section 7.8). */

import { CHARACTERS } from "./character-table.js";

/** The name of a set in openapi/characters.json. */
export type CharacterSet = keyof typeof CHARACTERS;
type Span = readonly [first: number, last: number];

const read = new Map<CharacterSet, Span[]>();

/** The numbers of a packed set: a letter is a digit, and one in lower case is the last of its number. */
function numbersOf(packed: string): number[] {
  return packed.match(/[A-Z]*[a-z]/g)?.map((digits) => {
    let number = 0;
    for (const digit of digits) number = number * 26 + (digit.charCodeAt(0) & 31) - 1;
    return number;
  }) as number[];
}

function spansOf(name: CharacterSet): readonly Span[] {
  const known = read.get(name);
  if (known !== undefined) return known;
  const spans: Span[] = [];
  const numbers = numbersOf(CHARACTERS[name]);
  for (let end = 0, i = 0; i < numbers.length; ) {
    const step = numbers[i++] as number;
    const first = end + (step >> 1);
    end = first + (step & 1 ? (numbers[i++] as number) : 0);
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

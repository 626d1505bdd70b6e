/** What is shown of a text that somebody else wrote (openapi/annexes.md section 7.8). */

import { isIn, within } from "./characters.js";

/** Stands for a character that cannot be seen, where its place does not need it. */
const REPLACEMENT = 0xfffd;
const JOINER = 0x200d;
const NON_JOINER = 0x200c;
const MARKS = [0x200e, 0x200f, 0x61c];

const isUnseen = (code: number): boolean =>
  isIn("ignorable", code) || isIn("blank", code) || isIn("control", code);

/** Whether a person sees anything of a text: more than white space and hidden characters. */
export const isSeen = (text: string): boolean =>
  Array.from(text).some((each) => !isUnseen(each.codePointAt(0) as number) && each.trim() !== "");

const FLAGS = ["gbeng", "gbsct", "gbwls"].map((name) => [
  ...Array.from(name, (letter) => 0xe0000 + letter.charCodeAt(0)),
  0xe007f,
]);

/** How many tags after a black flag make one of three flags. */
function flagAt(codes: number[], at: number): number {
  if (codes[at - 1] !== 0x1f3f4) return 0;
  return FLAGS.find((flag) => flag.every((code, i) => codes[at + i] === code))?.length ?? 0;
}

/** The nearest code point in a direction that is not passed over. */
function neighbour(codes: number[], at: number, step: 1 | -1): number | undefined {
  let place = at + step;
  while (isIn("passedOver", codes[place])) place += step;
  return codes[place];
}

const joinsBefore = (codes: number[], at: number) => isIn("joinsNext", neighbour(codes, at, -1));
const joinsAfter = (codes: number[], at: number) => isIn("joinsPrevious", neighbour(codes, at, 1));

function joins(codes: number[], at: number): boolean {
  if (isIn("virama", codes[at - 1]) || isIn("virama", codes[at + 1])) return true;
  if (!isIn("pictographic", codes[at + 1])) return joinsBefore(codes, at) !== joinsAfter(codes, at);
  let end = at - 1;
  while (codes[end] === 0xfe0f || isIn("skinTone", codes[end])) end -= 1;
  return isIn("pictographic", codes[end]);
}

/** Whether a mark of direction has something to turn. */
function turns(codes: number[], at: number): boolean {
  if (!codes.some((code) => isIn("rightToLeft", code))) return false;
  const own = codes[at] === 0x200e ? "leftToRight" : "rightToLeft";
  const around = [codes[at - 1], codes[at + 1]];
  return around.some((code) => code !== undefined && !isUnseen(code) && !isIn(own, code));
}

function isSelectorInPlace(
  code: number,
  before: number | undefined,
  after: number | undefined,
): boolean {
  if (within(code, 0xfe00, 0xfe02) || within(code, 0xe0100, 0xe01ef))
    return isIn("ideograph", before);
  if (code !== 0xfe0e && code !== 0xfe0f) return false;
  const isKeycap = within(before, 0x30, 0x39) || before === 0x23 || before === 0x2a;
  return isIn("pictographic", before) || (isKeycap && after === 0x20e3);
}

function hasPlace(codes: number[], at: number): boolean {
  const [code, before, after] = [codes[at] as number, codes[at - 1], codes[at + 1]];
  if (MARKS.includes(code)) return turns(codes, at);
  if (code === NON_JOINER)
    return isIn("virama", before) || (joinsBefore(codes, at) && joinsAfter(codes, at));
  if (code === JOINER) return joins(codes, at);
  if (code === 0x200b) return isIn("unspaced", before) && isIn("unspaced", after);
  if (code === 0x2800) return within(before, 0x2801, 0x28ff) && within(after, 0x2801, 0x28ff);
  if (code === 0x180e) return isIn("mongolian", before) && isIn("mongolian", after);
  if (within(code, 0x180b, 0x180d) || code === 0x180f) return isIn("mongolian", before);
  return isSelectorInPlace(code, before, after);
}

/** A text as a person is shown it: U+FFFD for each character that cannot be seen and has no place there. */
export function shownText(text: string): string {
  const codes = Array.from(text, (character) => character.codePointAt(0) as number);
  let shown = "";
  for (let at = 0; at < codes.length; at += 1) {
    const flag = flagAt(codes, at);
    const kept = flag > 0 ? codes.slice(at, at + flag) : undefined;
    const code = codes[at] as number;
    shown += String.fromCodePoint(
      ...(kept ?? [isUnseen(code) && !hasPlace(codes, at) ? REPLACEMENT : code]),
    );
    at += Math.max(flag - 1, 0);
  }
  return shown;
}

/**
 * Clean GIF pictures: keep frames, their times and the number of rounds.
 *
 * GIF89a. `src/meldpunt/cleaning/gif.py` does the same.
 */

import { type Bytes, joined, latin, startsWith } from "./bytes.js";
import { Found } from "./found.js";
import { broken, type Cleaned } from "./results.js";

const [HEADER, DESCRIPTOR, FLAGS] = [13, 10, 10];
const [EXTENSION, PICTURE, END] = [0x21, 0x2c, 0x3b];
const [TIMES, COMMENT, APPLICATION] = [0xf9, 0xfe, 0xff];
const ROUNDS = [latin("NETSCAPE2.0"), latin("ANIMEXTS1.0")];
const [TIMES_SIZE, ROUNDS_SIZE] = [8, 19];

/** A GIF picture without comments and further data. */
export function cleanGif(data: Bytes): Cleaned {
  const found = new Found();
  let at = afterColours(data, 0, HEADER, FLAGS);
  const kept = [data.subarray(0, at)];
  let pictures = 0;
  while (data[at] !== END) {
    let end: number;
    if (data[at] === PICTURE) {
      end = afterBlocks(data, afterColours(data, at, DESCRIPTOR, DESCRIPTOR - 1) + 1);
      kept.push(data.subarray(at, end));
      pictures += 1;
    } else if (data[at] === EXTENSION) {
      end = afterBlocks(data, at + 2);
      const extension = data.subarray(at, end);
      if (isNeeded(extension)) kept.push(extension);
      else found.removed.add(extension[1] === COMMENT ? "comment" : "further-data");
    } else return broken();
    at = end;
  }
  if (pictures === 0) broken();
  found.addRest(data.subarray(at + 1));
  return found.cleaned(joined([...kept, Uint8Array.of(END)]), "image/gif");
}

/** Whether an extension holds the time of a frame or the number of rounds, and no more. */
function isNeeded(extension: Bytes): boolean {
  if (extension[1] === TIMES)
    return extension.length === TIMES_SIZE && extension[2] === TIMES_SIZE - 4;
  return (
    extension[1] === APPLICATION &&
    extension.length === ROUNDS_SIZE &&
    ROUNDS.some((name) => startsWith(extension, name, 3)) &&
    startsWith(extension, Uint8Array.of(3, 1), 14)
  );
}

/** The place after a descriptor and its table of colours. */
function afterColours(data: Bytes, at: number, size: number, flags: number): number {
  if (at + size > data.length) broken();
  const bits = data[at + flags] as number;
  return at + size + (bits & 0x80 ? 3 << ((bits & 7) + 1) : 0);
}

/** The place after sub-blocks. */
function afterBlocks(data: Bytes, from: number): number {
  let at = from;
  while (at < data.length) {
    const size = data[at] as number;
    at += 1 + size;
    if (size === 0) return at;
  }
  return broken();
}

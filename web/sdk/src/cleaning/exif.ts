/**
 * Read from EXIF what it says, and write EXIF that says nothing but which way is up.
 *
 * EXIF 2.32 is a small TIFF file (TIFF 6.0 section 2). `src/meldpunt/cleaning/exif.py` does the same.
 */

import { type Bytes, bigBytes, concat, latin, startsWith } from "./bytes.js";
import type { Trace } from "./results.js";

export const EXIF_MARK = latin("Exif\0\0");
export const UPRIGHT = 1;
const ORIENTATION = 0x0112;
const [EXIF, PLACE, INTEROPERABILITY] = [0x8769, 0x8825, 0xa005];
const SHORT = 3;

const TAGS: readonly [Trace, readonly number[]][] = [
  ["device", [271, 272, 305, 316, 37500, 42033, 42035, 42036, 42037, 50735]],
  ["time", [306, 36867, 36868, 36880, 36881, 36882, 37520, 37521, 37522]],
  ["person", [315, 33432, 40093, 42032]],
  ["comment", [270, 37510, 40091, 40092, 40094, 40095]],
  ["location", [PLACE]],
];
const traceOf = (tag: number): Trace =>
  TAGS.find(([, tags]) => tags.includes(tag))?.[0] ?? "further-data";

/** The EXIF of a picture that is turned, and of which nothing else is known. */
export const orientationExif = (orientation: number): Bytes =>
  concat(
    latin("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01"),
    bigBytes(orientation, 2),
    new Uint8Array(6),
  );

interface Entry {
  readonly tag: number;
  readonly kind: number;
  readonly count: number;
  /** The place of the value. */
  readonly at: number;
}

/** A TIFF file. Reading past its end throws a RangeError. */
class Directories {
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(data: Bytes) {
    this.#view = new DataView(data.buffer, data.byteOffset, data.length);
    this.#little = data[0] === 0x49;
  }

  short = (at: number): number => this.#view.getUint16(at, this.#little);
  long = (at: number): number => this.#view.getUint32(at, this.#little);

  entries(at: number): Entry[] {
    return Array.from({ length: this.short(at) }, (_, number) => {
      const place = at + 2 + 12 * number;
      this.long(place + 8);
      const [tag, kind] = [this.short(place), this.short(place + 2)];
      return { tag, kind, count: this.long(place + 4), at: place + 8 };
    });
  }

  /** Whether another directory follows. Some writers leave out where it is. */
  hasNext(at: number): boolean {
    const end = at + 2 + 12 * this.short(at);
    for (let i = end; i < Math.min(end + 4, this.#view.byteLength); i += 1)
      if (this.#view.getUint8(i) !== 0) return true;
    return false;
  }
}

/** Unreadable EXIF says something. */
function orUnreadable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return otherwise;
    throw error;
  }
}

function inner(file: Directories, at: number): Trace[] {
  const read = () => file.entries(file.long(at)).map(({ tag }) => tag);
  const tags = orUnreadable(read, [0]);
  return tags.filter((tag) => tag !== INTEROPERABILITY).map(traceOf);
}

/** The orientation (1 to 8) and what else EXIF says. */
export function readExif(given: Bytes): { orientation: number; traces: Trace[] } {
  const data = startsWith(given, EXIF_MARK) ? given.subarray(EXIF_MARK.length) : given;
  const unreadable = { orientation: UPRIGHT, traces: ["further-data"] as Trace[] };
  if (!["II*\0", "MM\0*"].some((mark) => startsWith(data, latin(mark)))) return unreadable;
  const file = new Directories(data);
  return orUnreadable(() => {
    const first = file.long(4);
    let orientation = UPRIGHT;
    const traces: Trace[] = [];
    for (const { tag, kind, count, at } of file.entries(first)) {
      if (tag === ORIENTATION) {
        const value = file.short(at);
        const isKnown = kind === SHORT && count === 1 && value >= 2 && value <= 8;
        orientation = isKnown ? value : orientation;
      } else traces.push(...(tag === EXIF ? inner(file, at) : [traceOf(tag)]));
    }
    if (file.hasNext(first)) traces.push("further-pictures");
    return { orientation, traces };
  }, unreadable);
}

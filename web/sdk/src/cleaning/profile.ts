/**
 * Clean colour profiles: keep what computes colours; remove names, makers and dates.
 *
 * ICC.1:2022 section 7: a header of 128 bytes, a table of tags, and the data of each tag.
 * `src/meldpunt/cleaning/profile.py` does the same.
 */

import { type Bytes, big, bigBytes, concat, latin, nameAt } from "./bytes.js";
import { broken } from "./results.js";

const HEADER_SIZE = 128;
const MOST_TAGS = 100;
const COLOUR_TAGS = new Set(
  (
    "rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt chad A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 gamt " +
    "D2B0 D2B1 D2B2 D2B3 B2D0 B2D1 B2D2 B2D3"
  ).split(" "),
);
/** Ranges of header bytes to keep: version, class, colour spaces; signature; intent, illuminant. */
const KEPT_FIELDS = [
  [8, 24],
  [36, 40],
  [64, 80],
] as const;
const TEXT = latin("text\0\0\0\0-\0");
const DESCRIPTION = concat(latin("desc\0\0\0\0\0\0\0\x02-\0"), new Uint8Array(78));
const UNICODE_TEXT = latin("mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x02\0\0\0\x1c\0-");
const FIRST_WITH_UNICODE = 4;

/** Red, green and blue of sRGB, Adobe RGB and Display P3. */
const COMMON = [
  [0.4361, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141],
  [0.6097, 0.3111, 0.0195, 0.2053, 0.6257, 0.0609, 0.1492, 0.0632, 0.7446],
  [0.5151, 0.2412, -0.0011, 0.292, 0.6922, 0.0419, 0.1571, 0.0666, 0.7841],
];
const TOLERANCE = 0.002;

type Tags = Map<string, Bytes>;

/** A profile that computes the same colours and names nothing. @throws {@link CleaningError} `broken`. */
export function bareProfile(data: Bytes): Bytes {
  const tags: Tags = new Map([...readTags(data)].filter(([name]) => COLOUR_TAGS.has(name)));
  const hasUnicode = (data[8] as number) >= FIRST_WITH_UNICODE;
  tags.set("desc", hasUnicode ? UNICODE_TEXT : DESCRIPTION);
  tags.set("cprt", hasUnicode ? UNICODE_TEXT : TEXT);
  return written(data, tags);
}

/** Whether a profile's colour space is so common that it does not point at one device. */
export function isCommon(data: Bytes): boolean {
  const tags = readTags(data);
  if (tags.has("kTRC")) return ![...tags.keys()].some((name) => /^(A2B|B2A|D2B|B2D)/.test(name));
  const curves = ["rTRC", "gTRC", "bTRC"].map((name) => String(tags.get(name)));
  if (new Set(curves).size > 1) return false; // three curves of one device
  const colours = ["rXYZ", "gXYZ", "bXYZ"].flatMap((name) => xyz(tags.get(name)));
  return COMMON.some((space) =>
    space.every((wanted, i) => Math.abs((colours[i] as number) - wanted) < TOLERANCE),
  );
}

function xyz(tag: Bytes | undefined): number[] {
  if (tag === undefined || tag.length < 20) return [-1, -1, -1];
  return [8, 12, 16].map((at) => (big(tag, at, 4) | 0) / 65536);
}

function readTags(data: Bytes): Tags {
  if (nameAt(data, 36) !== "acsp" || data.length < HEADER_SIZE + 4) broken();
  const count = big(data, HEADER_SIZE, 4);
  if (count > MOST_TAGS || data.length < HEADER_SIZE + 4 + 12 * count) broken();
  const tags: Tags = new Map();
  for (let number = 0; number < count; number += 1) {
    const at = HEADER_SIZE + 4 + 12 * number;
    const start = big(data, at + 4, 4);
    const end = start + big(data, at + 8, 4);
    if (end > data.length) broken();
    tags.set(nameAt(data, at), data.subarray(start, end));
  }
  return tags;
}

function written(data: Bytes, tags: Tags): Bytes {
  let at = HEADER_SIZE + 4 + 12 * tags.size;
  const [table, bodies, places]: [Bytes[], Bytes[], Map<string, number>] = [[], [], new Map()];
  for (const [name, body] of tags) {
    const known = String(body); // three colours often share one curve
    if (!places.has(known)) {
      places.set(known, at);
      bodies.push(body, new Uint8Array((4 - (body.length % 4)) % 4));
      at += body.length + ((4 - (body.length % 4)) % 4);
    }
    table.push(latin(name), bigBytes(places.get(known) as number, 4), bigBytes(body.length, 4));
  }
  const header = new Uint8Array(HEADER_SIZE);
  header.set(bigBytes(at, 4));
  for (const [start, end] of KEPT_FIELDS) header.set(data.subarray(start, end), start);
  return concat(header, bigBytes(tags.size, 4), ...table, ...bodies);
}

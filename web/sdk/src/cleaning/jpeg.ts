/**
 * Clean JPEG pictures: leave out segments with traces, and keep the pixels as they are coded.
 *
 * ITU-T T.81 annex B. `src/meldpunt/cleaning/jpeg.py` does the same.
 */

import { type Bytes, big, bigBytes, concat, joined, latin, startsWith } from "./bytes.js";
import { EXIF_MARK } from "./exif.js";
import { Found } from "./found.js";
import { broken, type Cleaned } from "./results.js";

const [START, END, SCAN, COMMENT] = [0xd8, 0xd9, 0xda, 0xfe];
const [JFIF, EXIF, PROFILE, ADOBE] = [0xe0, 0xe1, 0xe2, 0xee];
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker < 0xd0 && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Frames, tables, scans, lines, restarts, the end: without these markers there is no picture. */
const isPicture = (marker: number) =>
  isFrame(marker) || [0xc4, 0xcc, SCAN, END, 0xdb, 0xdc, 0xdd].includes(marker);
const isRestart = (marker: number) => marker >= 0xd0 && marker < 0xd8;
/** Markers without a length. */
const isBare = (marker: number) =>
  marker === 0x01 || marker === START || marker === END || isRestart(marker);
const [JFIF_MARK, PROFILE_MARK, ADOBE_MARK] = ["JFIF\0", "ICC_PROFILE\0", "Adobe"].map(latin) as [
  Bytes,
  Bytes,
  Bytes,
];
/** JFIF 1.01 without a density and a preview. */
const PLAIN_JFIF = latin("\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
/** It says in one last byte how colours are coded. Without it a picture looks different. */
const PLAIN_ADOBE = latin("\xff\xee\0\x0eAdobe\0\x64\0\0\0\0");
const ADOBE_SIZE = 12;
const PROFILE_PIECE = 65519;

/** A JPEG picture with its pixels, its orientation and the bare colour profile. */
export function cleanJpeg(data: Bytes): Cleaned {
  const [found, kept, profile] = [new Found(), [] as Bytes[], new Map<number, Bytes>()];
  const seen = new Set<number>();
  let last = 0;
  for (const { marker, start, end } of segments(data)) {
    const body = data.subarray(start + 4, Math.max(end, start + 4));
    seen.add(marker);
    last = end;
    if (isPicture(marker)) kept.push(data.subarray(start, end));
    else if (isAdobe(marker, body)) kept.push(PLAIN_ADOBE, body.slice(ADOBE_SIZE - 1, ADOBE_SIZE));
    else if (marker === PROFILE && startsWith(body, PROFILE_MARK)) {
      const at = PROFILE_MARK.length;
      const number = big(body, at, 1);
      if (!profile.has(number)) profile.set(number, body.subarray(at + 2));
    } else if (!isBare(marker)) note(marker, body, found);
  }
  if (!seen.has(SCAN) || ![...seen].some(isFrame)) broken();
  if (profile.size > 0)
    found.addProfile(concat(...[...profile].sort(([a], [b]) => a - b).map(([, piece]) => piece)));
  found.addRest(data.subarray(last));
  const head = [latin("\xff\xd8"), seen.has(JFIF) ? PLAIN_JFIF : new Uint8Array(0)];
  if (found.exif.length > 0) head.push(segment(EXIF, concat(EXIF_MARK, found.exif)));
  return found.cleaned(joined([...head, ...profileSegments(found.profile), ...kept]), "image/jpeg");
}

const isAdobe = (marker: number, body: Bytes) =>
  marker === ADOBE && startsWith(body, ADOBE_MARK) && body.length >= ADOBE_SIZE;

/** Note what a segment says. JFIF may have a preview, and its extensions are one. */
function note(marker: number, body: Bytes, found: Found): void {
  if (marker === JFIF) {
    if (!startsWith(body, JFIF_MARK) || body.length > PLAIN_JFIF.length - 4)
      found.removed.add("further-pictures");
  } else if (marker === EXIF && startsWith(body, EXIF_MARK)) found.addExif(body);
  else found.removed.add(marker === COMMENT ? "comment" : "further-data");
}

/** The segments of a colour profile (ICC.1 annex B.4). */
function profileSegments(profile: Bytes): Bytes[] {
  const count = Math.ceil(profile.length / PROFILE_PIECE);
  return Array.from({ length: count }, (_, i) => {
    const piece = profile.subarray(i * PROFILE_PIECE, (i + 1) * PROFILE_PIECE);
    return segment(PROFILE, concat(PROFILE_MARK, Uint8Array.of(i + 1, count), piece));
  });
}

const segment = (marker: number, body: Bytes): Bytes =>
  concat(Uint8Array.of(0xff, marker), bigBytes(body.length + 2, 2), body);

/** Marker, start and end of each segment after the first. A scan has its coded bytes. */
function* segments(data: Bytes): Generator<{ marker: number; start: number; end: number }> {
  let at = 2;
  while (at + 1 < data.length) {
    if (data[at] !== 0xff) broken();
    const marker = data[at + 1] as number;
    if (marker === 0xff) {
      at += 1; // fill bytes: T.81 B.1.1.2
      continue;
    }
    if (marker === 0 || marker === START) broken();
    let end = at + 2;
    if (!isBare(marker)) {
      const size = big(data, end, 2);
      if (size < 2) broken();
      end += size;
    }
    if (end > data.length) broken();
    if (marker === SCAN) end = endOfScan(data, end);
    yield { marker, start: at, end };
    if (marker === END) return;
    at = end;
  }
  broken();
}

function endOfScan(data: Bytes, from: number): number {
  for (let at = data.indexOf(0xff, from); at >= 0; at = data.indexOf(0xff, at + 2)) {
    const marker = data[at + 1];
    if (marker === undefined) break;
    if (marker !== 0 && !isRestart(marker)) return at;
  }
  return broken();
}

/**
 * Clean WebP pictures: keep the chunks that make the pixels, as they are.
 *
 * RFC 9649 section 2. `src/meldpunt/cleaning/webp.py` does the same.
 */

import { type Bytes, concat, joined, latin, little, littleBytes, nameAt } from "./bytes.js";
import { Found } from "./found.js";
import { broken, type Cleaned } from "./results.js";

const HEADER = 12;
const PIXELS = ["VP8 ", "VP8L"];
const KEPT = [...PIXELS, "ALPH"];
const [EXTENDED_SIZE, FRAME_SIZE] = [10, 16];
const [HAS_PROFILE, HAS_EXIF] = [0x20, 0x08];
/** Flags of `VP8X` that stay: transparency and movement. */
const SHAPE = 0x12;

/** A WebP picture with its pixels, its orientation and the bare colour profile. */
export function cleanWebp(data: Bytes): Cleaned {
  const last = 8 + little(data, 4);
  if (last > data.length) broken();
  const [found, kept] = [new Found(), [] as Bytes[]];
  let [extended, hasPixels]: [Bytes | undefined, boolean] = [undefined, false];
  found.addRest(data.subarray(last));
  for (const { kind, body } of chunks(data.subarray(0, last), HEADER)) {
    hasPixels ||= PIXELS.includes(kind) || kind === "ANMF";
    if (kind === "VP8X" && body.length >= EXTENDED_SIZE && kept.length === 0) extended = body;
    else if (KEPT.includes(kind) || kind === "ANIM") kept.push(chunk(kind, body));
    else if (kind === "ANMF") kept.push(chunk(kind, frame(body, found)));
    else if (kind === "EXIF") found.addExif(body);
    else if (kind === "ICCP") found.addProfile(body);
    else found.removed.add("further-data");
  }
  if (!hasPixels) broken();
  const whole = joined(extended === undefined ? kept : extendedFile(extended, found, kept));
  const size = littleBytes(4 + whole.length, 4);
  return found.cleaned(concat(latin("RIFF"), size, latin("WEBP"), whole), "image/webp");
}

/** The chunks of an extended file in their order: section 2.7. */
function extendedFile(head: Bytes, found: Found, kept: Bytes[]): Bytes[] {
  let flags = (head[0] as number) & SHAPE;
  if (found.profile.length > 0) flags |= HAS_PROFILE;
  if (found.exif.length > 0) flags |= HAS_EXIF;
  const shape = concat(Uint8Array.of(flags, 0, 0, 0), head.subarray(4, EXTENDED_SIZE));
  return [
    chunk("VP8X", shape),
    ...(found.profile.length > 0 ? [chunk("ICCP", found.profile)] : []),
    ...kept,
    ...(found.exif.length > 0 ? [chunk("EXIF", found.exif)] : []),
  ];
}

/** A frame without the chunks that nobody knows. */
function frame(body: Bytes, found: Found): Bytes {
  if (body.length < FRAME_SIZE) broken();
  const kept: Bytes[] = [];
  for (const { kind, body: inner } of chunks(body, FRAME_SIZE)) {
    if (KEPT.includes(kind)) kept.push(chunk(kind, inner));
    else found.removed.add("further-data");
  }
  return joined([body.subarray(0, FRAME_SIZE), ...kept]);
}

function* chunks(data: Bytes, from: number): Generator<{ kind: string; body: Bytes }> {
  let at = from;
  while (at < data.length) {
    const [start, size] = [at + 8, little(data, at + 4)];
    if (start + size > data.length) broken();
    yield { kind: nameAt(data, at), body: data.subarray(start, start + size) };
    at = start + size + (size % 2);
  }
}

const chunk = (kind: string, body: Bytes): Bytes =>
  concat(latin(kind), littleBytes(body.length, 4), body, new Uint8Array(body.length % 2));

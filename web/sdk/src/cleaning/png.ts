/**
 * Clean PNG pictures: keep the chunks that make the pixels, as they are.
 *
 * PNG, third edition, section 5. `src/meldpunt/cleaning/png.py` does the same.
 */

import { type Bytes, big, bigBytes, concat, joined, latin, littleBytes, nameAt } from "./bytes.js";
import { adler32, crc32 } from "./checksums.js";
import { Found } from "./found.js";
import { broken, type Cleaned, type Trace } from "./results.js";

export const SIGNATURE = latin("\x89PNG\r\n\x1a\n");
const KEPT = new Set("IHDR PLTE tRNS IDAT IEND acTL fcTL fdAT".split(" "));
/** They tell of the screen rather than of a person. They go, and are not named. */
const NEUTRAL = new Set("bKGD cHRM gAMA hIST pHYs sBIT sRGB".split(" "));
const TRACE_OF: Readonly<Record<string, Trace>> = {
  tIME: "time",
  tEXt: "comment",
  zTXt: "comment",
  iTXt: "comment",
};
const LONGEST_PROFILE = 8 << 20;
const LONGEST_NAME = 79;
/** Bytes in one block that is not compressed (RFC 1951 section 3.2.4). */
const STORED = 0xffff;

/** A PNG picture with its pixels, its orientation and the bare colour profile. */
export async function cleanPng(data: Bytes): Promise<Cleaned> {
  const [found, kept, counted] = [new Found(), [] as Bytes[], new Map<string, number>()];
  let [announced, last] = [0, 0];
  for (const { kind, start, end } of chunks(data)) {
    const body = data.subarray(start + 8, end - 4);
    last = end;
    if (KEPT.has(kind)) {
      if (crc32(data.subarray(start + 4, end - 4)) !== big(data, end - 4, 4)) broken();
      kept.push(data.subarray(start, end));
      counted.set(kind, (counted.get(kind) ?? 0) + 1);
      if (kind === "acTL") announced = big(body, 0, 4);
    } else if (kind === "eXIf") found.addExif(body);
    else if (kind === "iCCP") found.addProfile(await unpacked(body));
    else if (!NEUTRAL.has(kind)) found.removed.add(TRACE_OF[kind] ?? "further-data");
  }
  const isMoving = counted.has("acTL");
  if (!counted.has("IDAT") || (isMoving && (counted.get("fcTL") ?? 0) !== announced)) broken();
  found.addRest(data.subarray(last));
  const extra: Bytes[] = [];
  if (found.profile.length > 0)
    extra.push(chunk("iCCP", concat(latin("icc\0\0"), packed(found.profile))));
  if (found.exif.length > 0) extra.push(chunk("eXIf", found.exif));
  const [first, ...others] = kept as [Bytes, ...Bytes[]];
  return found.cleaned(joined([SIGNATURE, first, ...extra, ...others]), "image/png");
}

/** Type, start and end of each chunk, to the last one. */
function* chunks(data: Bytes): Generator<{ kind: string; start: number; end: number }> {
  let at = SIGNATURE.length;
  while (at + 12 <= data.length) {
    const end = at + 12 + big(data, at, 4);
    const kind = nameAt(data, at + 4);
    if (end > data.length || (kind === "IHDR") !== (at === SIGNATURE.length)) broken();
    yield { kind, start: at, end };
    if (kind === "IEND") return;
    at = end;
  }
  broken();
}

function chunk(kind: string, body: Bytes): Bytes {
  const checked = concat(latin(kind), body);
  return concat(bigBytes(body.length, 4), checked, bigBytes(crc32(checked), 4));
}

/** The profile of an `iCCP` chunk, at most 8 MiB; nothing if it cannot be read. */
async function unpacked(body: Bytes): Promise<Bytes> {
  const end = body.indexOf(0);
  if (end < 0 || end > LONGEST_NAME || body[end + 1] !== 0) return new Uint8Array(0);
  const packedBytes = new Blob([body.subarray(end + 2)]);
  const parts: Bytes[] = [];
  let size = 0;
  try {
    const reader = packedBytes.stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      parts.push(read.value as Bytes);
      size += read.value.length;
      if (size <= LONGEST_PROFILE) continue;
      await reader.cancel();
      return new Uint8Array(0);
    }
  } catch {
    return new Uint8Array(0);
  }
  return joined(parts);
}

/** Data in the form of zlib, not compressed: every program writes the same bytes. */
function packed(data: Bytes): Bytes {
  const blocks: Bytes[] = [];
  for (let at = 0; at < data.length; at += STORED) {
    const block = data.subarray(at, at + STORED);
    const isLast = at + STORED >= data.length;
    const size = littleBytes(block.length, 2);
    blocks.push(
      Uint8Array.of(isLast ? 1 : 0),
      size,
      size.map((byte) => byte ^ 255),
      block,
    );
  }
  return concat(latin("\x78\x01"), ...blocks, bigBytes(adler32(data), 4));
}

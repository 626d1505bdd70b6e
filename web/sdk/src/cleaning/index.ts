/**
 * Clean a picture before it is encrypted: remove what says who made it, where and when.
 *
 * JPEG, PNG, GIF and WebP are cleaned segment by segment. Nothing is drawn on a canvas: browsers that resist
 * fingerprinting give noise back. The same picture gives the same bytes as the command line.
 */

import { type Bytes, latin, startsWith } from "./bytes.js";
import { cleanGif } from "./gif.js";
import { cleanJpeg } from "./jpeg.js";
import { cleanPng, SIGNATURE } from "./png.js";
import { type Cleaned, CleaningError } from "./results.js";
import { cleanWebp } from "./webp.js";

export { neutralName } from "./names.js";
export {
  type Cleaned,
  CleaningError,
  type CleaningFailure,
  type Remainder,
  type Trace,
} from "./results.js";

/** Bytes of the largest file that is cleaned. It is in memory. */
export const LARGEST = 256 << 20;
const BEGINNING = 12;

type Cleaner = (data: Bytes) => Cleaned | Promise<Cleaned>;

function cleanerOf(beginning: Bytes): Cleaner | undefined {
  const begins = (mark: string, at = 0) => startsWith(beginning, latin(mark), at);
  if (begins("\xff\xd8\xff")) return cleanJpeg;
  if (startsWith(beginning, SIGNATURE)) return cleanPng;
  if (begins("GIF87a") || begins("GIF89a")) return cleanGif;
  return begins("RIFF") && begins("WEBP", 8) ? cleanWebp : undefined;
}

/**
 * Clean a picture. The first bytes say what it is, not its name or its type.
 *
 * A file of another type has the failure `unknown-type` and is not read: name it, and let the person choose.
 *
 * @throws {@link CleaningError} `empty`, `unknown-type`, `too-large`, `broken`; `unreadable` if the file is gone.
 */
export async function cleanPicture(file: Blob): Promise<Cleaned> {
  if (file.size === 0) throw new CleaningError("empty");
  const clean = cleanerOf(await bytesOf(file.slice(0, BEGINNING)));
  if (clean === undefined) throw new CleaningError("unknown-type");
  if (file.size > LARGEST) throw new CleaningError("too-large");
  return clean(await bytesOf(file));
}

async function bytesOf(blob: Blob): Promise<Bytes> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new CleaningError("unreadable");
  }
}

/** Lengths of attachments (openapi/extensions.md section 7.7). */

import { refuse } from "./errors.js";

/** Plaintext of a chunk, in bytes. */
export const CHUNK_SIZE = 65_536;
export const STREAM_HEADER_SIZE = 24;
const OVERHEAD = 17;
/** An encrypted chunk, in bytes. */
export const SEALED_CHUNK_SIZE = CHUNK_SIZE + OVERHEAD;

/** The Padmé length of a file. Beyond 2^31 bit operations fail, so this rounds by division. */
export function padme(size: number): number {
  if (size < 2) return size;
  const exponent = Math.floor(Math.log2(size));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(size / step) * step;
}

/** The length of the ciphertext of a file of `size` bytes. */
export function streamSize(size: number): number {
  const length = padme(size);
  return STREAM_HEADER_SIZE + length + Math.max(1, Math.ceil(length / CHUNK_SIZE)) * OVERHEAD;
}

/** Refuse a length that no ciphertext has. @throws {@link RefusedError} `attachment-size`. */
export function checkStreamSize(length: number): void {
  const chunks = Math.max(1, Math.ceil((length - STREAM_HEADER_SIZE) / SEALED_CHUNK_SIZE));
  const plain = length - STREAM_HEADER_SIZE - chunks * OVERHEAD;
  if (plain < 0 || streamSize(plain) !== length) refuse("attachment-size");
}

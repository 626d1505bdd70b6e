/** Reading numbers and marks out of a picture. What is past the end is undefined, and compares with nothing. */

import { type Bytes, concat } from "../protocol/verify/encoding.js";

/** Bytes of Latin-1 letters and `\x` escapes. */
export const latin = (written: string): Bytes =>
  Uint8Array.from(written, (character) => character.charCodeAt(0));

export const startsWith = (data: Bytes, mark: Bytes, at = 0): boolean =>
  mark.every((byte, i) => data[at + i] === byte);

/** The 4 letters that name a chunk. */
export const nameAt = (data: Bytes, at: number): string =>
  String.fromCharCode(...data.subarray(at, at + 4));

/** A number of up to 4 bytes, big-endian; bytes past the end are left out. */
export function big(data: Bytes, at: number, size: number): number {
  let value = 0;
  for (const byte of data.subarray(at, at + size)) value = value * 256 + byte;
  return value;
}

/** A number of 4 bytes, little-endian. */
export const little = (data: Bytes, at: number): number =>
  big(data.slice(at, at + 4).reverse(), 0, 4);

/** A number as bytes, big-endian. */
export function bigBytes(value: number, size: number): Bytes {
  const written = new Uint8Array(size);
  for (let at = size - 1, left = value; at >= 0; at -= 1, left = Math.floor(left / 256))
    written[at] = left % 256;
  return written;
}

/** A number as bytes, little-endian. */
export const littleBytes = (value: number, size: number): Bytes => bigBytes(value, size).reverse();

/** The place of three bytes that begin a JPEG, or -1. */
export function findJpeg(data: Bytes): number {
  for (let at = data.indexOf(0xff); at >= 0; at = data.indexOf(0xff, at + 1))
    if (data[at + 1] === 0xd8 && data[at + 2] === 0xff) return at;
  return -1;
}

/** Any number of byte strings, one after the other: a hostile file has more parts than a call has arguments. */
export function joined(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export { type Bytes, concat };

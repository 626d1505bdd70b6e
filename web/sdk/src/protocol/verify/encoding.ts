/** Text forms of bytes (openapi/protocol.md section 2.1). */

import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";

import { refuse } from "./errors.js";

/** Raw bytes. */
export type Bytes = Uint8Array<ArrayBuffer>;
/** Bytes as lower-case hexadecimal: a key of maps, never a form that travels. */
export type Hex = string;

/** The UTF-8 of a text. */
export const bytes = (text: string): Bytes => new TextEncoder().encode(text);
/** The text of valid UTF-8. */
export const text = (data: Uint8Array): string =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
/** Bytes as lower-case hexadecimal. */
export const hex = (value: Uint8Array): Hex => bytesToHex(value);
/** The bytes of hexadecimal. */
export const unhex = (value: Hex): Bytes => hexToBytes(value);
/** Byte strings, one after the other. */
export const concat = (...parts: Uint8Array[]): Bytes => concatBytes(...parts);

/** Whether two byte strings are equal, in a time that depends on their lengths alone. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] ?? 0);
  return difference === 0;
}

/** `lp(value)`: the length as 4 bytes, big-endian, then the value. */
export function lp(value: Uint8Array): Bytes {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, value.length);
  return concat(length, value);
}

/** `int8(number)`: a non-negative integer as 8 bytes, big-endian. */
export function int8(number: number): Bytes {
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigUint64(0, BigInt(number));
  return value;
}

/** Groups of bits become groups of another size; bits that fill no group are the last one's, with zeros. */
function regroup(
  values: Iterable<number>,
  from: number,
  to: number,
): { groups: number[]; spare: number } {
  const groups: number[] = [];
  let [held, count] = [0, 0];
  for (const value of values) {
    held = (held << from) | value;
    count += from;
    while (count >= to) {
      count -= to;
      groups.push((held >> count) & ((1 << to) - 1));
    }
    held &= (1 << count) - 1;
  }
  return { groups, spare: count === 0 ? 0 : held << (to - count) };
}

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

const CODES = bytes(BASE64URL);

/** Unpadded base64url (RFC 4648 section 5). Bodies are large, so nothing is made for each byte. */
export function encodeBase64url(value: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((value.length * 4) / 3));
  let [held, count, at] = [0, 0, 0];
  for (const byte of value) {
    held = ((held << 8) | byte) & 0xffff;
    for (count += 8; count >= 6; at += 1) {
      count -= 6;
      codes[at] = CODES[(held >> count) & 63] as number;
    }
  }
  if (count > 0) codes[at] = CODES[(held << (6 - count)) & 63] as number;
  return text(codes);
}

/** Values of the base64url alphabet by character code; -1 for every other. */
const VALUES = Int8Array.from({ length: 128 }, (_, code) =>
  BASE64URL.indexOf(String.fromCharCode(code)),
);

/**
 * Read unpadded base64url, and only the text that its own writer makes.
 *
 * @param size - the number of bytes that there must be, if it is fixed.
 * @throws {@link RefusedError} `base64url` or `length`.
 */
export function decodeBase64url(written: string, size?: number): Bytes {
  const found = new Uint8Array(Math.floor((written.length * 3) / 4));
  let [held, count, at] = [0, 0, 0];
  for (let i = 0; i < written.length; i += 1) {
    const value = VALUES[written.charCodeAt(i)] ?? -1;
    if (value < 0) refuse("base64url");
    held = ((held << 6) | value) & 0xfff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    found[at] = held >> count;
    at += 1;
  }
  const isCut = written.length % 4 === 1;
  if (isCut || (held & ((1 << count) - 1)) !== 0) refuse("base64url");
  return size === undefined || found.length === size ? found : refuse("length");
}

/** Padded base64 (RFC 4648 section 4), as fields of HTTP want it. */
export function encodeBase64(value: Uint8Array): string {
  const written = encodeBase64url(value).replaceAll("-", "+").replaceAll("_", "/");
  return written.padEnd(Math.ceil(written.length / 4) * 4, "=");
}

/** Read padded base64. @throws {@link RefusedError} `base64url`. */
export function decodeBase64(written: string): Bytes {
  const value = decodeBase64url(
    written.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_"),
  );
  return encodeBase64(value) === written ? value : refuse("base64url");
}

/** A line id (20 bytes) as 32 characters of base32. */
export function encodeLineId(line: Uint8Array): string {
  return regroup(line, 8, 5)
    .groups.map((five) => BASE32[five])
    .join("");
}

/** Read a line id: 20 bytes. @throws {@link RefusedError} `line-id`. */
export function decodeLineId(written: string): Bytes {
  if (!/^[a-z2-7]{32}$/.test(written)) refuse("line-id");
  return Uint8Array.from(
    regroup(
      Array.from(written, (c) => BASE32.indexOf(c)),
      5,
      8,
    ).groups,
  );
}

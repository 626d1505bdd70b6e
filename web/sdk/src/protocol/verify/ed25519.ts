/**
 * Ed25519 (RFC 8032) as libsodium verifies it, with prime-order keys only.
 *
 * Libraries disagree on unusual keys and signatures. If one client accepts a signature that another
 * refuses, the two show different threads (openapi/protocol.md section 2.3). The library's own
 * verification accepts an R with a part of small order, so this computes R and compares bytes.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { type Bytes, bytes, concat, lp, same } from "./encoding.js";
import { refuse } from "./errors.js";

export const PUBLIC_KEY_SIZE = 32;
export const SIGNATURE_SIZE = 64;

const { Point } = ed25519;
type Point = ReturnType<typeof Point.fromBytes>;
const ORDER = Point.Fn.ORDER;

/** What `Sig(label, message)` signs: `lp(label) || lp(message)`. */
export const signedBytes = (label: string, message: Uint8Array): Bytes =>
  concat(lp(bytes(label)), lp(message));

/** A point of a canonical encoding and of more than small order, or undefined. */
function pointOf(encoded: Uint8Array): Point | undefined {
  try {
    const point = Point.fromBytes(encoded);
    return point.isSmallOrder() ? undefined : point;
  } catch {
    return undefined;
  }
}

/** Refuse a key that is no canonical point of the prime-order subgroup. @throws {@link RefusedError} `public-key`. */
export function checkPublicKey(key: Uint8Array): void {
  if (key.length !== PUBLIC_KEY_SIZE || !pointOf(key)?.isTorsionFree()) refuse("public-key");
}

const littleEndian = (value: Uint8Array): bigint =>
  value.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);

/** Whether a signature (64 bytes) over the raw message verifies under a key (32 bytes). */
export function isSignature(message: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_SIZE || key.length !== PUBLIC_KEY_SIZE) return false;
  const [encoded, s] = [signature.subarray(0, 32), littleEndian(signature.subarray(32))];
  const [a, r] = [pointOf(key), pointOf(encoded)];
  if (a === undefined || r === undefined || s >= ORDER) return false;
  const k = littleEndian(sha512(concat(encoded, key, message))) % ORDER;
  const found = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return same(found.toBytes(), encoded);
}

/**
 * Verify `Sig(label, message)` under a key that {@link checkPublicKey} has accepted.
 *
 * @throws {@link RefusedError} `signature`.
 */
export function checkSignature(
  label: string,
  message: Uint8Array,
  signature: Uint8Array,
  key: Uint8Array,
): void {
  if (!isSignature(signedBytes(label, message), signature, key)) refuse("signature");
}

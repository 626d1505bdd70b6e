/**
 * X-Wing: ML-KEM-768 and X25519 as one (openapi/protocol.md section 6.2; draft-connolly-cfrg-xwing-kem).
 *
 * The library has it too, together with hybrids over other curves that no bundler leaves out. Keys come from the seed
 * directly.
 */

import { x25519 } from "@noble/curves/ed25519.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";

import { type Bytes, bytes, concat } from "../verify/encoding.js";
import { refuse } from "../verify/errors.js";

export const PUBLIC_KEY_SIZE = 1216;
/** What a sender sends along, in bytes. */
export const ENC_SIZE = 1120;
/** How much randomness one encapsulation takes, in bytes. */
export const ENTROPY_SIZE = 64;

const ML_KEM_COEFFICIENTS = 1152;
const ML_KEM_SIZE = 1184;
const ML_KEM_ENC_SIZE = 1088;
const LABEL = bytes("\\.//^\\");

/** Both private keys of a seed (32 bytes), and the public key. */
function expand(seed: Uint8Array) {
  const expanded = shake256(seed, { dkLen: 96 });
  const { publicKey, secretKey } = ml_kem768.keygen(expanded.slice(0, 64));
  const scalar = expanded.slice(64);
  return { secretKey, scalar, publicKey: concat(publicKey, x25519.getPublicKey(scalar)) };
}

const combine = (
  mlKem: Uint8Array,
  point: Uint8Array,
  enc: Uint8Array,
  publicKey: Uint8Array,
): Bytes =>
  sha3_256(
    concat(mlKem, point, enc.subarray(ML_KEM_ENC_SIZE), publicKey.subarray(ML_KEM_SIZE), LABEL),
  );

/** The public key of a seed: 1,216 bytes. */
export const publicKeyOf = (seed: Uint8Array): Bytes => expand(seed).publicKey;

/** Make a shared secret (32 bytes) for a public key, of 64 random bytes; `enc` is what the other side needs. */
export function encapsulate(
  publicKey: Uint8Array,
  entropy: Uint8Array,
): { secret: Bytes; enc: Bytes } {
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(
    publicKey.slice(0, ML_KEM_SIZE),
    entropy.slice(0, 32),
  );
  const scalar = entropy.slice(32);
  const enc = concat(cipherText, x25519.getPublicKey(scalar));
  const point = x25519.getSharedSecret(scalar, publicKey.slice(ML_KEM_SIZE));
  return { secret: combine(sharedSecret, point, enc, publicKey), enc };
}

/** The shared secret of `enc` for a seed. @throws Error for a point of small order. */
export function decapsulate(enc: Uint8Array, seed: Uint8Array): Bytes {
  const { secretKey, scalar, publicKey } = expand(seed);
  const sharedSecret = ml_kem768.decapsulate(enc.slice(0, ML_KEM_ENC_SIZE), secretKey);
  const point = x25519.getSharedSecret(scalar, enc.slice(ML_KEM_ENC_SIZE));
  return combine(sharedSecret, point, enc, publicKey);
}

const Q = 3329;

function hasSmallCoefficients(key: Uint8Array): boolean {
  for (let i = 0; i < ML_KEM_COEFFICIENTS; i += 3) {
    const [a, b, c] = [key[i] as number, key[i + 1] as number, key[i + 2] as number];
    if ((a | ((b & 15) << 8)) >= Q || ((b >> 4) | (c << 4)) >= Q) return false;
  }
  return true;
}

/** The library throws where the result is zero: where the point has small order. */
function isGoodPoint(point: Uint8Array): boolean {
  try {
    x25519.scalarMult(new Uint8Array(32).fill(8), point);
    return true;
  } catch {
    return false;
  }
}

/** Whether something can be sealed to a key. */
export const isBoxKey = (key: Uint8Array): boolean =>
  key.length === PUBLIC_KEY_SIZE &&
  hasSmallCoefficients(key) &&
  isGoodPoint(key.slice(ML_KEM_SIZE));

/** Refuse a key that nothing can be sealed to. @throws {@link RefusedError} `wrap-key`. */
export function checkBoxKey(key: Uint8Array): void {
  if (!isBoxKey(key)) refuse("wrap-key");
}

/** X-Wing: ML-KEM-768 and X25519 as one (openapi/protocol.md section 6.2). Keys come from the seed directly. */

import { x25519 } from "@noble/curves/ed25519.js";
import { ml_kem768_x25519 } from "@noble/post-quantum/hybrid.js";

import { refuse } from "../verify/errors.js";

export const PUBLIC_KEY_SIZE = 1216;
/** What a sender sends along, in bytes. */
export const ENC_SIZE = 1120;
/** How much randomness one encapsulation takes, in bytes. */
export const ENTROPY_SIZE = 64;

export const xWing = ml_kem768_x25519;

const ML_KEM_COEFFICIENTS = 1152;
const ML_KEM_SIZE = 1184;
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

/** Bodies: size classes, encryption, and the commitment to one key (openapi/protocol.md sections 7.2 and 7.3). */

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

import { derive } from "./keys.js";
import { type Bytes, concat, lp, same } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import { isBodySize, SIZE_CLASSES } from "./verify/sizes.js";

const LENGTH_SIZE = 4;
const COMMITMENT_SIZE = 32;
const NONCE_SIZE = 24;

/** Pad a payload to the smallest class that fits. @throws {@link RefusedError} `too-long`. */
export function pad(payload: Uint8Array): Bytes {
  const used = payload.length + LENGTH_SIZE;
  const size =
    SIZE_CLASSES.find((each) => used <= each) ??
    refuse("too-long", undefined, used - Math.max(...SIZE_CLASSES));
  return concat(lp(payload), new Uint8Array(size - used));
}

function unpad(padded: Bytes): Bytes {
  const size = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (size > padded.length - LENGTH_SIZE) refuse("padding");
  const payload = padded.slice(LENGTH_SIZE, LENGTH_SIZE + size);
  return same(pad(payload), padded) ? payload : refuse("padding");
}

const cipher = (contentKey: Uint8Array, commitment: Uint8Array) =>
  xchacha20poly1305(derive(contentKey, "mp1/encrypt"), commitment.slice(0, NONCE_SIZE));

/** Encrypt a payload with a fresh content key (32 bytes): commitment and ciphertext. */
export function sealBody(payload: Uint8Array, contentKey: Uint8Array): Bytes {
  const commitment = derive(contentKey, "mp1/commit");
  return concat(commitment, cipher(contentKey, commitment).encrypt(pad(payload)));
}

/** Refuse a key to which a body does not commit. @throws {@link RefusedError} `body-size`, `commitment`. */
export function checkCommitment(body: Uint8Array, contentKey: Uint8Array): void {
  if (!isBodySize(body.length)) refuse("body-size");
  const commitment = derive(contentKey, "mp1/commit");
  if (!same(body.subarray(0, COMMITMENT_SIZE), commitment)) refuse("commitment");
}

/**
 * Open a body: the payload's bytes.
 *
 * @throws {@link RefusedError} `body-size`, `commitment`, `ciphertext` or `padding`.
 */
export function openBody(body: Uint8Array, contentKey: Uint8Array): Bytes {
  checkCommitment(body, contentKey);
  const commitment = body.subarray(0, COMMITMENT_SIZE);
  let padded: Uint8Array;
  try {
    padded = cipher(contentKey, commitment).decrypt(body.slice(COMMITMENT_SIZE));
  } catch {
    return refuse("ciphertext");
  }
  return unpad(padded as Bytes);
}

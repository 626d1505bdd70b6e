/**
 * Data that a client keeps on its own disk for a while, sealed under its own key.
 *
 * It is padded like a message, so that its length does not show how much is in it. What is longer than one body becomes
 * several; the key of each depends on its place and on their number. The command line reads the same form.
 */

import { openBody, sealBody } from "./body.js";
import { type Bytes, concat } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import { hash } from "./verify/hashing.js";
import { BODY_OVERHEAD } from "./verify/sizes.js";

/** How many random bytes each kept file begins with. */
export const KEPT_SALT_SIZE = 32;

const LARGEST = 65_536;
const LENGTH_SIZE = 4;
/** Bytes in one body. */
const ROOM = LARGEST - LENGTH_SIZE;
const BODY_SIZE = LARGEST + BODY_OVERHEAD;
const MOST_PARTS = 16;

/** No part opens in another place, or beside fewer others. */
const keyOf = (seed: Uint8Array, salt: Uint8Array, number: number, of: number): Bytes =>
  hash(32, "mp1/draft", seed, salt, Uint8Array.of(number, of));

function partsOf(data: Uint8Array, size: number): Uint8Array[] {
  const count = Math.max(1, Math.ceil(data.length / size));
  return Array.from({ length: count }, (_, i) => data.subarray(i * size, (i + 1) * size));
}

/**
 * Seal data under the seed (32 bytes) of the client's own signing key.
 *
 * @param salt - 32 fresh random bytes.
 * @throws {@link RefusedError} `too-long` past 1,048,512 bytes.
 */
export function sealKept(data: Uint8Array, seed: Uint8Array, salt: Uint8Array): Bytes {
  const parts = partsOf(data, ROOM);
  if (parts.length > MOST_PARTS) refuse("too-long");
  return concat(
    salt,
    ...parts.map((part, i) => sealBody(part, keyOf(seed, salt, i, parts.length))),
  );
}

/** The data that was sealed under this seed. @throws {@link RefusedError} `commitment` for another seed; as `openBody`. */
export function openKept(kept: Uint8Array, seed: Uint8Array): Bytes {
  if (kept.length < KEPT_SALT_SIZE) refuse("body-size");
  const salt = kept.subarray(0, KEPT_SALT_SIZE);
  const parts = partsOf(kept.subarray(KEPT_SALT_SIZE), BODY_SIZE);
  return concat(
    ...parts.map((part, i) => openBody(part.slice(), keyOf(seed, salt, i, parts.length))),
  );
}

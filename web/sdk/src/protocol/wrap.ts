/** Wraps: a content key, sealed to one box key for one message (openapi/protocol.md section 7.4). */

import { open, seal } from "./primitives/hpke.js";
import { checkBoxKey } from "./primitives/x-wing.js";
import { type Bytes, bytes, concat, lp } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";

/** A wrap's length in bytes: what X-Wing sends along (1,120), the key (32) and a tag (16). */
export const WRAP_SIZE = 1168;

/** What a wrap holds for, as raw ids. */
export interface WrapPlace {
  /** 20 bytes. */
  readonly line: Uint8Array;
  /** 32 bytes. */
  readonly report: Uint8Array;
  /** 32 bytes. */
  readonly message: Uint8Array;
  /** 16 bytes: the box key. */
  readonly key: Uint8Array;
}

/** The `info` of HPKE: 128 bytes, five values with their lengths. */
export const wrapInfo = ({ line, report, message, key }: WrapPlace): Bytes =>
  concat(...[bytes("mp1/wrap"), line, report, message, key].map(lp));

/** Seal a content key to a box key. `entropy` is 64 random bytes. @throws {@link RefusedError} `wrap-key`. */
export function sealWrap(
  contentKey: Uint8Array,
  publicKey: Uint8Array,
  place: WrapPlace,
  entropy: Uint8Array,
): Bytes {
  checkBoxKey(publicKey);
  return seal(contentKey, publicKey, wrapInfo(place), entropy);
}

/** Open a wrap with the seed of a box key: the content key. @throws {@link RefusedError} `wrap-size`, `wrap`. */
export function openWrap(wrap: Uint8Array, seed: Uint8Array, place: WrapPlace): Bytes {
  if (wrap.length !== WRAP_SIZE) refuse("wrap-size");
  try {
    return open(wrap, seed, wrapInfo(place));
  } catch {
    return refuse("wrap");
  }
}

/** Labelled hashes (openapi/protocol.md section 2.2). */

import { blake2b } from "@noble/hashes/blake2.js";

import { type Bytes, bytes, concat, lp } from "./encoding.js";

/** `H_size(label, …parts)`: BLAKE2b with a digest of `size` bytes, 1 to 64. */
export function hash(size: number, label: string, ...parts: Uint8Array[]): Bytes {
  return blake2b(concat(lp(bytes(label)), ...parts.map(lp)), { dkLen: size });
}

/** A labelled hash that grows: `H_size(label, …)` of the parts that were added. */
export class GrowingHash {
  readonly #state;

  constructor(size: number, label: string) {
    this.#state = blake2b.create({ dkLen: size }).update(lp(bytes(label)));
  }

  /** Add the next part. */
  add(part: Uint8Array): this {
    this.#state.update(lp(part));
    return this;
  }

  /** The hash; nothing can be added afterwards. */
  digest(): Bytes {
    return this.#state.digest();
  }
}

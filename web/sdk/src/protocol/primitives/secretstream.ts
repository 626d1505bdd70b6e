/**
 * libsodium's `crypto_secretstream_xchacha20poly1305`, over the library's ChaCha20 and Poly1305.
 *
 * The vectors of attachments decide that it is the same (openapi/extensions.md section 7.7).
 */

import { poly1305 } from "@noble/ciphers/_poly1305.js";
import { chacha20, hchacha } from "@noble/ciphers/chacha.js";

import { type Bytes, concat, same } from "../verify/encoding.js";

export const HEADER_SIZE = 24;
/** How much longer than its plaintext a chunk is: a tag of one byte and a MAC. */
export const OVERHEAD = 17;
export const TAG_MESSAGE = 0;
export const TAG_FINAL = 3;

const TAG_REKEY = 2;
const COUNTER_SIZE = 4;
const MAC_SIZE = 16;
const BLOCK = 64;

/** The words that ChaCha begins with: "expand 32-byte k". */
const SIGMA = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574);

function words(data: Uint8Array): Uint32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Uint32Array.from({ length: data.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}

function hChaCha20(key: Uint8Array, input: Uint8Array): Bytes {
  const out = new Uint32Array(8);
  hchacha(SIGMA, words(key), words(input), out);
  const found = new Uint8Array(32);
  const view = new DataView(found.buffer);
  out.forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  return found;
}

const zeros = (size: number): Bytes => new Uint8Array(size);

/** A length as 8 bytes, little-endian. */
function length(value: number): Bytes {
  const found = zeros(8);
  new DataView(found.buffer).setBigUint64(0, BigInt(value), true);
  return found;
}

/** One direction of a stream. Chunks are pushed, or pulled, in order. */
export class SecretStream {
  #key: Bytes;
  /** A counter of 4 bytes, little-endian, then 8 bytes of nonce. */
  readonly #nonce: Bytes;

  /** Begin with a key of 32 bytes and a stream header of 24, which must never meet that key again. */
  constructor(key: Uint8Array, header: Uint8Array) {
    this.#key = hChaCha20(key, header.subarray(0, 16));
    this.#nonce = concat(Uint8Array.of(1, 0, 0, 0), header.subarray(16, HEADER_SIZE));
  }

  /** Encrypt one chunk with its tag. */
  push(plain: Uint8Array, ad: Uint8Array, tag: number): Bytes {
    const block = this.#tagBlock(tag);
    const cipher = this.#crypt(plain, 2);
    const mac = this.#mac(block, cipher, ad);
    this.#step(mac, tag);
    return concat(block.subarray(0, 1), cipher, mac);
  }

  /** Decrypt one chunk; undefined if it does not belong here. */
  pull(chunk: Uint8Array, ad: Uint8Array): { plain: Bytes; tag: number } | undefined {
    if (chunk.length < OVERHEAD) return undefined;
    const cipher = chunk.subarray(1, chunk.length - MAC_SIZE);
    const tag = (chunk[0] as number) ^ (this.#tagBlock(0)[0] as number);
    const mac = this.#mac(this.#tagBlock(tag), cipher, ad);
    if (!same(mac, chunk.subarray(chunk.length - MAC_SIZE))) return undefined;
    const plain = this.#crypt(cipher, 2);
    this.#step(mac, tag);
    return { plain, tag };
  }

  /** The encrypted tag, and the rest of its block of key stream. */
  #tagBlock(tag: number): Bytes {
    const block = zeros(BLOCK);
    block[0] = tag;
    return this.#crypt(block, 1);
  }

  #crypt(data: Uint8Array, counter: number): Bytes {
    return chacha20(this.#key, this.#nonce, data, undefined, counter) as Bytes;
  }

  /** All 64 bytes of the tag's block are authenticated. */
  #mac(block: Uint8Array, cipher: Uint8Array, ad: Uint8Array): Bytes {
    const state = poly1305.create(this.#crypt(zeros(32), 0));
    state.update(ad).update(zeros((16 - (ad.length % 16)) % 16));
    // libsodium pads by `length mod 16` bytes, not up to a multiple of 16.
    state
      .update(block)
      .update(cipher)
      .update(zeros(cipher.length % 16));
    state.update(length(ad.length)).update(length(BLOCK + cipher.length));
    return state.digest() as Bytes;
  }

  #step(mac: Uint8Array, tag: number): void {
    for (let i = 0; i < 8; i += 1) {
      const at = COUNTER_SIZE + i;
      this.#nonce[at] = (this.#nonce[at] as number) ^ (mac[i] as number);
    }
    const view = new DataView(this.#nonce.buffer);
    view.setUint32(0, view.getUint32(0, true) + 1, true);
    if ((tag & TAG_REKEY) !== 0 || view.getUint32(0, true) === 0) this.#rekey();
  }

  #rekey(): void {
    const fresh = this.#crypt(concat(this.#key, this.#nonce.subarray(COUNTER_SIZE)), 0);
    this.#key = fresh.slice(0, 32);
    this.#nonce.set(fresh.subarray(32), COUNTER_SIZE);
    this.#nonce.set(Uint8Array.of(1, 0, 0, 0), 0);
  }
}

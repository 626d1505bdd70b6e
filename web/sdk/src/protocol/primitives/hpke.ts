/**
 * HPKE (RFC 9180) in base mode, for one message: X-Wing, HKDF-SHA256, ChaCha20-Poly1305.
 *
 * The key schedule is section 5.1 of the RFC. Sequence number 0 leaves the base nonce as it is.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, bytes, concat } from "../verify/encoding.js";
import { decapsulate, ENC_SIZE, encapsulate } from "./x-wing.js";

const KEY_SIZE = 32;
const NONCE_SIZE = 12;
const EMPTY = new Uint8Array(0);

/** "HPKE", then the ids of KEM (0x647a), KDF (0x0001) and AEAD (0x0003), 2 bytes each. */
const SUITE = concat(bytes("HPKE"), Uint8Array.of(0x64, 0x7a, 0, 1, 0, 3));
const VERSION = bytes("HPKE-v1");

const labeledExtract = (salt: Uint8Array, label: string, ikm: Uint8Array): Bytes =>
  hmac(sha256, salt, concat(VERSION, SUITE, bytes(label), ikm)) as Bytes;

/** At most 32 bytes: one round of HKDF's expansion (RFC 5869 section 2.3), whose counter is 1. */
const labeledExpand = (prk: Uint8Array, label: string, info: Uint8Array, length: number): Bytes =>
  hmac(
    sha256,
    prk,
    concat(Uint8Array.of(0, length), VERSION, SUITE, bytes(label), info, Uint8Array.of(1)),
  ).slice(0, length) as Bytes;

function cipher(sharedSecret: Uint8Array, info: Uint8Array) {
  const context = concat(
    Uint8Array.of(0), // base mode
    labeledExtract(EMPTY, "psk_id_hash", EMPTY),
    labeledExtract(EMPTY, "info_hash", info),
  );
  const secret = labeledExtract(sharedSecret, "secret", EMPTY);
  const key = labeledExpand(secret, "key", context, KEY_SIZE);
  return chacha20poly1305(key, labeledExpand(secret, "base_nonce", context, NONCE_SIZE));
}

/** Seal to a public key that {@link checkBoxKey} has accepted: `enc || ct`. `entropy` is 64 random bytes. */
export function seal(
  plain: Uint8Array,
  publicKey: Uint8Array,
  info: Uint8Array,
  entropy: Uint8Array,
): Bytes {
  const { secret, enc } = encapsulate(publicKey, entropy);
  return concat(enc, cipher(secret, info).encrypt(plain));
}

/** Open `enc || ct` with the seed of a box key. @throws Error if it does not open. */
export function open(sealed: Uint8Array, seed: Uint8Array, info: Uint8Array): Bytes {
  const secret = decapsulate(sealed.slice(0, ENC_SIZE), seed);
  return cipher(secret, info).decrypt(sealed.slice(ENC_SIZE)) as Bytes;
}

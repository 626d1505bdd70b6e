/** Key pairs, and the forward ratchet that lets a handler destroy the past (openapi/protocol.md sections 4 and 6). */

import { ed25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";

import { publicKeyOf } from "./primitives/x-wing.js";
import { signedBytes } from "./verify/ed25519.js";
import { type Bytes, bytes } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import { reporterKeyId, reportId } from "./verify/ids.js";

/** How many keys one chain has. After them a new chain starts from fresh randomness. */
export const CHAIN_LENGTH = 8;

/** `KDF(key, label)`: 32 bytes of BLAKE2b keyed with `key` (32 bytes) over the label. */
export const derive = (key: Uint8Array, label: string): Bytes =>
  blake2b(bytes(label), { key, dkLen: 32 });

/** An Ed25519 key pair. */
export interface SigningKey {
  /** 32 secret bytes. */
  readonly seed: Bytes;
  /** 32 bytes. */
  readonly publicKey: Bytes;
}

/** Derive a signing key from 32 secret bytes. */
export const signingKey = (seed: Bytes): SigningKey => ({
  seed,
  publicKey: ed25519.getPublicKey(seed),
});

/** Sign raw bytes, without a label: only for requests (section 10.2). 64 bytes. */
export const signRaw = (key: SigningKey, message: Uint8Array): Bytes =>
  ed25519.sign(message, key.seed);

/** `Sig(label, message)`: 64 bytes. */
export const sign = (key: SigningKey, label: string, message: Uint8Array): Bytes =>
  signRaw(key, signedBytes(label, message));

/** An X-Wing key pair. */
export interface BoxKey {
  /** 32 secret bytes. */
  readonly seed: Bytes;
  /** 1,216 bytes: ML-KEM-768 (1,184), then X25519 (32). */
  readonly publicKey: Bytes;
}

/** Derive a box key from 32 secret bytes. */
export const boxKey = (seed: Bytes): BoxKey => ({ seed, publicKey: publicKeyOf(seed) });

/** The keys of a reporter: all of them follow from the receipt code. */
export interface ReporterKeys {
  readonly signing: SigningKey;
  readonly box: BoxKey;
  /** 16 bytes: finds the report's tags in bulletins (section 10.6). The host knows it too. */
  readonly bulletin: Bytes;
  /** 32 bytes: the id of the report that began with these keys. */
  readonly reportId: Bytes;
  /** 16 bytes: the name of the box key, to which handlers wrap. */
  readonly boxKeyId: Bytes;
}

/** Derive a reporter's keys from the 32-byte seed of a receipt code (section 3). */
export function reporterKeys(seed: Bytes): ReporterKeys {
  const signing = signingKey(derive(seed, "mp1/reporter-sign"));
  const box = boxKey(derive(seed, "mp1/reporter-box"));
  const report = reportId(signing.publicKey, box.publicKey);
  return {
    signing,
    box,
    bulletin: derive(seed, "mp1/bulletin").slice(0, 16),
    reportId: report,
    boxKeyId: reporterKeyId(report, box.publicKey),
  };
}

/** A ratchet of box keys: later keys follow from `value`, earlier ones do not. */
export interface BoxChain {
  /** Number of the chain's first key. */
  readonly first: number;
  /** Number of the oldest key that `value` still gives. */
  readonly number: number;
  /** `k(number)`: 32 secret bytes. */
  readonly value: Bytes;
}

/** The chain from key `to` on. @throws {@link RefusedError} `key-number` for a key that it does not give. */
export function advance(chain: BoxChain, to: number): BoxChain {
  const { first, number } = chain;
  if (number < first || to < number || to >= first + CHAIN_LENGTH) refuse("key-number");
  let value = chain.value;
  for (let n = number; n < to; n += 1) value = derive(value, "mp1/ratchet");
  return { first, number: to, value };
}

/** The seed (32 secret bytes) of the key with this number. @throws {@link RefusedError} `key-number`. */
export const chainSeed = (chain: BoxChain, number: number): Bytes =>
  derive(advance(chain, number).value, "mp1/box");

/** The key with this number. @throws {@link RefusedError} `key-number`. */
export const chainKey = (chain: BoxChain, number: number): BoxKey =>
  boxKey(chainSeed(chain, number));

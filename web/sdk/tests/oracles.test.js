// The SDK's cryptography and that of other libraries, each opening what the other one made.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { pad, sealBody } from "@meldpunt/client/protocol/body";
import { boxKey, derive, signingKey, signRaw } from "@meldpunt/client/protocol/keys";
import { open, seal } from "@meldpunt/client/protocol/primitives/hpke";
import { SecretStream } from "@meldpunt/client/protocol/primitives/secretstream";
import { makeReceipt, parseReceipt, receiptSeed } from "@meldpunt/client/protocol/receipt";
import { checkPublicKey, isSignature } from "@meldpunt/client/protocol/verify/ed25519";
import {
  concat,
  decodeBase64url,
  encodeBase64,
  encodeBase64url,
} from "@meldpunt/client/protocol/verify/encoding";
import { hash } from "@meldpunt/client/protocol/verify/hashing";
import sodium from "libsodium-wrappers-sumo";

await sodium.ready;

const random = (size) => new Uint8Array(sodium.randombytes_buf(size));
const buffer = (value) => Buffer.from(value);
const ad = random(100);

test("libsodium opens a stream that the SDK made, through a rekey and a counter that turns over", () => {
  const [key, header] = [random(32), random(24)];
  const stream = new SecretStream(key, header);
  const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
  for (const [size, tag] of [
    [0, 0],
    [1, 0],
    [64, 2],
    [65_536, 0],
    [17, 1],
    [33, 3],
  ]) {
    const plain = random(size);
    const chunk = stream.push(plain, ad, tag);
    const found = sodium.crypto_secretstream_xchacha20poly1305_pull(state, chunk, ad);
    assert.deepEqual([found.tag, buffer(found.message)], [tag, buffer(plain)]);
  }
});

test("the SDK opens a stream that libsodium made, and no changed chunk of it", () => {
  const key = random(32);
  const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
  const stream = new SecretStream(key, header);
  for (const [size, tag] of [
    [5, 0],
    [0, 2],
    [70_000, 0],
    [16, 3],
  ]) {
    const plain = random(size);
    const chunk = sodium.crypto_secretstream_xchacha20poly1305_push(state, plain, ad, tag);
    for (const place of [0, chunk.length >> 1, chunk.length - 1]) {
      const changed = Uint8Array.from(chunk);
      changed[place] ^= 1;
      assert.equal(stream.pull(changed, ad), undefined);
    }
    assert.equal(stream.pull(chunk, ad.subarray(1)), undefined);
    const found = stream.pull(chunk, ad);
    assert.deepEqual([found.tag, buffer(found.plain)], [tag, buffer(plain)]);
  }
});

test("signatures are libsodium's, and so is what verifies", () => {
  for (let i = 0; i < 16; i += 1) {
    const [seed, message] = [random(32), random(i * 7)];
    const pair = sodium.crypto_sign_seed_keypair(seed);
    const key = signingKey(seed);
    const signature = signRaw(key, message);
    assert.deepEqual(buffer(key.publicKey), buffer(pair.publicKey));
    const theirs = sodium.crypto_sign_detached(message, pair.privateKey);
    assert.deepEqual(buffer(signature), buffer(theirs));
    assert.ok(isSignature(message, signature, key.publicKey));
    for (const place of [0, 31, 32, 63]) {
      const changed = Uint8Array.from(signature);
      changed[place] ^= 1 << (i % 8);
      assert.equal(
        isSignature(message, changed, key.publicKey),
        sodium.crypto_sign_verify_detached(changed, message, key.publicKey),
      );
    }
  }
});

test("the SDK takes the public keys that libsodium takes", () => {
  for (let i = 0; i < 256; i += 1) {
    const key = random(32);
    const takes = () => {
      try {
        checkPublicKey(key);
        return true;
      } catch {
        return false;
      }
    };
    assert.equal(takes(), sodium.crypto_core_ed25519_is_valid_point(key));
  }
});

const kem = new XWing();
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });

test("hpke-js opens what the SDK seals, and the SDK what hpke-js seals", async () => {
  const [seed, info, plain] = [random(32), random(128), random(32)];
  const { publicKey } = boxKey(seed);
  const pair = await kem.generateKeyPairDerand(seed);
  const serialized = await kem.serializePublicKey(pair.publicKey);
  assert.deepEqual(buffer(publicKey), buffer(new Uint8Array(serialized)));
  const ours = seal(plain, publicKey, info, random(64));
  const parts = { recipientKey: pair.privateKey, enc: ours.slice(0, 1120), info };
  assert.deepEqual(buffer(await suite.open(parts, ours.slice(1120))), buffer(plain));
  const theirs = await suite.seal({ recipientPublicKey: pair.publicKey, info }, plain);
  const sealed = concat(new Uint8Array(theirs.enc), new Uint8Array(theirs.ct));
  assert.deepEqual(buffer(open(sealed, seed, info)), buffer(plain));
});

test("bodies, hashes and derived keys are libsodium's", () => {
  const [key, payload] = [random(32), random(5000)];
  const body = sealBody(payload, key);
  const commitment = sodium.crypto_generichash(32, "mp1/commit", key);
  const encrypt = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt;
  const wanted = encrypt(
    pad(payload),
    null,
    null,
    commitment.slice(0, 24),
    derive(key, "mp1/encrypt"),
  );
  assert.deepEqual(buffer(body), buffer(concat(commitment, wanted)));
  const own = sodium.crypto_generichash(2, Uint8Array.of(0, 0, 0, 1, 97));
  assert.deepEqual(buffer(hash(2, "a")), buffer(own));
});

test("the seed of a receipt code is libsodium's Argon2id, and its progress is told", async () => {
  const [code, line] = [makeReceipt(random(12)), random(20)];
  const told = [];
  const seed = await receiptSeed(code, line, { onProgress: (done) => told.push(done) });
  const salt = hash(16, "mp1/receipt-salt", line);
  const { crypto_pwhash: argon2, crypto_pwhash_ALG_ARGON2ID13: algorithm } = sodium;
  const wanted = argon2(32, parseReceipt(code), salt, 2, 19 * 1024 * 1024, algorithm);
  assert.deepEqual(buffer(seed), buffer(wanted));
  assert.ok(told.length > 2);
  assert.equal(told.at(-1), 1);
});

test("base64 is the platform's, and only what a writer makes is read", () => {
  for (let size = 0; size < 70; size += 1) {
    const value = random(size);
    assert.equal(encodeBase64url(value), buffer(value).toString("base64url"));
    assert.equal(encodeBase64(value), buffer(value).toString("base64"));
    assert.deepEqual(buffer(decodeBase64url(encodeBase64url(value))), buffer(value));
  }
});

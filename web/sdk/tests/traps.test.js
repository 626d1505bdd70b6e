// What openapi/README.md says of shortcuts and libraries: each trap is there, or the page is wrong.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { XWing } from "@hpke/hybridkem-x-wing";
import { boxKey } from "@meldpunt/client/protocol/keys";
import { isSignature, signedBytes } from "@meldpunt/client/protocol/verify/ed25519";
import { unhex } from "@meldpunt/client/protocol/verify/encoding";
import { ed25519 } from "@noble/curves/ed25519.js";
import libsodium from "libsodium-wrappers-sumo";

await libsodium.ready;
const folder = new URL("../../../openapi/vectors/", import.meta.url);
const vectorsOf = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder))).vectors;

/** The vectors that a way to read signed bytes takes, though they are refused. */
function taken(decoder) {
  const refused = vectorsOf("strict-json").filter(
    ({ operation, refused }) => operation === "json-signed" && refused !== undefined,
  );
  const passes = ({ input }) => {
    try {
      const text = decoder.decode(unhex(input.data));
      return JSON.stringify(JSON.parse(text)) === text;
    } catch {
      return false;
    }
  };
  return refused.filter(passes).map(({ name }) => name);
}

const FORGIVEN = [
  "lone-surrogate",
  "swapped-surrogates",
  "number-like-key",
  "proto",
  "empty-key",
  "capital-key",
  "accented-key",
  "fraction",
  "two-to-53",
  "null",
  "root-array",
  "root-string",
  "root-null",
  "nine-levels",
  "too-large",
];

test("JSON.stringify(JSON.parse(t)) === t takes what is refused", () => {
  assert.deepEqual(taken(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })), FORGIVEN);
});

test("a decoder as it comes takes more: a mark, and what is no UTF-8", () => {
  const more = taken(new TextDecoder()).filter((name) => !FORGIVEN.includes(name));
  assert.deepEqual(more, ["bom", "bad-utf-8", "overlong-utf-8", "surrogate-in-utf-8"]);
});

test("where form is free, JSON.parse keeps the last of two keys in silence", () => {
  assert.deepEqual(JSON.parse('{"a":1,"a":2}'), { a: 2 });
});

test("deriveKeyPair of hpke-js makes another key of a seed", async () => {
  const kem = new XWing();
  const seed = new Uint8Array(32).fill(7);
  const pair = await kem.deriveKeyPair(seed.buffer);
  const derived = new Uint8Array(await kem.serializePublicKey(pair.publicKey));
  assert.notDeepEqual(Buffer.from(derived), Buffer.from(boxKey(seed).publicKey));
});

test("libsodium draws the header of a stream itself", () => {
  const key = new Uint8Array(32).fill(7);
  const push = () => libsodium.crypto_secretstream_xchacha20poly1305_init_push(key).header;
  assert.notDeepEqual(push(), push());
});

test("compare of libsodium reads numbers from their last byte", () => {
  const [first, second] = [Uint8Array.of(0, 1), Uint8Array.of(1, 0)];
  assert.equal(libsodium.compare(first, second), 1);
  assert.equal(Buffer.compare(first, second), -1);
});

test("noble verifies with the cofactor", () => {
  const { input } = vectorsOf("ed25519").find(({ name }) => name === "torsion-in-r-8");
  const message = signedBytes(input.label, unhex(input.message));
  const [signature, key] = [unhex(input.signature), unhex(input.publicKey)];
  assert.ok(ed25519.verify(signature, message, key, { zip215: false }));
  assert.ok(!isSignature(message, signature, key));
});

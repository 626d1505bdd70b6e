// Sections 2, 3 and 7.2 to 7.4 of ../protocol.md: what is computed from bytes alone. report.js uses it.
import { chacha20poly1305, xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { argon2idAsync } from "@noble/hashes/argon2.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes as concat, bytesToHex as hex } from "@noble/hashes/utils.js";
import { ml_kem768_x25519 as xWing } from "@noble/post-quantum/hybrid.js";

/** Refuse with a reason of section 12. */
export function need(holds, reason) {
  if (!holds) throw new Error(reason);
}

// 2.1 Bytes and their text forms
export const utf8 = (text) => new TextEncoder().encode(text);
export const random = (size) => crypto.getRandomValues(new Uint8Array(size));
export const integer = (value, size) =>
  Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex");
export const lp = (value) => concat(integer(value.length, 4), value);
export const b64 = (value) => Buffer.from(value).toString("base64url");
export function unb64(text, size) {
  const value = Uint8Array.from(Buffer.from(text, "base64url")); // forgives spare bits, and more
  need(b64(value) === text && value.length === (size ?? value.length), "base64url");
  return value;
}
/** The first bits of a value, five to a symbol. */
export function symbols(value, count, alphabet) {
  const digits = (BigInt(`0x${hex(value)}`) >> BigInt(8 * value.length - 5 * count)).toString(32);
  return digits.padStart(count, "0").replace(/./g, (digit) => alphabet[parseInt(digit, 32)]);
}
export const after = (day, count) =>
  new Date(Date.parse(day) + count * 864e5).toISOString().slice(0, 10);

// 2.2 Hashes and derived keys
export const H = (dkLen, label, ...parts) =>
  blake2b(concat(...[utf8(label), ...parts].map(lp)), { dkLen });
export const KDF = (key, label) => blake2b(utf8(label), { key, dkLen: 32 });

// 2.3 Ed25519. The library verifies with the cofactor: for an R of prime order that is the same.
export const signed = (label, message) => concat(lp(utf8(label)), lp(message));
const isPrime = (point) => point.isTorsionFree() && !point.isSmallOrder();
export const checkKey = (key) => need(isPrime(ed25519.Point.fromBytes(key)), "public-key");
export function checkSignature(label, message, signature, key) {
  need(isPrime(ed25519.Point.fromBytes(signature.slice(0, 32))), "signature");
  need(ed25519.verify(signature, signed(label, message), key, { zip215: false }), "signature");
}

// 2.4 Strict JSON of signed bytes. Writing the value again shows white space, escapes and keys that
// come twice; the walk finds what JavaScript writes just as it was.
function walk(value, depth) {
  need(value !== null, "json-null");
  need(typeof value !== "number" || Number.isSafeInteger(value), "json-number");
  need(typeof value !== "string" || value.isWellFormed(), "json-surrogate");
  if (typeof value !== "object") return;
  need(depth <= 8, "json-depth");
  for (const [key, item] of Object.entries(value)) {
    need(Array.isArray(value) || /^[a-z][A-Za-z]*$/.test(key), "json-key");
    walk(item, depth + 1);
  }
}
export function parseSigned(bytes, size = 65_536) {
  need(bytes.length <= size, "json-size");
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const value = JSON.parse(text);
  walk(value, 1);
  need(typeof value === "object" && !Array.isArray(value), "json-root");
  need(JSON.stringify(value) === text, "json-not-canonical");
  return value;
}

// 3 The receipt code, and the keys that come from it
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export function makeCode(entropy) {
  const secret = symbols(entropy, 18, CROCKFORD);
  const check = symbols(H(2, "mp1/receipt-check", utf8(secret)), 2, CROCKFORD);
  return (secret + check).replace(/.{4}(?=.)/g, "$&-");
}
export async function keysOf(code, line) {
  const [secret, salt] = [code.replaceAll("-", "").slice(0, 18), H(16, "mp1/receipt-salt", line)];
  const seed = await argon2idAsync(utf8(secret), salt, { m: 19_456, t: 2, p: 1, dkLen: 32 });
  const signing = KDF(seed, "mp1/reporter-sign");
  const [signingKey, box] = [ed25519.getPublicKey(signing), KDF(seed, "mp1/reporter-box")];
  const boxKey = xWing.keygen(box).publicKey;
  return { signing, signingKey, boxKey, report: H(32, "mp1/report-id", signingKey, boxKey) };
}

// 7.2 Size classes, 7.3 the body
export function sealBody(payload, ck) {
  const size = [1024, 4096, 16_384, 65_536].find((each) => payload.length + 4 <= each);
  need(size, "too-long");
  const commitment = KDF(ck, "mp1/commit");
  const cipher = xchacha20poly1305(KDF(ck, "mp1/encrypt"), commitment.slice(0, 24));
  const zeros = new Uint8Array(size - 4 - payload.length);
  return concat(commitment, cipher.encrypt(concat(lp(payload), zeros)));
}

/** What a reader will find in a body. */
export function openBody(body, ck) {
  const commitment = KDF(ck, "mp1/commit");
  need(hex(commitment) === hex(body.slice(0, 32)), "commitment");
  const cipher = xchacha20poly1305(KDF(ck, "mp1/encrypt"), commitment.slice(0, 24));
  const padded = cipher.decrypt(body.slice(32));
  const size = Number(`0x${hex(padded.slice(0, 4))}`);
  need(
    padded.slice(4 + size).every((byte) => byte === 0),
    "padding",
  );
  return padded.slice(4, 4 + size);
}

// 7.4 Wraps: HPKE (RFC 9180, section 5.1) with X-Wing, HKDF-SHA256 and ChaCha20-Poly1305
export function isUsable(publicKey) {
  try {
    return xWing.encapsulate(publicKey) !== undefined; // throws for what 6.2 refuses
  } catch {
    return false;
  }
}
export function sealWrap(ck, publicKey, info) {
  const { cipherText, sharedSecret } = xWing.encapsulate(publicKey);
  const suite = (label) => concat(utf8("HPKE-v1HPKE"), integer(0x647a_0001_0003, 6), utf8(label));
  const hash = (salt, label, value) => extract(sha256, concat(suite(label), value), salt);
  const [none, zero] = [new Uint8Array(0), new Uint8Array(1)];
  const context = [zero, hash(none, "psk_id_hash", none), hash(none, "info_hash", info)];
  const secret = hash(sharedSecret, "secret", none);
  const derive = (label, size) =>
    expand(sha256, secret, concat(integer(size, 2), suite(label), ...context), size);
  const cipher = chacha20poly1305(derive("key", 32), derive("base_nonce", 12));
  return concat(cipherText, cipher.encrypt(ck));
}

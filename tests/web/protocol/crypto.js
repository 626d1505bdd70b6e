// Receipts, keys, signatures, bodies and wraps (openapi/protocol.md sections 2.3, 3, 6 and 7).

import { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
import { CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";

import { is } from "./shown.js";
import { bytes, concat, derive, hash, lp, refuse, same, sodium } from "./encoding.js";

// --- receipts

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function symbolsOf(value, count) {
  let found = "";
  for (let i = count - 1; i >= 0; i -= 1) found += ALPHABET[Number((value >> BigInt(5 * i)) & 31n)];
  return found;
}

const isPassedOver = (code) => ["separators", "ignorable", "blank"].some((name) => is(name, code));

const number = (value) => value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

function checkSymbols(secret) {
  return symbolsOf(number(hash(2, "mp1/receipt-check", bytes(secret))) >> 6n, 2);
}

export function makeReceipt(entropy) {
  if (entropy.length !== 12) refuse("length");
  const secret = symbolsOf(number(entropy) >> 6n, 18);
  return (secret + checkSymbols(secret)).match(/.{4}/g).join("-");
}

export function parseReceipt(typed) {
  const seen = [...typed].filter((symbol) => !isPassedOver(symbol.codePointAt(0))).join("");
  const symbols = seen
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/[IL]/g, "1")
    .replace(/O/g, "0");
  if ([...symbols].some((symbol) => !ALPHABET.includes(symbol))) refuse("receipt-symbol");
  if (symbols.length !== 20) refuse("receipt-length");
  const secret = symbols.slice(0, 18);
  if (symbols.slice(18) !== checkSymbols(secret)) refuse("receipt-check");
  return secret;
}

export function receiptSeed(typed, line) {
  const secret = parseReceipt(typed);
  const salt = hash(16, "mp1/receipt-salt", line);
  const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13;
  return sodium.crypto_pwhash(32, secret, salt, 2, 19 * 1024 * 1024, algorithm);
}

// --- signatures

export function signingKey(seed) {
  const pair = sodium.crypto_sign_seed_keypair(seed);
  return { seed, publicKey: pair.publicKey, privateKey: pair.privateKey };
}

export const statement = (label, message) => concat(lp(bytes(label)), lp(message));

export const signRaw = (key, message) => sodium.crypto_sign_detached(message, key.privateKey);
export const sign = (key, label, message) => signRaw(key, statement(label, message));

export function checkPublicKey(key) {
  if (key.length !== 32 || !sodium.crypto_core_ed25519_is_valid_point(key)) refuse("public-key");
}

export function isSignature(message, signature, key) {
  if (signature.length !== 64 || key.length !== 32) return false;
  return sodium.crypto_sign_verify_detached(signature, message, key);
}

export function checkSignature(label, message, signature, key) {
  if (!isSignature(statement(label, message), signature, key)) refuse("signature");
}

// --- box keys

const kem = new XWing();
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });

export async function boxKey(seed) {
  const pair = await kem.generateKeyPairDerand(seed);
  const publicKey = new Uint8Array(await kem.serializePublicKey(pair.publicKey));
  return { pair, publicKey };
}

export function checkBoxKey(key) {
  if (key.length !== 1216) refuse("wrap-key");
  for (let i = 0; i < 1152; i += 3) {
    const first = key[i] | ((key[i + 1] & 15) << 8);
    const second = (key[i + 1] >> 4) | (key[i + 2] << 4);
    if (first >= 3329 || second >= 3329) refuse("wrap-key");
  }
  try {
    sodium.crypto_scalarmult(new Uint8Array(32).fill(8), key.subarray(1184));
  } catch {
    refuse("wrap-key"); // a point of low order
  }
}

/** Return k(to) of a chain that starts at `first` with `value` and was advanced to `from`. */
export function ratchet(first, value, from, to) {
  if (from < first || to < from || to > first + 7) refuse("key-number");
  let current = value;
  for (let n = first; n < to; n += 1) current = derive(current, "mp1/ratchet");
  return current;
}

// --- bodies

const CLASSES = [1024, 4096, 16384, 65536];

export function pad(payload) {
  const size = CLASSES.find((each) => payload.length + 4 <= each);
  if (size === undefined) refuse("too-long");
  return concat(lp(payload), new Uint8Array(size - payload.length - 4));
}

function unpad(padded) {
  const size = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  const payload = padded.slice(4, 4 + size);
  if (payload.length !== size || size + 4 > 65536 || !same(pad(payload), padded)) refuse("padding");
  return payload;
}

export function sealBody(payload, contentKey) {
  const commitment = derive(contentKey, "mp1/commit");
  const key = derive(contentKey, "mp1/encrypt");
  const seal = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt;
  return concat(commitment, seal(pad(payload), null, null, commitment.slice(0, 24), key));
}

export function checkCommitment(body, contentKey) {
  if (!isBodySize(body.length)) refuse("body-size");
  if (!sodium.memcmp(body.slice(0, 32), derive(contentKey, "mp1/commit"))) refuse("commitment");
}

export function openBody(body, contentKey) {
  checkCommitment(body, contentKey);
  const commitment = derive(contentKey, "mp1/commit");
  const key = derive(contentKey, "mp1/encrypt");
  const open = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt;
  let padded;
  try {
    padded = open(null, body.slice(32), null, commitment.slice(0, 24), key);
  } catch {
    refuse("ciphertext");
  }
  return unpad(padded);
}

export const isBodySize = (size) => CLASSES.includes(size - 48);
export const bodyHash = (body) => hash(32, "mp1/body", body);

// --- wraps

export const wrapInfo = ({ line, report, message, key }) =>
  concat(...[bytes("mp1/wrap"), line, report, message, key].map(lp));

export async function sealWrap(contentKey, publicKey, context) {
  checkBoxKey(publicKey);
  const recipientPublicKey = await kem.deserializePublicKey(publicKey);
  const sealed = await suite.seal({ recipientPublicKey, info: wrapInfo(context) }, contentKey);
  return concat(new Uint8Array(sealed.enc), new Uint8Array(sealed.ct));
}

export async function openWrap(wrap, pair, context) {
  if (wrap.length !== 1168) refuse("wrap-size");
  const enc = wrap.slice(0, 1120);
  try {
    const opener = { recipientKey: pair.privateKey, enc, info: wrapInfo(context) };
    return new Uint8Array(await suite.open(opener, wrap.slice(1120)));
  } catch {
    return refuse("wrap");
  }
}

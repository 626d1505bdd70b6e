// Attachments: lengths, and the stream (openapi/protocol.md section 7.7).

import { concat, hash, lp, refuse, same, sodium } from "./encoding.js";

const CHUNK = 65536;
const OVERHEAD = 17;
const STREAM_HEADER = 24;

/** Beyond 2^31 bit operations fail, so this rounds by division. */
function padded(size) {
  if (size < 2) return size;
  const exponent = Math.floor(Math.log2(size));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(size / step) * step;
}

export function streamSize(size) {
  const length = padded(size);
  return STREAM_HEADER + length + Math.max(1, Math.ceil(length / CHUNK)) * OVERHEAD;
}

export function checkStreamSize(length) {
  const chunks = Math.max(1, Math.ceil((length - STREAM_HEADER) / (CHUNK + OVERHEAD)));
  const plain = length - STREAM_HEADER - chunks * OVERHEAD;
  if (plain < 0 || streamSize(plain) !== length) refuse("attachment-size");
}

// --- the stream

const FINAL = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL;
const MESSAGE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;

const partsOf = ({ line, report, attachment }) => [line, report, attachment];
export const context = (place) => concat(...partsOf(place).map(lp));

function cut(value, first, size) {
  const parts = [value.slice(0, first)];
  for (let at = first; at < value.length; at += size) parts.push(value.slice(at, at + size));
  return parts;
}

export const digest = (stream, place) =>
  hash(32, "mp1/attachment", ...partsOf(place), ...cut(stream, STREAM_HEADER, CHUNK + OVERHEAD));

/** `init_push` is `init_pull` with a header that libsodium draws. */
const begin = (key, header) => sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);

/** Encrypt chunks as they are said to be: `chunks` are pairs of plaintext and tag. */
export function push(chunks, key, header, place) {
  const state = begin(key, header);
  return chunks.map(([plain, tag]) =>
    sodium.crypto_secretstream_xchacha20poly1305_push(state, plain, context(place), tag),
  );
}

export function seal(plain, place, key, header) {
  const whole = concat(plain, new Uint8Array(padded(plain.length) - plain.length));
  const pieces = whole.length === 0 ? [whole] : cut(whole, CHUNK, CHUNK);
  const chunks = pieces.map((piece, i) => [piece, i === pieces.length - 1 ? FINAL : MESSAGE]);
  return concat(header, ...push(chunks, key, header, place));
}

export function open(stream, listed, place) {
  if (stream.length !== streamSize(listed.size)) refuse("attachment-size");
  if (!same(digest(stream, place), listed.digest)) refuse("attachment-digest");
  const [header, ...chunks] = cut(stream, STREAM_HEADER, CHUNK + OVERHEAD);
  const state = begin(listed.key, header);
  const plain = chunks.map((chunk, i) => pull(state, chunk, place, i === chunks.length - 1));
  const whole = concat(...plain);
  if (whole.subarray(listed.size).some((byte) => byte !== 0)) refuse("padding");
  return whole.slice(0, listed.size);
}

function pull(state, chunk, place, last) {
  const found = sodium.crypto_secretstream_xchacha20poly1305_pull(state, chunk, context(place));
  if (!found || found.tag !== (last ? FINAL : MESSAGE)) refuse("attachment-stream");
  return found.message;
}

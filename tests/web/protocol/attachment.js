// Attachments: lengths, and the stream (openapi/protocol.md section 7.7).

import { refuse } from "./encoding.js";

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

/** The encrypted stream of a file, chunk by chunk (openapi/extensions.md section 7.7). */

import { derive } from "./keys.js";
import { SecretStream, TAG_FINAL, TAG_MESSAGE } from "./primitives/secretstream.js";
import {
  CHUNK_SIZE,
  padme,
  SEALED_CHUNK_SIZE,
  STREAM_HEADER_SIZE,
  streamSize,
} from "./verify/attachment.js";
import { type Bytes, concat, lp, same } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import { GrowingHash } from "./verify/hashing.js";

/** Where a file belongs, as raw ids. */
export interface AttachmentPlace {
  /** 20 bytes. */
  readonly line: Uint8Array;
  /** 32 bytes. */
  readonly report: Uint8Array;
  /** 16 bytes. */
  readonly attachment: Uint8Array;
}

/** What a payload says of a file, as far as it opens it. */
export interface ListedFile {
  /** Bytes before padding. */
  readonly size: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 32 bytes. */
  readonly digest: Uint8Array;
}

const partsOf = ({ line, report, attachment }: AttachmentPlace) => [line, report, attachment];
/** What every chunk is bound to. */
export const contextOf = (place: AttachmentPlace): Bytes => concat(...partsOf(place).map(lp));

/** The stream header that a writer takes for a key: whoever has the file and the key computes it again. */
export const streamHeader = (key: Uint8Array): Bytes =>
  derive(key, "mp1/stream").slice(0, STREAM_HEADER_SIZE);

/** Begin the digest of a stream: add its header, then each encrypted chunk. */
export function startDigest(place: AttachmentPlace): GrowingHash {
  const digest = new GrowingHash(32, "mp1/attachment");
  for (const part of partsOf(place)) digest.add(part);
  return digest;
}

/** Cut after the first bytes, then into equal pieces. */
function* cut(value: Uint8Array, first: number, size: number): Generator<Uint8Array> {
  yield value.subarray(0, first);
  for (let at = first; at < value.length; at += size) yield value.subarray(at, at + size);
}

/** The digest of a whole stream: 32 bytes. */
export function digestOf(stream: Uint8Array, place: AttachmentPlace): Bytes {
  const digest = startDigest(place);
  for (const part of cut(stream, STREAM_HEADER_SIZE, SEALED_CHUNK_SIZE)) digest.add(part);
  return digest.digest();
}

/** Encrypt chunks as they are said to be, whether a reader would take them or not. */
export function pushChunks(
  chunks: readonly (readonly [plain: Uint8Array, tag: number])[],
  key: Uint8Array,
  header: Uint8Array,
  place: AttachmentPlace,
): Bytes[] {
  const stream = new SecretStream(key, header);
  return chunks.map(([plain, tag]) => stream.push(plain, contextOf(place), tag));
}

/** Encrypt a file that is in memory: the whole stream. `header` must never have met `key` before. */
export function sealAttachment(
  plain: Uint8Array,
  place: AttachmentPlace,
  key: Uint8Array,
  header: Uint8Array = streamHeader(key),
): Bytes {
  const whole = concat(plain, new Uint8Array(padme(plain.length) - plain.length));
  const pieces = [...cut(whole, CHUNK_SIZE, CHUNK_SIZE)];
  const chunks = pieces.map(
    (piece, i) => [piece, i === pieces.length - 1 ? TAG_FINAL : TAG_MESSAGE] as const,
  );
  return concat(header, ...pushChunks(chunks, key, header, place));
}

/**
 * Open a whole stream that is in memory.
 *
 * @throws {@link RefusedError} `attachment-size`, `attachment-digest`, `attachment-stream`, `padding`, in this order.
 */
export function openAttachment(
  stream: Uint8Array,
  listed: ListedFile,
  place: AttachmentPlace,
): Bytes {
  if (stream.length !== streamSize(listed.size)) refuse("attachment-size");
  if (!same(digestOf(stream, place), listed.digest)) refuse("attachment-digest");
  const [header, ...chunks] = cut(stream, STREAM_HEADER_SIZE, SEALED_CHUNK_SIZE);
  const state = new SecretStream(listed.key, header as Uint8Array);
  const plain = chunks.map((chunk, i) => pullChunk(state, chunk, place, i === chunks.length - 1));
  const whole = concat(...plain);
  if (whole.subarray(listed.size).some((byte) => byte !== 0)) refuse("padding");
  return whole.slice(0, listed.size);
}

/** Open the next chunk of a stream. @throws {@link RefusedError} `attachment-stream`. */
export function pullChunk(
  state: SecretStream,
  chunk: Uint8Array,
  place: AttachmentPlace,
  isLast: boolean,
): Bytes {
  const found = state.pull(chunk, contextOf(place));
  return found?.tag === (isLast ? TAG_FINAL : TAG_MESSAGE)
    ? found.plain
    : refuse("attachment-stream");
}

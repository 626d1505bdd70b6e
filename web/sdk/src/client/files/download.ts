/** Fetch a file: all of it is checked before a byte is decrypted (openapi/extensions.md section 7.7). */

import { type AttachmentPlace, pullChunk, startDigest } from "../../protocol/attachment.js";
import type { Attachment } from "../../protocol/payload.js";
import { SecretStream } from "../../protocol/primitives/secretstream.js";
import {
  SEALED_CHUNK_SIZE,
  STREAM_HEADER_SIZE,
  streamSize,
} from "../../protocol/verify/attachment.js";
import { type Bytes, concat, same } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { type AttachmentApi, attachmentApi } from "../http/api.js";
import type { ReportPlace } from "./attach.js";
import type { FileProgress } from "./upload.js";

/** Chunks that are fetched at once: 1 MiB. */
const AT_ONCE = 16 * SEALED_CHUNK_SIZE;

/**
 * Keeps a piece of at most 1 MiB until the whole is there: first of the ciphertext, then of the file. In Node, where a
 * Blob is in memory, write it to a file and give its `openAsBlob`.
 */
export type KeepPiece = (piece: Bytes) => Blob | Promise<Blob>;
const inBlob: KeepPiece = (piece) => new Blob([piece]);

/**
 * Fetch a file that a message lists, and check all of it. Save it; never open or show it. One piece of it is
 * in memory; browsers keep Blobs elsewhere.
 *
 * @throws {@link RefusedError} `attachment-digest`, `attachment-stream`, `padding`: it is not the listed file.
 * {@link ProblemError} `not-found`; `attachment-lost` for a file that the host has lost.
 */
export async function download(
  { place: { transport, key, line, report, path } }: { readonly place: ReportPlace },
  listed: Attachment,
  progress: FileProgress = () => {},
  keep: KeepPiece = inBlob,
): Promise<Blob> {
  const api = attachmentApi(transport, key, listed.id, path);
  const place = { line, report, attachment: listed.id };
  const stream = await fetchStream(api, listed, place, progress, keep);
  const header = await bytesOf(stream.slice(0, STREAM_HEADER_SIZE));
  const state = new SecretStream(listed.key, header);
  const plain: Blob[] = [];
  let left = listed.size;
  for (let at = STREAM_HEADER_SIZE; at < stream.size; at += AT_ONCE) {
    const sealed = await bytesOf(stream.slice(at, at + AT_ONCE));
    const opened = openChunks(sealed, state, place, at + AT_ONCE >= stream.size);
    if (opened.subarray(left).some((byte) => byte !== 0)) refuse("padding");
    if (left > 0) plain.push(await keep(opened.slice(0, left)));
    left = Math.max(0, left - opened.length);
  }
  return new Blob(plain, { type: "application/octet-stream" }); // the type is its author's word
}

/** Open whole chunks; the last of the stream is among them if `isEnd`. */
function openChunks(
  sealed: Bytes,
  state: SecretStream,
  place: AttachmentPlace,
  isEnd: boolean,
): Bytes {
  const opened: Bytes[] = [];
  for (let at = 0; at < sealed.length; at += SEALED_CHUNK_SIZE) {
    const chunk = sealed.subarray(at, at + SEALED_CHUNK_SIZE);
    opened.push(pullChunk(state, chunk, place, isEnd && at + SEALED_CHUNK_SIZE >= sealed.length));
  }
  return concat(...opened);
}

/** The ciphertext, whose digest is the listed one. */
async function fetchStream(
  api: AttachmentApi,
  listed: Attachment,
  place: AttachmentPlace,
  progress: FileProgress,
  keep: KeepPiece,
): Promise<Blob> {
  const length = streamSize(listed.size);
  const digest = startDigest(place);
  const parts: Blob[] = [];
  for (let at = 0; at < length; at += parts.at(-1)?.size ?? length) {
    progress(at, length);
    const size = Math.min(at === 0 ? STREAM_HEADER_SIZE : AT_ONCE, length - at);
    const part = await api.read(at, size, length);
    for (let i = 0; i < size; i += SEALED_CHUNK_SIZE)
      digest.add(part.subarray(i, i + SEALED_CHUNK_SIZE));
    parts.push(await keep(part));
  }
  progress(length, length);
  return same(digest.digest(), listed.digest) ? new Blob(parts) : refuse("attachment-digest");
}

const bytesOf = async (blob: Blob): Promise<Bytes> => new Uint8Array(await blob.arrayBuffer());

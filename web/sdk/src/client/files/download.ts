/** Fetch a file: all of it is checked before a byte is decrypted (openapi/extensions.md section 7.7). */

import { type AttachmentPlace, pullChunk, startDigest } from "../../protocol/attachment.js";
import type { Attachment } from "../../protocol/payload.js";
import { SecretStream } from "../../protocol/primitives/secretstream.js";
import {
  SEALED_CHUNK_SIZE,
  STREAM_HEADER_SIZE,
  streamSize,
} from "../../protocol/verify/attachment.js";
import { type Bytes, same } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { type AttachmentApi, attachmentApi } from "../http/api.js";
import type { ReportPlace } from "./attach.js";
import type { FileProgress } from "./upload.js";

/** Chunks that are fetched at once: 1 MiB. */
const AT_ONCE = 16 * SEALED_CHUNK_SIZE;

/**
 * Fetch a file that a message lists, and check all of it. Save it; never open or show it. Browsers may keep
 * what a Blob holds outside of memory.
 *
 * @throws {@link RefusedError} `attachment-digest`, `attachment-stream`, `padding`: it is not the listed file.
 * {@link ProblemError} `not-found`; `attachment-lost` for a file that the host has lost.
 */
export async function download(
  { place: { transport, key, line, report, path } }: { readonly place: ReportPlace },
  listed: Attachment,
  progress: FileProgress = () => {},
): Promise<Blob> {
  const api = attachmentApi(transport, key, listed.id, path);
  const place = { line, report, attachment: listed.id };
  const stream = await fetchStream(api, listed, place, progress);
  const header = await bytesOf(stream.slice(0, STREAM_HEADER_SIZE));
  const [state, plain, last] = [new SecretStream(listed.key, header), [] as Bytes[], stream.size];
  let left = listed.size;
  for (let at = STREAM_HEADER_SIZE; at < last; at += SEALED_CHUNK_SIZE) {
    const chunk = await bytesOf(stream.slice(at, at + SEALED_CHUNK_SIZE));
    const opened = pullChunk(state, chunk, place, at + SEALED_CHUNK_SIZE >= last);
    if (opened.subarray(left).some((byte) => byte !== 0)) refuse("padding");
    plain.push(opened.slice(0, left));
    left = Math.max(0, left - opened.length);
  }
  return new Blob(plain, { type: "application/octet-stream" }); // the type is its author's word
}

/** The ciphertext, whose digest is the listed one. */
async function fetchStream(
  api: AttachmentApi,
  listed: Attachment,
  place: AttachmentPlace,
  progress: FileProgress,
): Promise<Blob> {
  const length = streamSize(listed.size);
  const digest = startDigest(place);
  const parts: Bytes[] = [];
  for (let at = 0; at < length; at += parts.at(-1)?.length ?? length) {
    progress(at, length);
    const size = Math.min(at === 0 ? STREAM_HEADER_SIZE : AT_ONCE, length - at);
    const part = await api.read(at, size, length);
    for (let i = 0; i < size; i += SEALED_CHUNK_SIZE)
      digest.add(part.subarray(i, i + SEALED_CHUNK_SIZE));
    parts.push(part);
  }
  progress(length, length);
  return same(digest.digest(), listed.digest) ? new Blob(parts) : refuse("attachment-digest");
}

const bytesOf = async (blob: Blob): Promise<Bytes> => new Uint8Array(await blob.arrayBuffer());

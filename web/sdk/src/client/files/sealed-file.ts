/** A file on its way in: encrypted while it is read, chunk by chunk (openapi/extensions.md section 7.7). */

import {
  type AttachmentPlace,
  contextOf,
  startDigest,
  streamHeader,
} from "../../protocol/attachment.js";
import { SecretStream, TAG_FINAL, TAG_MESSAGE } from "../../protocol/primitives/secretstream.js";
import { CHUNK_SIZE, padme, streamSize } from "../../protocol/verify/attachment.js";
import { type Bytes, concat } from "../../protocol/verify/encoding.js";
import { AnswerError } from "../http/errors.js";

/** The ciphertext of a file. It is read once, and only one piece of it is in memory. */
export class SealedFile {
  /** Bytes of ciphertext. */
  readonly length: number;
  readonly #chunks: AsyncGenerator<Bytes>;
  readonly #digest;
  #held: Bytes = new Uint8Array(0);
  #start = 0;

  constructor(content: Blob, place: AttachmentPlace, key: Bytes) {
    this.length = streamSize(content.size);
    this.#digest = startDigest(place);
    this.#chunks = this.#read(content, place, key);
  }

  async *#read(content: Blob, place: AttachmentPlace, key: Bytes): AsyncGenerator<Bytes> {
    const header = streamHeader(key);
    const [stream, context, padded] = [
      new SecretStream(key, header),
      contextOf(place),
      padme(content.size),
    ];
    yield this.#noted(header);
    for (let at = 0; at === 0 || at < padded; at += CHUNK_SIZE) {
      const plain = new Uint8Array(Math.min(CHUNK_SIZE, padded - at));
      plain.set(new Uint8Array(await content.slice(at, at + CHUNK_SIZE).arrayBuffer()));
      yield this.#noted(
        stream.push(plain, context, at + CHUNK_SIZE >= padded ? TAG_FINAL : TAG_MESSAGE),
      );
    }
  }

  #noted(part: Bytes): Bytes {
    this.#digest.add(part);
    return part;
  }

  /**
   * Up to `size` bytes from an offset, which is in the last piece or right after it.
   *
   * @throws {@link AnswerError} The host has lost what it had: another content must not be sent under one key.
   */
  async piece(offset: number, size: number): Promise<Bytes> {
    if (offset < this.#start || offset > this.#start + this.#held.length) throw new AnswerError();
    const parts = [this.#held.subarray(offset - this.#start)];
    let length = parts[0]?.length ?? 0;
    while (length < size) {
      const { done, value } = await this.#chunks.next();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
    this.#held = concat(...parts);
    this.#start = offset;
    return this.#held.slice(0, size);
  }

  /** The digest, once all was read. */
  digest(): Bytes {
    return this.#digest.digest();
  }
}

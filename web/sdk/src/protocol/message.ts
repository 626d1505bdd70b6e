/** Messages: sealing them, and opening them as one reader (openapi/protocol.md sections 7.3 to 7.6). */

import { checkCommitment, openBody, sealBody } from "./body.js";
import { type SigningKey, sign } from "./keys.js";
import { checkAttachments, type Payload, parsePayload } from "./payload.js";
import { ENTROPY_SIZE } from "./primitives/x-wing.js";
import { type Bytes, encodeBase64url, type Hex, hex, same } from "./verify/encoding.js";
import { type Reason, RefusedError, reasonOf, refuse } from "./verify/errors.js";
import type { Participant } from "./verify/fields.js";
import { bodyHash, messageId } from "./verify/ids.js";
import { type Header, parseHeader, type VerifiedHeader } from "./verify/log/header.js";
import type { SealedMessage, Wrap } from "./verify/sealed.js";
import { dumpJson, type JsonObject } from "./verify/strict-json.js";
import { openWrap, sealWrap } from "./wrap.js";

/** Gives so many random bytes. */
export type Entropy = (size: number) => Bytes;

/** A message that its reader has opened. */
export interface OpenedMessage {
  readonly payload: Payload;
  /** The payload's bytes. */
  readonly plain: Bytes;
  /** 32 secret bytes. */
  readonly contentKey: Bytes;
}

/** Box keys at hand: key id in hexadecimal → seed of the key, 32 secret bytes. */
export type BoxSeeds = ReadonlyMap<Hex, Bytes>;

/**
 * The author's software made a message that no reader accepts. The author signed the body, and the body
 * commits to the content key: no host has changed it.
 */
export class UnreadableError extends RefusedError {
  /** 32 secret bytes. */
  readonly contentKey: Bytes;

  constructor(reason: Reason, contentKey: Bytes) {
    super(reason);
    this.contentKey = contentKey;
  }
}

/**
 * Open a message whose header is verified.
 *
 * A bad wrap does not hide a good one. Once the commitment holds, no other wrap opens more.
 *
 * @param admitted - the reader may read it by an admission or a consent, though the header does not name them.
 * @throws {@link RefusedError} `not-a-reader`, `body-hash`, `wrap-reader`, `wrap-size`, `wrap`, `body-size`,
 * `commitment`. {@link UnreadableError} `ciphertext`, `padding`, a reason of the payload, `attachments`.
 */
export function openMessage(
  verified: VerifiedHeader,
  body: Uint8Array,
  wraps: readonly Wrap[],
  reader: Participant,
  seeds: BoxSeeds,
  admitted = false,
): OpenedMessage {
  const { header } = verified;
  if (!admitted && !header.readers.includes(reader)) refuse("not-a-reader");
  if (!same(bodyHash(body), header.body)) refuse("body-hash");
  let reason: Reason = "wrap-reader";
  for (const each of wraps) {
    const seed = seeds.get(hex(each.keyId));
    if (seed === undefined) continue;
    try {
      return openOwn(header, body, openContentKey(verified, body, each, seed));
    } catch (error) {
      if (error instanceof UnreadableError) throw error;
      reason = reasonOf(error);
    }
  }
  return refuse(reason);
}

function openContentKey(
  { header, id }: VerifiedHeader,
  body: Uint8Array,
  { keyId, wrap }: Wrap,
  seed: Bytes,
): Bytes {
  const place = { line: header.lineId, report: header.reportId, message: id, key: keyId };
  const contentKey = openWrap(wrap, seed, place);
  checkCommitment(body, contentKey);
  return contentKey;
}

/**
 * Open a body whose content key is known, as its author does before sending.
 *
 * @throws {@link UnreadableError} A reader would refuse it.
 */
export function openOwn(header: Header, body: Uint8Array, contentKey: Bytes): OpenedMessage {
  try {
    const plain = openBody(body, contentKey);
    const payload = parsePayload(plain);
    checkAttachments(header, payload);
    return { payload, plain, contentKey };
  } catch (error) {
    throw new UnreadableError(reasonOf(error), contentKey);
  }
}

/** A box key that a message is sealed to. */
export interface Recipient {
  /** 16 bytes. */
  readonly keyId: Uint8Array;
  /** 1,216 bytes. */
  readonly publicKey: Uint8Array;
}

/** A message that is sealed, and that its author has opened again. */
export interface OwnMessage {
  readonly sealed: SealedMessage;
  readonly header: Header;
  /** 32 bytes. */
  readonly id: Bytes;
  readonly opened: OpenedMessage;
}

/**
 * Seal a message, and open it again as a reader would.
 *
 * @param draft - the header's members as they travel, all but `body`, in any order.
 * @param payload - the payload's bytes.
 * @param entropy - gives 32 bytes for the content key, then 64 for each recipient.
 * @throws {@link RefusedError} What a reader would refuse, and `wrap-key`. Nothing is sealed then.
 */
export function sealMessage(
  draft: JsonObject,
  payload: Uint8Array,
  author: SigningKey,
  recipients: readonly Recipient[],
  entropy: Entropy,
): OwnMessage {
  const contentKey = entropy(32);
  const body = sealBody(payload, contentKey);
  const data = dumpJson({ ...draft, body: encodeBase64url(bodyHash(body)) });
  const header = parseHeader(data);
  const opened = openOwn(header, body, contentKey);
  const id = messageId(data);
  const place = { line: header.lineId, report: header.reportId, message: id };
  const wraps = recipients.map(({ keyId, publicKey }) => ({
    keyId: Uint8Array.from(keyId),
    wrap: sealWrap(contentKey, publicKey, { ...place, key: keyId }, entropy(ENTROPY_SIZE)),
  }));
  const signature = sign(author, "mp1/message", data);
  return { sealed: { header: data, signature, body, wraps }, header, id, opened };
}

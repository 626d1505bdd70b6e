/**
 * A sealed message that its author keeps until the host has answered, to send the same bytes again in another process.
 *
 * Sealing again makes another message, and the first one may have arrived. It is sealed under the author's own key: on a
 * seized device it shows that something was to be sent, and neither what nor to whom.
 */

import { KEPT_SALT_SIZE, openKept, sealKept } from "../../protocol/kept.js";
import type { Entropy } from "../../protocol/message.js";
import { type Bytes, encodeBase64url, encodeLineId } from "../../protocol/verify/encoding.js";
import * as f from "../../protocol/verify/fields.js";
import { messageId } from "../../protocol/verify/ids.js";
import { parseHeader } from "../../protocol/verify/log/header.js";
import { WRAP } from "../../protocol/verify/sealed.js";
import { dumpJson } from "../../protocol/verify/strict-json.js";
import { travelling } from "../http/api.js";
import type { Posted } from "./delivery.js";

const MAX_SIZE = 1_048_512;
const MESSAGE = f.record({
  header: f.raw(),
  signature: f.raw(64),
  body: f.raw(),
  wraps: f.optional(f.list(WRAP, 0, 10_000), []),
});
const DRAFT = {
  version: f.version,
  message: MESSAGE,
  sealedOn: f.day,
  lineId: f.lineId,
  receiptKey: f.raw(32),
};

/**
 * The bytes to keep of a message that is not answered yet, without what opens it.
 *
 * @param seed - of its author's signing key.
 */
export function keepDraft(
  { own, sealedOn, lineId, receiptKey }: Posted,
  seed: Uint8Array,
  entropy: Entropy,
): Bytes {
  const kept = {
    version: 1,
    message: travelling(own.sealed),
    sealedOn,
    lineId: encodeLineId(lineId),
    receiptKey: encodeBase64url(receiptKey),
  };
  return sealKept(dumpJson(kept), seed, entropy(KEPT_SALT_SIZE));
}

/** The message that was kept. @throws {@link RefusedError} It was kept under another key, or is damaged. */
export function readKeptDraft(data: Uint8Array, seed: Uint8Array): Posted {
  const { message, sealedOn, lineId, receiptKey } = f.readSigned(
    openKept(data, seed),
    DRAFT,
    MAX_SIZE,
  );
  const header = parseHeader(message.header);
  const own = { sealed: message, header, id: messageId(message.header) };
  return { own, notices: [], sealedOn, lineId, receiptKey };
}

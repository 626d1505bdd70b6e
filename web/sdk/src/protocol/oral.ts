/** Reports that a handler wrote down (openapi/extensions.md section 9.6). */

import { type SigningKey, sign } from "./keys.js";
import type { Payload } from "./payload.js";
import { isSignature, signedBytes } from "./verify/ed25519.js";
import { concat, encodeBase64url, type Hex } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import { participantText } from "./verify/fields.js";
import { findHandler, type LineDocument } from "./verify/line-document.js";
import type { Header } from "./verify/log/header.js";
import type { JsonObject } from "./verify/strict-json.js";

/** A handler's signed statement, as it travels, that they wrote this report down for a caller. */
export const signOralNote = (
  key: SigningKey,
  handler: Hex,
  line: Uint8Array,
  report: Uint8Array,
): JsonObject => ({
  handler: participantText(handler),
  signature: encodeBase64url(sign(key, "mp1/oral", concat(line, report))),
});

/**
 * Who wrote a report down; undefined if nobody did.
 *
 * @throws {@link RefusedError} `oral`.
 */
export function verifyOralNote(
  header: Header,
  { oral }: Payload,
  document: LineDocument,
): Hex | undefined {
  if ((header.origin === "oral") !== (oral !== undefined)) refuse("oral");
  if (oral === undefined) return undefined;
  const handler = findHandler(document, oral.handler) ?? refuse("oral");
  const signed = signedBytes("mp1/oral", concat(header.lineId, header.reportId));
  return isSignature(signed, oral.signature, handler.signingKey) ? oral.handler : refuse("oral");
}

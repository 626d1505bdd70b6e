/** Handlers of another line who ask for advice (openapi/extensions.md section 9.8). */

import { type SigningKey, sign } from "./keys.js";
import type { ConsultationNote, Payload } from "./payload.js";
import { addDays, type Day } from "./verify/days.js";
import { isSignature, signedBytes } from "./verify/ed25519.js";
import { concat, encodeBase64url, encodeLineId, type Hex, same } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import { participantText } from "./verify/fields.js";
import { findHandler, isActive, type LineDocument } from "./verify/line-document.js";
import type { Header } from "./verify/log/header.js";
import type { JsonObject } from "./verify/strict-json.js";

const GRACE = 30;

/**
 * A handler's signed statement, as it travels, that they ask for advice.
 *
 * @param line - the handler's own line.
 * @param asked - the line whose handlers shall answer, and `report` there holds the question.
 */
export const signConsultationNote = (
  key: SigningKey,
  handler: Hex,
  line: Uint8Array,
  asked: Uint8Array,
  report: Uint8Array,
): JsonObject => ({
  lineId: encodeLineId(line),
  handler: participantText(handler),
  signature: encodeBase64url(sign(key, "mp1/consultation", concat(asked, report, line))),
});

/** Who claims to ask for advice; undefined if nobody does. @throws {@link RefusedError} `consultation`. */
export function findConsultationNote(
  header: Header,
  { consultation }: Payload,
): ConsultationNote | undefined {
  if ((header.origin === "consultation") !== (consultation !== undefined)) refuse("consultation");
  return consultation;
}

/**
 * Verify a note by the newest document of the line that asks: the asking handler's id.
 *
 * @throws {@link RefusedError} `consultation`.
 */
export function verifyConsultationNote(
  header: Header,
  { lineId, handler, signature }: ConsultationNote,
  document: LineDocument,
  today: Day,
): Hex {
  const stale = today > addDays(document.expiresOn, GRACE);
  if (!same(lineId, document.lineId) || stale) refuse("consultation");
  const found = findHandler(document, handler);
  if (found === undefined || !isActive(found, today)) return refuse("consultation");
  const signed = signedBytes("mp1/consultation", concat(header.lineId, header.reportId, lineId));
  return isSignature(signed, signature, found.signingKey) ? handler : refuse("consultation");
}

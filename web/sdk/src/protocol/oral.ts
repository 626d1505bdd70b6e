/** Reports that a handler wrote down (openapi/extensions.md section 9.6). */

import type { Payload } from "./payload.js";
import { isSignature, signedBytes } from "./verify/ed25519.js";
import { concat, type Hex } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import { findHandler, type LineDocument } from "./verify/line-document.js";
import type { Header } from "./verify/log/header.js";

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

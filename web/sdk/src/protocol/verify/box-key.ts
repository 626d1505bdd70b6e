/** Box key statements (openapi/protocol.md section 6.1). */

import { addDays } from "./days.js";
import { checkSignature } from "./ed25519.js";
import { type Bytes, hex, same } from "./encoding.js";
import { refuse } from "./errors.js";
import * as f from "./fields.js";
import { boxKeyId } from "./ids.js";
import { findHandler, type LineDocument } from "./line-document.js";

/** A statement as it travels. */
export const SIGNED_BOX_KEY = f.record({ statement: f.raw(), signature: f.raw(64) });
export type SignedBoxKey = ReturnType<typeof SIGNED_BOX_KEY>;

const STATEMENT_SIZE = 4096;
const LONGEST = 60;
const STATEMENT = {
  version: f.version,
  lineId: f.lineId,
  handlerId: f.raw(16),
  number: f.integer(0),
  publicKey: f.raw(1216),
  notBefore: f.day,
  notAfter: f.day,
};

/** What a statement says. */
export interface BoxKeyStatement extends f.Output<typeof STATEMENT> {
  /** 16 bytes. */
  readonly keyId: Bytes;
}

/** A box key whose handler vouches for it; whether anything can be sealed to it is another question. */
export type VerifiedBoxKey = BoxKeyStatement;

/** Read a statement without its signature, such as one's own. @throws {@link RefusedError} Of a form. */
export function parseBoxKey(statement: Bytes): BoxKeyStatement {
  const key = f.readSigned(statement, STATEMENT, STATEMENT_SIZE);
  return { ...key, keyId: boxKeyId(key.lineId, key.handlerId, key.number, key.publicKey) };
}

/**
 * Verify a statement under a document that is verified.
 *
 * @throws {@link RefusedError} `box-key-other-line`, `box-key-other-handler`, `box-key-dates`, `signature`, or of a form.
 */
export function verifyBoxKey(
  { statement, signature }: SignedBoxKey,
  document: LineDocument,
): VerifiedBoxKey {
  const key = parseBoxKey(statement);
  if (!same(key.lineId, document.lineId)) refuse("box-key-other-line");
  const handler = findHandler(document, hex(key.handlerId)) ?? refuse("box-key-other-handler");
  const { notBefore, notAfter } = key;
  if (notAfter < notBefore || notAfter > addDays(notBefore, LONGEST)) refuse("box-key-dates");
  checkSignature("mp1/box-key", statement, signature, handler.signingKey);
  return key;
}

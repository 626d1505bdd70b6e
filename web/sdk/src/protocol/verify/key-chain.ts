/** A line's keys: the first one is the line, each rotation hands over to the next (openapi/protocol.md section 5.1). */

import { checkPublicKey, checkSignature } from "./ed25519.js";
import { type Bytes, same } from "./encoding.js";
import { refuse } from "./errors.js";
import * as f from "./fields.js";
import { lineId } from "./ids.js";

/** A rotation as it travels: a statement, signed by the old key and by the new one. */
export const ROTATION = f.record({
  statement: f.raw(),
  oldSignature: f.raw(64),
  newSignature: f.raw(64),
});
export type SignedRotation = ReturnType<typeof ROTATION>;

/** The most rotations of a line. */
export const MAX_ROTATIONS = 64;

const STATEMENT_SIZE = 1024;
const STATEMENT = {
  version: f.version,
  lineId: f.lineId,
  number: f.integer(1),
  oldKey: f.raw(32),
  newKey: f.raw(32),
};

/**
 * Verify a line's keys, oldest first; the last one is in force.
 *
 * @throws {@link RefusedError} `public-key`, `first-key`, `other-line`, `rotation`, `signature`, or of a form.
 */
export function verifyKeyChain(
  line: Uint8Array,
  firstKey: Bytes,
  rotations: readonly SignedRotation[],
): Bytes[] {
  checkPublicKey(firstKey);
  if (!same(lineId(firstKey), line)) refuse("first-key");
  const keys = [firstKey];
  let current = firstKey;
  for (const rotation of rotations) {
    current = verifyRotation(line, keys.length, current, rotation);
    keys.push(current);
  }
  return keys;
}

function verifyRotation(
  line: Uint8Array,
  number: number,
  oldKey: Bytes,
  signed: SignedRotation,
): Bytes {
  const { statement, oldSignature, newSignature } = signed;
  const rotation = f.readSigned(statement, STATEMENT, STATEMENT_SIZE);
  if (!same(rotation.lineId, line)) refuse("other-line");
  if (rotation.number !== number || !same(rotation.oldKey, oldKey)) refuse("rotation");
  checkPublicKey(rotation.newKey);
  checkSignature("mp1/line-rotation", statement, oldSignature, oldKey);
  checkSignature("mp1/line-rotation", statement, newSignature, rotation.newKey);
  return rotation.newKey;
}

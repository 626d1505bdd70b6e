/** Proofs of receipt: the host's word for a message and a day (openapi/extensions.md section 10.4). */

import type { Day } from "./days.js";
import { isSignature, signedBytes } from "./ed25519.js";
import { type Bytes, bytes, concat } from "./encoding.js";
import { refuse } from "./errors.js";

/** What a host signs. */
export const proofBytes = (message: Uint8Array, day: Day): Bytes =>
  signedBytes("mp1/receipt-proof", concat(message, bytes(day)));

/** Whether any of these receipt keys vouches for a message and a day. */
export const isProven = (
  message: Uint8Array,
  day: Day,
  proof: Uint8Array,
  receiptKeys: readonly Uint8Array[],
): boolean => receiptKeys.some((key) => isSignature(proofBytes(message, day), proof, key));

/** @throws {@link RefusedError} `proof`. */
export function checkProof(
  message: Uint8Array,
  day: Day,
  proof: Uint8Array,
  receiptKey: Uint8Array,
): void {
  if (!isProven(message, day, proof, [receiptKey])) refuse("proof");
}

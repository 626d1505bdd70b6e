/** Receipt codes on the device: make them, compare typed ones, and derive keys from them. */

import { type ReporterKeys, reporterKeys } from "../protocol/keys.js";
import {
  ENTROPY_SIZE,
  makeReceipt,
  type Progress,
  parseReceipt,
  receiptSeed,
} from "../protocol/receipt.js";
import type { Bytes } from "../protocol/verify/encoding.js";
import { RefusedError } from "../protocol/verify/errors.js";
import type { Environment } from "./environment.js";

/** Derive the keys of a typed code on a line: some 0.3 seconds, or 15 in a browser without JIT. */
export async function keysOf(
  typed: string,
  lineId: Bytes,
  progress?: Progress,
): Promise<ReporterKeys> {
  return reporterKeys(await receiptSeed(typed, lineId, progress));
}

/** A new code, or the person's own, and its keys on a line. */
export async function newKeys(
  lineId: Bytes,
  { entropy }: Environment,
  progress: Progress & { readonly receipt?: string },
): Promise<{ receipt: string; keys: ReporterKeys }> {
  const receipt = progress.receipt ?? makeReceipt(entropy(ENTROPY_SIZE));
  return { receipt, keys: await keysOf(receipt, lineId, progress) };
}

/** Whether somebody has typed this code. */
export function isSameReceipt(typed: string, receipt: string): boolean {
  try {
    return parseReceipt(typed) === parseReceipt(receipt);
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
}

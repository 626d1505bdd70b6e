/** Whether the proofs of receipt that a host serves hold for the days that it gives (openapi/extensions.md section 10.4). */

import { RefusedError } from "../../protocol/verify/errors.js";
import { isProven } from "../../protocol/verify/proof.js";
import { ClientError, UnreachableError } from "../http/errors.js";
import type { Transport } from "../http/transport.js";
import { documentsBack } from "../lines/line.js";
import type { Notice } from "./notices.js";
import type { VerifiedReport } from "./report.js";

/**
 * A notice for each message that no host of the report's line has proven. The older documents are fetched only as
 * long as a proof needs them.
 *
 * @throws {@link UnreachableError} The connection was lost. That says nothing against a proof.
 */
export async function proofNotices(
  transport: Transport,
  report: VerifiedReport,
): Promise<Notice[]> {
  let left = [...report.messages.values()];
  try {
    for await (const [{ receiptKey }] of documentsBack(transport, report.lines.birth)) {
      left = left.filter(
        ({ verified, receivedOn, proof }) =>
          !isProven(verified.id, receivedOn, proof, [receiptKey]),
      );
      if (left.length === 0) break;
    }
  } catch (error) {
    if (!isBad(error)) throw error;
  }
  return left.map(({ id }) => ({ kind: "host-proof", message: id }));
}

/** Whether the host's answer was bad, rather than missing. */
const isBad = (error: unknown): boolean =>
  error instanceof RefusedError ||
  (error instanceof ClientError && !(error instanceof UnreachableError));

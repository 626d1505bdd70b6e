/** Whether the proofs of receipt that a host serves hold for the days that it gives (openapi/extensions.md section 10.4). */

import { RefusedError } from "../../protocol/verify/errors.js";
import { isProven } from "../../protocol/verify/proof.js";
import { ClientError, UnreachableError } from "../http/errors.js";
import type { Transport } from "../http/transport.js";
import { fetchDocument } from "../lines/line.js";
import type { VerifiedMessage } from "./message.js";
import type { Notice } from "./notices.js";
import type { VerifiedReport } from "./report.js";

/** Documents to look at for the keys of earlier hosts: 25 years of a line. */
const MAX_DOCUMENTS = 100;

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
  const line = report.lines.birth;
  let { document } = line;
  let left = unproven([...report.messages.values()], document.receiptKey);
  for (let i = 0; i < MAX_DOCUMENTS && left.length > 0 && document.previous !== undefined; i += 1) {
    const number = document.number - 1;
    try {
      document = await fetchDocument(transport, line, document.previous);
    } catch (error) {
      if (!isBad(error)) throw error;
      break;
    }
    if (document.number !== number) break;
    left = unproven(left, document.receiptKey);
  }
  return left.map(({ id }) => ({ kind: "host-proof", message: id }));
}

/** Whether the host's answer was bad, rather than missing. */
const isBad = (error: unknown): boolean =>
  error instanceof RefusedError ||
  (error instanceof ClientError && !(error instanceof UnreachableError));

const unproven = (messages: readonly VerifiedMessage[], key: Uint8Array): VerifiedMessage[] =>
  messages.filter(
    ({ verified, receivedOn, proof }) => !isProven(verified.id, receivedOn, proof, [key]),
  );

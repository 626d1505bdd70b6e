/** How to read a thread: from the host's answers to a verified thread, as in every visit. */

import type { Alarm } from "../../protocol/alarms.js";
import type { VerifiedLine } from "../../protocol/line.js";
import { verifyOralNote } from "../../protocol/oral.js";
import type { Day } from "../../protocol/verify/days.js";
import { RefusedError, refuse } from "../../protocol/verify/errors.js";
import type { LineDocument } from "../../protocol/verify/line-document.js";
import { isReporters } from "../../protocol/verify/log/causality.js";
import { today as todayOf } from "../environment.js";
import type { Transport } from "../http/transport.js";
import { erasedAlarms, erasedStatus, isErased } from "./erasure.js";
import { arrivals } from "./host-claims.js";
import { closedMessage, openMessages, type ThreadMessage } from "./message.js";
import { lineNotices, type Notice } from "./notices.js";
import { proofNotices } from "./proofs.js";
import { type Reader, ReportVerifier, type VerifiedReport } from "./report.js";
import { hasHealed, isTorn } from "./second-look.js";
import { fetchSnapshot, type ReportSource } from "./snapshot.js";
import { verifiedStatus } from "./status.js";
import type { Thread } from "./thread.js";

/**
 * Fetch a report, verify it, and open what its reader may read. The order of steps, and what each refuses:
 *
 * 1. Ask for the status and every page of messages. Pages that do not progress are refused.
 * 2. Check keys, lines and every signed header. A report of other keys or another line is refused, and any header
 *    that does not hold.
 * 3. If the answers do not fit together, steps 1 and 2 run once more: a message may have arrived between two answers.
 *    What that heals stays as a notice, if an honest host never needs a second look for it.
 * 4. Compare the host's word that the report is erased with the reporter's withdrawal. An erased report ends here. A
 *    report without messages is refused (`gap`).
 * 5. Open each message on its own. Nothing is refused: `readability` says what came of it.
 * 6. Count days from the signed headers, and compare them with the host's claims: differences become notices.
 *
 * @param line - the reader's; for a reporter the one that the report was made on.
 * @throws {@link RefusedError} and {@link ClientError}, as above.
 */
export async function fetchThread(
  api: ReportSource,
  transport: Transport,
  line: VerifiedLine,
  reader: Reader,
): Promise<Thread> {
  const today = todayOf(transport.environment);
  const verifier = new ReportVerifier(transport, line, reader, today);
  const isGone = ({ claim, messages, withdrawalTerms }: VerifiedReport) =>
    isErased(claim, [...messages.values()], withdrawalTerms, today, reader.known);
  const first = await verifier.verify(await fetchSnapshot(api));
  const isAgain = !isGone(first) && isTorn(first);
  const report = isAgain ? await verifier.verify(await fetchSnapshot(api)) : first;
  if (isGone(report)) return erasedThread(report);
  if (report.messages.size === 0) refuse("gap");
  const thread = openedThread(report, reader, today);
  const proofs = await proofNotices(transport, report);
  const healed: Notice[] = isAgain && hasHealed(first, report) ? [{ kind: "second-look" }] : [];
  return { ...thread, notices: [...thread.notices, ...proofs, ...healed] };
}

function openedThread(report: VerifiedReport, reader: Reader, today: Day): Thread {
  const { inOrder, notices } = arrivals(report);
  const { log, lines, claim } = report;
  const messages = openMessages(log, report.messages, (each) => reader.read(each, log));
  const missing = [...log.known.values()].some(isReporters) ? [] : [GAP];
  return {
    status: verifiedStatus(inOrder, log.void, report.terms, today),
    messages,
    alarms: [
      ...missing,
      ...(claim.erased ? [GAP] : []),
      ...log.alarms,
      ...oralAlarms(messages, lines.birth.document),
    ],
    notices: [...lineNotices(lines.own), ...notices, ...reader.compare(report, inOrder, today)],
    erased: false,
    report,
  };
}

/** The report is missing, or the host calls it erased and it is not. */
const GAP: Alarm = { reason: "gap", author: "reporter", n: 0 };

/** The handler's signed oral note is missing, false, or not called for. */
function oralAlarms(messages: readonly ThreadMessage[], document: LineDocument): Alarm[] {
  for (const { header, payload, n } of messages) {
    if (payload === undefined) continue;
    try {
      verifyOralNote(header, payload, document);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return [{ reason: "oral", author: "reporter", n }];
    }
  }
  return [];
}

/** The withdrawal's header shows that the report was not lost. */
function erasedThread(report: VerifiedReport): Thread {
  const shown = [...report.messages.values()];
  return {
    status: erasedStatus(report.claim, shown),
    messages: shown.map((message) => closedMessage(message, { readability: "erased" })),
    alarms: erasedAlarms(report.log),
    notices: [],
    erased: true,
    report,
  };
}

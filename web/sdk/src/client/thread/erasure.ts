/**
 * When a client believes that a report is erased: only where the reporter's last message is a withdrawal, and its
 * term is over (openapi/protocol.md section 8).
 *
 * The report itself is not shown any more, so the host says which line answered and which document applied. Only a
 * line counts whose document the withdrawal names, and the longest of the terms that lead back to the report.
 */

import type { Alarm } from "../../protocol/alarms.js";
import { hasErased, type LastKnown } from "../../protocol/erasure.js";
import type { Log } from "../../protocol/log.js";
import type { Day } from "../../protocol/verify/days.js";
import { type Bytes, same } from "../../protocol/verify/encoding.js";
import type { LineDocument } from "../../protocol/verify/line-document.js";
import { stateOf } from "../../protocol/verify/log/clocks.js";
import type { ReportClaim } from "../http/api.js";
import type { Transport } from "../http/transport.js";
import { findDocument } from "../lines/line.js";
import { findLine, type ReportLines } from "../lines/report-lines.js";
import type { VerifiedMessage } from "./message.js";
import type { Status } from "./status.js";

/** What a visit remembers of a report. */
export interface Remembered extends LastKnown {
  /** Hash of the document whose terms applied. */
  readonly document?: Bytes | undefined;
}

/** The reporter's newest message, of those that the host shows, if it withdraws. */
function withdrawalOf(messages: readonly VerifiedMessage[]): VerifiedMessage | undefined {
  const own = messages.filter(({ header }) => header.author === "reporter");
  const last = Math.max(0, ...own.map(({ header }) => header.n));
  const [newest, ...others] = own.filter(({ header }) => header.n === last);
  return others.length === 0 && newest?.header.tag === "withdrawal" ? newest : undefined;
}

/**
 * The documents whose withdrawal terms must all be over; none if the claim leads to nothing that is signed.
 */
export async function fetchTerms(
  transport: Transport,
  lines: ReportLines,
  claim: ReportClaim,
  messages: readonly VerifiedMessage[],
  known: Remembered | undefined,
): Promise<LineDocument[]> {
  const withdrawal = withdrawalOf(messages);
  const line = claim.answeredBy === undefined ? lines.birth : findLine(lines, claim.answeredBy);
  if (withdrawal === undefined || line === undefined) return [];
  const signed = await findDocument(transport, line, withdrawal.header.document);
  const claimed = await findDocument(transport, line, claim.document);
  if (signed === undefined || claimed === undefined || claimed.number > signed.number) return [];
  if (known?.document === undefined) return [claimed, signed];
  if (same(known.document, claim.document)) return [claimed];
  const before = await findDocument(transport, line, known.document);
  return before === undefined ? [claimed, signed] : [claimed, signed, before];
}

/** Whether a report is erased: both the host and the reporter must have said so. */
export function isErased(
  claim: ReportClaim,
  messages: readonly VerifiedMessage[],
  documents: readonly LineDocument[],
  today: Day,
  known: Remembered | undefined,
): boolean {
  const found = withdrawalOf(messages);
  if (!claim.erased || found === undefined || documents.length === 0) return false;
  const { id, header, receivedOn } = found;
  const withdrawal = { message: id, n: header.n, receivedOn, immediate: header.immediate === true };
  return documents.every((document) => hasErased(document, withdrawal, known, today).erased);
}

/** The status of a report that is erased, from the host's days. */
export function erasedStatus(claim: ReportClaim, messages: readonly VerifiedMessage[]): Status {
  const withdrawal = withdrawalOf(messages);
  const day = withdrawal?.receivedOn ?? claim.receivedOn;
  const withdrawn = { day, immediate: withdrawal?.header.immediate === true };
  const milestones = { received: claim.receivedOn, pauses: [], withdrawn };
  const { receivedOn: arrivedOn, erasedOn } = claim;
  const state = stateOf(milestones);
  return { state, milestones, clocks: [], checkIns: [], erasedOn, arrivedOn, unopened: false };
}

/** The alarms of a report that is erased: what came before the withdrawal is rightly missing. */
export const erasedAlarms = ({ alarms }: Log): Alarm[] =>
  alarms.filter(({ reason }) => reason !== "gap" && reason !== "unknown-seen");

/** A handler, as a reader of one report in their inbox. */

import { readableMessages } from "../../protocol/log.js";
import { verifyReportKeys } from "../../protocol/membership.js";
import { openMessage, UnreadableError } from "../../protocol/message.js";
import type { Day } from "../../protocol/verify/days.js";
import { after } from "../../protocol/verify/days.js";
import { type Hex, hex, same } from "../../protocol/verify/encoding.js";
import { RefusedError, refuse } from "../../protocol/verify/errors.js";
import { inboxEntry, reportId } from "../../protocol/verify/ids.js";
import type { HandlerKeys } from "../keys/handler-keys.js";
import type { Remembered } from "./erasure.js";
import { compareClaims, dayClaims, hasLeft } from "./host-claims.js";
import { type Reading, refusedReading, type VerifiedMessage } from "./message.js";
import type { Notice } from "./notices.js";
import { partOf } from "./participation.js";
import type { Ending, Reader, VerifiedReport } from "./report.js";
import type { Arrivals } from "./status.js";

/** The reader with these keys, of the report with this name in their inbox. */
export const handlerReader = (
  keys: HandlerKeys,
  entry: Hex,
  known: Remembered | undefined,
  today: Day,
): Reader => {
  const me = keys.id;
  let readable = new Set<Hex>(); // of the log that was verified last: looked up for each of its messages
  return {
    me,
    known,
    reportKeys({ birthKeys }) {
      const { signingKey, boxKey } = birthKeys ?? refuse("report-keys");
      const report = reportId(signingKey, boxKey);
      const isListed = hex(inboxEntry(keys.rawId, report)) === entry;
      return isListed ? verifyReportKeys(signingKey, boxKey, report) : refuse("other-report");
    },
    part(log, messages) {
      readable = new Set(readableMessages(log, me, []));
      return { ...partOf(me, log, messages, today), counted: readable.size };
    },
    read: (message) => read(message, keys, readable.has(message.id)),
    compare: (report, inOrder, day) => compare(report, inOrder, day, me),
  };
};

function read(message: VerifiedMessage, keys: HandlerKeys, isReadable: boolean): Reading {
  const { header, body, wraps } = message;
  if (!isReadable) {
    return { readability: header.author === keys.id ? "own" : "not-for-you" };
  }
  if (body === undefined) return { readability: "refused", refusal: "body-hash" };
  try {
    return {
      readability: "opened",
      ...openWith(
        message,
        keys,
        wraps.map(({ keyId }) => hex(keyId)),
      ),
    };
  } catch (error) {
    return refusedReading(error);
  }
}

/**
 * Open a message with some of a handler's keys alone.
 *
 * @throws {@link RefusedError} As `openMessage`.
 */
export const openWith = (
  { verified, body, wraps }: VerifiedMessage,
  keys: HandlerKeys,
  keyIds: readonly Hex[],
) => openMessage(verified, body ?? refuse("body-hash"), wraps, keys.id, keys.seeds(keyIds), true);

/** Whether one of these keys alone opens a message, or all that its author made readable of it. */
export function opensWith(
  message: VerifiedMessage,
  keys: HandlerKeys,
  keyIds: readonly Hex[],
): boolean {
  try {
    openWith(message, keys, keyIds);
    return true;
  } catch (error) {
    if (error instanceof UnreadableError) return true; // the key holds; what was sealed under it does not
    if (error instanceof RefusedError) return false;
    throw error;
  }
}

function compare(report: VerifiedReport, inOrder: Arrivals, today: Day, me: Hex): Notice[] {
  const { ending } = report.part;
  if (ending !== undefined)
    return [...dayClaims(inOrder, today), ...endedClaims(report, inOrder, ending)];
  const found = compareClaims(report, inOrder, today, me);
  return hasLeft(report, me) ? found.filter(({ kind }) => kind !== "not-seen") : found;
}

/** The host's claims to a handler whose part in a report has ended. */
function endedClaims(
  { claim, log, lines, part }: VerifiedReport,
  inOrder: Arrivals,
  ending: Ending,
): Notice[] {
  const found: Notice[] = [];
  const tell = (holds: boolean, kind: Notice["kind"]) => holds || found.push({ kind });
  const first = [...log.known.values()].find(({ header }) => header.tag === "report")?.header;
  const isNamed = first === undefined || same(claim.document, first.document);
  tell(isNamed && claim.answeredBy === undefined, "host-document");
  tell(claim.messageCount === part.counted, "host-count");
  tell(claim.receivedOn === inOrder[0]?.[1], "host-day");
  tell(claim.state === "handed-over", "host-state");
  // If nobody answered in time, no message gives the day: the host may end it about a day later.
  const day = inOrder.find(([{ id }]) => id === ending.message)?.[1];
  const { retention } = lines.own.document;
  const isKnown = day === undefined || claim.erasedOn === after(retention, day);
  tell(claim.clocks.length === 0 && isKnown, "host-clocks");
  return found;
}

/** What a handler's client remembers of one report from one reading to the next. */

import type { Alarm } from "../../protocol/alarms.js";
import {
  addDays,
  after,
  type Day,
  earlier,
  type Term,
  TOLERANCE,
} from "../../protocol/verify/days.js";
import type { Bytes, Hex } from "../../protocol/verify/encoding.js";
import { authors, isReporters, newestOf } from "../../protocol/verify/log/causality.js";
import type { Remembered } from "./erasure.js";
import { erasedOnceOpened } from "./status.js";
import type { Thread } from "./thread.js";

/** Why a report ends on its day. */
export type EndKind = "closed" | "longest-term" | "withdrawn" | "handed-over";

/** What was verified of one report when it was last read. */
export interface RememberedReport {
  /** The newest message of every author, sorted. */
  readonly heads: readonly Hex[];
  /** The day of receipt that the host gave first. */
  readonly receivedOn: Day;
  /** The host must show the report until this day. */
  readonly until: Day;
  /** The number of the reporter's newest message. */
  readonly reporterN: number;
  /** If that message is a withdrawal: the day of its arrival that the host gave first. */
  readonly withdrawnOn?: Day | undefined;
  /** The last day on which the host showed the whole report. */
  readonly wholeOn?: Day | undefined;
  /** The day of erasure that the host claimed when the report was read. */
  readonly claimedEnd?: Day | undefined;
  /** The last day on which the host listed the report. */
  readonly listedOn?: Day | undefined;
  /** For how long the line keeps a closed report. */
  readonly retention?: Term | undefined;
  /** Hash of the line document whose terms applied. */
  readonly document?: Bytes | undefined;
  /** Why the report ends on the day `until`. */
  readonly ending?: EndKind | undefined;
  /** Alarms that the handler has looked into. */
  readonly knownAlarms: readonly Alarm[];
}

/** The facts that decide whether a withdrawal can have erased a report. */
export const lastKnown = ({
  reporterN,
  heads,
  withdrawnOn,
  wholeOn,
  document,
}: RememberedReport): Remembered => ({
  n: reporterN,
  messages: heads,
  ...(withdrawnOn === undefined ? {} : { withdrawnOn }),
  ...(wholeOn === undefined ? {} : { wholeOn }),
  document,
});

/** Whether a term is over; the host's day may be two days ahead of the device's. */
export const isOver = ({ until }: RememberedReport, today: Day): boolean =>
  addDays(today, TOLERANCE) >= until;

/** The highest number of the reporter's messages, or 0 if there is none. */
export const reporterNumber = ({ report: { log } }: Thread): number =>
  Math.max(0, ...[...log.known.values()].filter(isReporters).map(({ header }) => header.n));

/** What to remember of a report that was read today and is not erased. */
export function seenNow(thread: Thread, today: Day): RememberedReport {
  const { status, report } = thread;
  const { known } = report.log;
  const isFirstThere = [...known.values()].some(
    ({ header }) => header.author === "reporter" && header.n === 0,
  );
  return {
    heads: authors(known)
      .flatMap((author) => newestOf(author, known))
      .sort(),
    receivedOn: status.arrivedOn,
    until: shownUntil(thread),
    reporterN: reporterNumber(thread),
    withdrawnOn: status.milestones.withdrawn?.day,
    wholeOn: status.endedOn === undefined ? today : undefined,
    claimedEnd: report.claim.erasedOn,
    listedOn: today,
    retention: report.lines.own.document.retention,
    document: isFirstThere ? report.terms.documentHash : undefined,
    ending: endingOf(thread),
    knownAlarms: [],
  };
}

/** The unopened term does not count: a colleague may open the messages at any time. */
const shownUntil = ({ status, report }: Thread): Day =>
  earlier(status.erasedOn, erasedOnceOpened(status.milestones, report.terms));

function endingOf(thread: Thread): EndKind {
  const { milestones, endedOn } = thread.status;
  if (endedOn !== undefined) return "handed-over";
  if (milestones.withdrawn !== undefined) return "withdrawn";
  const { closed } = milestones;
  const retained = closed && after(thread.report.terms.document.retention, closed);
  return retained === shownUntil(thread) ? "closed" : "longest-term";
}

/** A thread: a report as its reporter sees it on one day. `fetch.ts` makes it. */

import type { Alarm } from "../../protocol/alarms.js";
import { checkReaders } from "../../protocol/log.js";
import { addDays, type Day } from "../../protocol/verify/days.js";
import { type Hex, hex } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { activeHandlers } from "../../protocol/verify/line-document.js";
import {
  ancestors,
  at,
  isReporters,
  newestOf,
  seenBy,
} from "../../protocol/verify/log/causality.js";
import { ClientError } from "../http/errors.js";
import { allLines } from "../lines/report-lines.js";
import type { ThreadMessage } from "./message.js";
import { areOdd, type Notice } from "./notices.js";
import type { VerifiedReport } from "./report.js";
import { erasedOnceOpened, type Status } from "./status.js";

/** How long before a report's erasure its reporter is warned, in days. */
const LAST_DAYS = 14;

/** A signed message shows that handlers have seen a message of the reporter, and all before it. */
export interface Confirmation {
  /** The newest of the reporter's own messages that a handler has seen. */
  readonly message: Hex;
  /** Its number: how many messages of the reporter came before. */
  readonly n: number;
  /** The first day that a handler signed who had seen it. */
  readonly on: Day;
}

/** A report on one day, verified from the line id up. */
export interface Thread {
  /** What the messages show; `report.claim` is the host's. */
  readonly status: Status;
  /** In causal order. */
  readonly messages: readonly ThreadMessage[];
  /** Do not go on before the person knows why. */
  readonly alarms: readonly Alarm[];
  readonly notices: readonly Notice[];
  /** A withdrawal has erased the report: the host says so and shows the withdrawal. */
  readonly erased: boolean;
  readonly report: VerifiedReport;
}

/** Whether a thread has an alarm, or a notice that says something against the host. */
export const isOdd = ({ alarms, notices }: Thread): boolean => alarms.length > 0 || areOdd(notices);

/** Whether a handler wrote the report down for a caller, and still knows its code. */
export function awaitsTakeover({ report }: Thread): boolean {
  const headers = [...report.log.known.values()].map(({ header }) => header);
  return (
    headers.some(({ origin }) => origin === "oral") &&
    !headers.some(({ tag }) => tag === "succession")
  );
}

/** The newest own message that handlers have confirmed. Messages that count for nothing confirm nothing. */
export function confirmedBy({ report, messages }: Thread): Confirmation | undefined {
  const { known, void: ignored } = report.log;
  const others = messages
    .filter(({ author, id }) => author !== "reporter" && !ignored.includes(id))
    .map(({ id, header, receivedOn }) => ({
      day: header.day ?? receivedOn,
      known: ancestors(seenBy(at(known, id)), known),
    }));
  const own = messages.filter(({ author }) => author === "reporter").sort((a, b) => b.n - a.n);
  for (const { id, n } of own) {
    const days = others.filter((other) => other.known.has(id)).map(({ day }) => day);
    if (days.length > 0) return { message: id, n, on: days.sort()[0] as Day };
  }
  return undefined;
}

/**
 * The readers of the next message: the own-newest-readers rule (section 9.4).
 *
 * @throws {@link ClientError} `erased`. {@link RefusedError} `gap`, `unknown-seen`, `succeeded` when the host may be
 * hiding the reporter's newest choice: sealing could then reach a handler who was left out.
 */
export function readersOf({ erased, report: { log } }: Thread): readonly Hex[] {
  if (erased) throw new ClientError("erased");
  checkReaders(log, []);
  if (![...log.known.values()].some(isReporters)) refuse("gap");
  return log.readers;
}

/** The readers whom the reporter chose and who have left. */
export function departedReaders({ report: { log, lines } }: Thread, today: Day): Hex[] {
  const active = allLines(lines).flatMap(({ document }) => activeHandlers(document, today));
  const own = newestOf("reporter", log.known);
  const chosen = new Set(own.flatMap((id) => at(log.known, id).header.readers));
  return [...chosen].filter((who) => !active.includes(who) && !log.access.handed.excluded.has(who));
}

/** Handlers from whom the person may choose where everybody chosen has left. */
export const newcomers = ({ report: { lines } }: Thread, today: Day): Hex[] =>
  activeHandlers(lines.own.document, today);

/** The day of erasure if the report's term ends within 14 days. */
export function erasedSoon({ erased, status, report }: Thread, today: Day): Day | undefined {
  const isOver = erased || status.milestones.withdrawn !== undefined;
  const end = erasedOnceOpened(status.milestones, report.terms);
  return isOver || end > addDays(today, LAST_DAYS) ? undefined : status.erasedOn;
}

/** What a visit remembers of a report that it was shown. */
export function rememberedOf({ report: { log, terms }, status }: Thread, today: Day) {
  const own = [...log.known.values()].filter(isReporters).map(({ header }) => header.n);
  const { withdrawn } = status.milestones;
  return {
    n: Math.max(0, ...own),
    messages: log.seen,
    wholeOn: today,
    document: own.includes(0) ? terms.documentHash : undefined,
    ...(withdrawn === undefined ? {} : { withdrawnOn: withdrawn.day }),
  };
}

/** The documents' names of the handlers of a report, by id. */
export const handlerNames = ({ report: { lines } }: Thread): Map<Hex, string> =>
  new Map(
    allLines(lines).flatMap(({ document }) =>
      document.handlers.map(({ id, name }) => [hex(id), name] as const),
    ),
  );

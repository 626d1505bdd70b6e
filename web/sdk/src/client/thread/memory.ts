/**
 * A handler's memory of each report: it shows when the host hides something.
 *
 * Signed headers show a gap before a later message. Only a reader who remembers them notices that the newest messages,
 * or a whole report, have disappeared.
 */

import type { Alarm } from "../../protocol/alarms.js";
import { addDays, after, type Day, earlier, TOLERANCE } from "../../protocol/verify/days.js";
import { type Hex, hex } from "../../protocol/verify/encoding.js";
import type { Reason } from "../../protocol/verify/errors.js";
import type { EntryClaim } from "../http/inbox-api.js";
import type { HandlerThread } from "./handler-thread.js";
import { isOver, type RememberedReport, reporterNumber, seenNow } from "./remembered-report.js";
import { erasedUnder } from "./status.js";

/** How long a host shows what is left of a withdrawn report (openapi/protocol.md section 8). */
const REMAINS = 60;
/** Alarms which mean that the host does not show the whole report. */
const HIDING: readonly Reason[] = ["gap", "unknown-seen"];
/** Alarms that nobody marks as known: something is hidden, or nothing may be sealed meanwhile. */
const NEVER_KNOWN: readonly Reason[] = [...HIDING, "succeeded", "document-unknown"];

/** A name by which two readings give the same alarm. */
export const alarmName = ({ reason, author, n }: Alarm): string => `${reason} ${author} ${n ?? ""}`;

/** What a handler saw of every report, by inbox entry. */
export class Memory {
  readonly reports: Map<Hex, RememberedReport>;
  /** Reports that the newest renewal of keys could not move, and since when that is so. */
  unmoved: Map<Hex, Day>;

  constructor(reports: Iterable<[Hex, RememberedReport]> = [], unmoved: Iterable<[Hex, Day]> = []) {
    this.reports = new Map(reports);
    this.unmoved = new Map(unmoved);
  }

  /** Remember what a report shows now, and forget an erased report. */
  remember(thread: HandlerThread, today: Day): void {
    const known = this.reports.get(thread.entry);
    this.reports.delete(thread.entry);
    if (thread.erased) return;
    const seen = seenNow(thread, today);
    this.reports.set(thread.entry, known === undefined ? seen : added(known, seen, thread));
  }

  /** The report with the alarms set apart that the handler marked as known. */
  withoutKnown(thread: HandlerThread): HandlerThread {
    const known = this.reports.get(thread.entry)?.knownAlarms.map(alarmName) ?? [];
    const isKnown = (alarm: Alarm) => known.includes(alarmName(alarm));
    return {
      ...thread,
      alarms: thread.alarms.filter((alarm) => !isKnown(alarm)),
      knownAlarms: thread.alarms.filter(isKnown),
    };
  }

  /**
   * Remember the alarms of a report as known, and give them. They stay shown, and keep their effect: nothing more is
   * sealed to anybody because of it. What may heal, or stops all sealing, is never known.
   */
  markKnown(thread: HandlerThread): Alarm[] {
    const seen = this.reports.get(thread.entry);
    if (seen === undefined) return [];
    const found = thread.alarms.filter(({ reason }) => !NEVER_KNOWN.includes(reason));
    this.reports.set(thread.entry, { ...seen, knownAlarms: [...seen.knownAlarms, ...found] });
    return found;
  }

  /**
   * Whether the host claims another end of a remembered report than when it was read: somebody closed, reopened or
   * withdrew it. Read it again, or its ordinary erasure would look as if the host withheld it.
   */
  isNews(entry: EntryClaim): boolean {
    const known = this.reports.get(hex(entry.entry));
    return known !== undefined && (entry.erased || entry.erasedOn !== known.claimedEnd);
  }

  /** Remember that the host lists a report today. */
  noteListed(entry: Hex, today: Day): void {
    const known = this.reports.get(entry);
    if (known !== undefined) this.reports.set(entry, { ...known, listedOn: today });
  }

  /** The remembered reports that the host must still show but does not list. */
  unlisted(listed: Iterable<Hex>, today: Day): Hex[] {
    const shown = new Set(listed);
    const missing = [...this.reports].filter(
      ([entry, seen]) => !shown.has(entry) && !isOver(seen, today),
    );
    return missing.map(([entry]) => entry).sort();
  }

  /**
   * Whether an unlisted report can have ended in an ordinary way since it was listed: a colleague may have closed it,
   * and its reporter may have withdrawn it.
   */
  mayHaveEnded(entry: Hex, today: Day): boolean {
    const { listedOn, retention } = this.reports.get(entry) ?? {};
    if (listedOn === undefined || retention === undefined) return true;
    const ends = earlier(after(retention, listedOn), addDays(listedOn, REMAINS));
    return addDays(today, TOLERANCE) >= ends;
  }

  /** The remembered reports whose term is over and that the host does not list. Tell each, and then `forget` it. */
  ended(listed: Iterable<Hex>, today: Day): [Hex, RememberedReport][] {
    const shown = new Set(listed);
    return [...this.reports]
      .filter(([entry, seen]) => !shown.has(entry) && isOver(seen, today))
      .sort(([a, { until: x }], [b, { until: y }]) => (`${x} ${a}` < `${y} ${b}` ? -1 : 1));
  }

  /** Forget reports whose end was told. */
  forget(entries: Iterable<Hex>): void {
    for (const entry of entries) this.reports.delete(entry);
  }
}

/**
 * The report, with an alarm if the host hides a message that it showed before. Nothing is sealed in such a report: a
 * hidden message may have named new readers. If the host changed a day, there is a notice, and the first one counts.
 */
export function checkMemory(
  thread: HandlerThread,
  known: RememberedReport | undefined,
): HandlerThread {
  if (known === undefined || thread.erased) return thread;
  const found = withFirstDays(thread, known);
  const { report } = found;
  if (known.heads.every((head) => report.log.known.has(head))) return found;
  const alarm: Alarm = { reason: "unknown-seen", author: thread.me };
  const log = { ...report.log, alarms: [...report.log.alarms, alarm] };
  return { ...found, alarms: [...found.alarms, alarm], report: { ...report, log } };
}

/** From an answer that hides something, only the new heads: a hidden message may have reopened the report. */
function added(
  known: RememberedReport,
  seen: RememberedReport,
  { report, alarms }: HandlerThread,
): RememberedReport {
  const hidden = known.heads.filter((head) => !report.log.known.has(head));
  const heads = [...new Set([...hidden, ...seen.heads])].sort();
  if (alarms.some(({ reason }) => HIDING.includes(reason))) {
    return { ...known, heads, claimedEnd: seen.claimedEnd };
  }
  const { receivedOn, knownAlarms } = known;
  return { ...seen, heads, receivedOn, wholeOn: seen.wholeOn ?? known.wholeOn, knownAlarms };
}

/** Count from the days that the host gave first. After a handover the terms count from a day that a handler signed. */
function withFirstDays(thread: HandlerThread, known: RememberedReport): HandlerThread {
  const { status, report } = thread;
  let { milestones } = status;
  let isMoved = status.arrivedOn !== known.receivedOn;
  if (isMoved && report.terms.acceptances.length === 0) {
    milestones = { ...milestones, received: known.receivedOn };
  }
  const { withdrawn } = milestones;
  const isSame = reporterNumber(thread) === known.reporterN;
  if (known.withdrawnOn !== undefined && withdrawn !== undefined && isSame) {
    isMoved ||= withdrawn.day !== known.withdrawnOn;
    milestones = { ...milestones, withdrawn: { ...withdrawn, day: known.withdrawnOn } };
  }
  if (!isMoved) return thread;
  const erasedOn = erasedUnder(milestones, report.terms);
  return {
    ...thread,
    notices: [...thread.notices, { kind: "host-day" }],
    status: { ...status, milestones, arrivedOn: known.receivedOn, erasedOn },
  };
}

/**
 * Renew box keys: seal what old keys open to the newest key, then destroy the old keys.
 *
 * So erasure reaches backups: a destroyed key opens nothing, not even in a forgotten copy of the database. A host that
 * withholds a report or a body must not keep a key alive for ever, so ended keys wait for it only for a limited time.
 */

import type { Alarm } from "../protocol/alarms.js";
import { addDays, type Day } from "../protocol/verify/days.js";
import { type Hex, hex } from "../protocol/verify/encoding.js";
import { today } from "./environment.js";
import { HandlerError } from "./handler-error.js";
import type { HandlerInbox } from "./handler-inbox.js";
import { AT_ONCE, sideBySide } from "./http/concurrency.js";
import { ClientError } from "./http/errors.js";
import type { HandlerKeys } from "./keys/handler-keys.js";
import { cleanWraps, type Failure, type RewrappedReport, Rewrapping } from "./rewrapping.js";
import type { Notice } from "./thread/notices.js";

/** For how many days ended keys are kept for a report, from the first renewal that could not move it. */
const WAITING = 30;

/** A report with a message that could not be moved to the newest key. */
export interface UnmovedReport {
  readonly entry: Hex;
  readonly failure: Failure;
  /** The last day on which ended keys are kept for it. */
  readonly until: Day;
}

/** What a renewal did. */
export interface Renewal {
  /** Messages that now open with the newest key. */
  readonly rewrapped: number;
  /** Reports past their term. They were not moved, so no key opens them now. */
  readonly pastTerm: readonly Hex[];
  /** Box keys destroyed. */
  readonly forgotten: number;
  /** Messages that no remaining key opens. */
  readonly closed: number;
  /** The alarms of the reports that were read, and what else says something against the host. */
  readonly alarms: readonly (readonly [entry: Hex, alarm: Alarm])[];
  readonly notices: readonly (readonly [entry: Hex, notice: Notice])[];
  /** Reports for which ended keys were kept. */
  readonly waiting: readonly UnmovedReport[];
  /** Reports for which no key waits any more. Nobody opens what only destroyed keys opened. */
  readonly givenUp: readonly UnmovedReport[];
}

/** How to renew. */
export interface RenewalOptions {
  /** Reports for which no key waits. One that the host does not list is forgotten. Ask the person first. */
  readonly giveUp?: readonly Hex[];
  /** Told how many reports are done, of all. */
  readonly onReport?: (done: number, of: number) => void;
}

/**
 * Move every message from ended keys to the newest key, then destroy the ended keys, and save. After an interruption,
 * call it again: it moves only what is left. A report that cannot be moved does not stop the others.
 *
 * @param inbox - a handler's, whose keys should be published ahead.
 * @throws {@link HandlerError} `no-current-key`; if the host does not answer at all.
 */
export async function renewKeys(
  inbox: HandlerInbox,
  { giveUp = [], onReport = () => {} }: RenewalOptions,
): Promise<Renewal> {
  const { file } = inbox;
  const [keys, day] = [file.keys, today(inbox.transport.environment)];
  const ended = keys.ended(day);
  const current = keys.current(day);
  if (current === undefined) throw new HandlerError("no-current-key");
  const work = new Rewrapping(inbox, await inbox.line(), ended, current);
  const listed: Hex[] = [];
  for await (const { id } of inbox.inbox()) listed.push(id);
  const found = await goThrough(work, listed, onReport);
  const unmoved = unmovedOf(inbox, found, day);
  const givenUp = unmoved.filter(({ entry, until }) => giveUp.includes(entry) || day > until);
  const waiting = unmoved.filter((each) => !givenUp.includes(each));
  const first = firstKept(keys, ended, neededBy(found, waiting, ended));
  const { held } = file.keys;
  file.keys = file.keys.forget(first); // keys may have been published or merged meanwhile
  const forgotten = held - file.keys.held;
  await inbox.save();
  forgetGivenUp(inbox, givenUp, giveUp);
  const destroyed = keys.published.filter(({ number }) => number < first);
  const isClean = await cleanWraps(inbox, found, new Set(destroyed.map(({ keyId }) => hex(keyId))));
  if (!isClean) await inbox.line(); // throws if the host does not answer at all
  await inbox.save();
  const sum = (count: (report: RewrappedReport) => number) =>
    found.reduce((total, report) => total + count(report), 0);
  return {
    rewrapped: sum(({ moved }) => moved),
    pastTerm: found.filter(({ isPastTerm }) => isPastTerm).map(({ entry }) => entry),
    forgotten,
    closed: sum(({ closed }) => closed),
    alarms: found.flatMap(({ entry, alarms }) => alarms.map((each) => [entry, each] as const)),
    notices: found.flatMap(({ entry, notices }) => notices.map((each) => [entry, each] as const)),
    waiting,
    givenUp,
  };
}

/** Move every report. If many fail, check that the host answers at all. */
async function goThrough(
  work: Rewrapping,
  listed: readonly Hex[],
  onReport: (done: number, of: number) => void,
): Promise<RewrappedReport[]> {
  const found: RewrappedReport[] = [];
  let failed = 0;
  for await (const report of sideBySide(listed, (entry) => work.report(entry))) {
    found.push(report);
    onReport(found.length, listed.length);
    failed = report.failure instanceof ClientError ? failed + 1 : 0;
    if (failed === AT_ONCE) await work.inbox.line();
  }
  if (found.some(({ failure }) => failure instanceof ClientError)) await work.inbox.line();
  return found;
}

/** The reports that could not be moved; since when is remembered. */
function unmovedOf(
  inbox: HandlerInbox,
  found: readonly RewrappedReport[],
  day: Day,
): UnmovedReport[] {
  const { memory } = inbox.file;
  const there = found.filter(({ isGone }) => !isGone);
  const failures = new Map<Hex, Failure>();
  for (const { entry, failure } of there) if (failure !== undefined) failures.set(entry, failure);
  for (const entry of memory.unlisted(
    there.map(({ entry }) => entry),
    day,
  )) {
    failures.set(entry, new HandlerError("withheld"));
  }
  const since = [...failures.keys()]
    .sort()
    .map((entry): [Hex, Day] => [entry, memory.unmoved.get(entry) ?? day]);
  memory.unmoved = new Map(since);
  return since.map(([entry, first]) => {
    const failure = failures.get(entry) as Failure;
    return { entry, failure, until: addDays(first, WAITING) };
  });
}

/** The ended keys to keep. A report that the host does not show may need any of them. */
function neededBy(
  found: readonly RewrappedReport[],
  waiting: readonly UnmovedReport[],
  ended: ReadonlySet<Hex>,
): Set<Hex> {
  const needed = new Map(
    found.filter(({ isGone }) => !isGone).map((report) => [report.entry, report.needed]),
  );
  return new Set(waiting.flatMap(({ entry }) => [...(needed.get(entry) ?? ended)]));
}

function firstKept(
  { published }: HandlerKeys,
  ended: ReadonlySet<Hex>,
  needed: ReadonlySet<Hex>,
): number {
  const kept = published.filter(({ keyId }) => !ended.has(hex(keyId)) || needed.has(hex(keyId)));
  return kept.length === 0 ? 0 : Math.min(...kept.map(({ number }) => number));
}

/** Forget reports that a person gave up and the host does not list. All other memory stays. */
function forgetGivenUp(
  { file: { memory } }: HandlerInbox,
  givenUp: readonly UnmovedReport[],
  asked: readonly Hex[],
): void {
  for (const { entry, failure } of givenUp) {
    const isWithheld = failure instanceof HandlerError && failure.code === "withheld";
    if (!asked.includes(entry) || !isWithheld) continue;
    memory.reports.delete(entry);
    memory.unmoved.delete(entry);
  }
}

// State and clocks of a report (openapi/protocol.md section 8). Days are their ISO text.

import { addDays, after } from "./encoding.js";
import { extended } from "./working-days.js";

const daysBetween = (from, to) => (Date.parse(to) - Date.parse(from)) / 86_400_000;
const later = (a, b) => (a > b ? a : b);
const earlier = (a, b) => (a < b ? a : b);

const ALLOWED = {
  report: () => false,
  closing: ({ feedback, closed, reopened, newFeedback }) =>
    (reopened === undefined ? feedback : newFeedback) !== undefined && closed === undefined,
  reopening: ({ closed }) => closed !== undefined,
  pause: ({ closed }) => closed === undefined,
  succession: ({ consultation }) => !consultation,
  proposal: ({ consultation }) => !consultation,
  consent: ({ consultation }) => !consultation,
};

function advance(progress, { author, tag, day, until, immediate }) {
  if (tag === "acceptance") return { received: day, pauses: [] };
  const { acknowledged, feedback, pauses, reopened, newFeedback } = progress;
  const kept = author === "reporter" ? { ...progress, withdrawn: undefined } : progress;
  const changes = {
    acknowledgement: { acknowledged: acknowledged ?? day },
    feedback: { feedback: feedback ?? day, newFeedback: reopened && (newFeedback ?? day) },
    closing: { closed: day },
    reopening: { closed: undefined, reopened: day, newFeedback: undefined },
    pause: { pauses: [...pauses, { since: day, until }] },
    withdrawal: { withdrawn: { day, immediate } },
  };
  return { ...kept, ...changes[tag] };
}

function stateOf({ acknowledged, feedback, closed, withdrawn }) {
  if (withdrawn !== undefined) return "withdrawn";
  if (closed !== undefined) return "closed";
  if (feedback !== undefined) return "feedback-given";
  return acknowledged === undefined ? "received" : "acknowledged";
}

function startOf(clock, progress) {
  const start = progress[clock.startsAt];
  if (clock.startsNoLaterThan === undefined) return start;
  const latest = after(clock.startsNoLaterThan, progress.received);
  return start === undefined ? latest : earlier(start, latest);
}

/** A pause counts once, and only for a clock that was in time and not yet met. */
function dueOn(clock, start, met, pauses) {
  const rolled = (end) => (clock.roll === "none" ? end : extended(start, end, clock.term));
  let end = after(clock.term, start);
  let counted = start;
  for (const { since, until } of pauses) {
    if (since > rolled(end) || (met !== undefined && since > met)) continue;
    end = addDays(end, Math.max(0, daysBetween(later(since, counted), until)));
    counted = later(counted, until);
  }
  return rolled(end);
}

const MET_BY = { receipt: "received", acknowledgement: "acknowledged", feedback: "feedback", closing: "closed" };

function statusOf(clock, progress, today) {
  const start = startOf(clock, progress);
  if (start === undefined) return [];
  const met = progress[clock.startsAt === "reopened" ? "newFeedback" : MET_BY[clock.metBy]];
  const due = dueOn(clock, start, met, progress.pauses);
  const metOn = met === undefined ? {} : { metOn: met };
  return [{ name: clock.name, dueOn: due, ...metOn, overdue: (met ?? today) > due }];
}

/** Days on which the reporter is asked how they are: from the closing while it is closed, else while it is open. */
function checkIns(progress, { checkIns = [] }) {
  if (progress.withdrawn !== undefined || progress.consultation) return [];
  const counting = checkIns.filter(({ startsAt }) => (startsAt === "closed") === (progress.closed !== undefined));
  const days = counting.flatMap(({ startsAt, term }) => (progress[startsAt] ? [after(term, progress[startsAt])] : []));
  return [...new Set(days)].sort();
}

function termEnd({ received, closed }, document) {
  const longest = after(document.maximumTerm, received);
  return closed === undefined ? longest : earlier(longest, after(document.retention, closed));
}

/** Whether the term ends before handlers have opened all that the reporter wrote. */
function isUnopened(arrived, end) {
  const opened = new Set();
  const waiting = arrived.flatMap(({ author, day, seen }) => (author !== "reporter" && day < end ? seen : []));
  while (waiting.length > 0) {
    const position = waiting.pop();
    if (opened.has(position)) continue;
    opened.add(position);
    waiting.push(...arrived[position].seen);
  }
  return arrived.some(({ author, day }, position) => author === "reporter" && day <= end && !opened.has(position));
}

function erasedOn(progress, document, arrived) {
  const { withdrawn } = progress;
  const end = termEnd(progress, document);
  if (withdrawn?.immediate) return earlier(end, withdrawn.day);
  if (withdrawn !== undefined) return earlier(end, after(document.withdrawalTerm, withdrawn.day));
  return isUnopened(arrived, end) ? after(document.unopenedTerm, end) : end;
}

/** A consultation has no clocks; nobody takes it over. Messages name what they had seen by position, 0 the report. */
export function reportClocks(document, received, messages, today, consultation = false) {
  let progress = { received, pauses: [], consultation };
  const arrived = [{ author: "reporter", day: received, seen: [] }, ...messages];
  for (const message of messages) {
    if (ALLOWED[message.tag]?.(progress) ?? true) progress = advance(progress, message);
  }
  return {
    state: stateOf(progress),
    clocks: (consultation ? [] : document.clocks).flatMap((clock) => statusOf(clock, progress, today)),
    checkIns: checkIns(progress, document),
    erasedOn: erasedOn(progress, document, arrived),
  };
}

const TOLERANCE = 2;

/** The day from which a withdrawal counts; undefined where it cannot be the reporter's last word. */
function withdrawnOn({ message, n, receivedOn }, known) {
  if (known === undefined) return receivedOn;
  if (n < known.n) return undefined;
  if (n > known.n) {
    return known.wholeOn === undefined ? receivedOn : later(receivedOn, addDays(known.wholeOn, -TOLERANCE));
  }
  return known.messages.includes(message) ? (known.withdrawnOn ?? receivedOn) : undefined;
}

/** Whether a withdrawal can have erased its report: the host's word alone does not count. */
export function hasErased(document, withdrawal, known, today) {
  const day = withdrawnOn(withdrawal, known);
  if (day === undefined) return { erased: false };
  const withdrawn = { day, immediate: withdrawal.immediate };
  const erased = erasedOn({ received: day, withdrawn }, document) <= addDays(today, TOLERANCE);
  return { erased, countsFrom: day };
}

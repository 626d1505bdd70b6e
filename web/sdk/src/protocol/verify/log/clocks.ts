/** State and clocks of a report (openapi/protocol.md section 8). */

import { addDays, after, type Day, daysBetween, earlier, later } from "../days.js";
import type { Participant } from "../fields.js";
import type { Clock, LineDocument } from "../line-document.js";
import { extended } from "../working-days.js";
import type { Tag } from "./header.js";
import { type ArrivedMessage, isUnopened } from "./opening.js";

/** What a person is shown of a report. */
export type State = "received" | "acknowledged" | "feedback-given" | "closed" | "withdrawn";

/** What a message does to state and clocks. */
export interface Step {
  readonly author: Participant;
  readonly tag: Tag;
  readonly day: Day;
  /** Of a pause. */
  readonly until?: Day | undefined;
  /** Of a withdrawal. */
  readonly immediate?: boolean | undefined;
}

/** The days that state and clocks follow from. */
export interface Milestones {
  readonly received: Day;
  readonly acknowledged?: Day | undefined;
  readonly feedback?: Day | undefined;
  readonly closed?: Day | undefined;
  /** The last time. */
  readonly reopened?: Day | undefined;
  /** The first feedback since the report was last reopened. */
  readonly newFeedback?: Day | undefined;
  readonly pauses: readonly { readonly since: Day; readonly until: Day }[];
  readonly withdrawn?: { readonly day: Day; readonly immediate: boolean } | undefined;
  /** It is a consultation: nobody takes it over, and it has no clocks. */
  readonly consultation?: boolean | undefined;
}

/** A clock on one day. */
export interface ClockStatus {
  readonly name: string;
  readonly dueOn: Day;
  readonly metOn?: Day;
  readonly overdue: boolean;
}

/** State, clocks and erasure of a report on one day. */
export interface ReportStatus {
  readonly state: State;
  readonly clocks: readonly ClockStatus[];
  /** Days on which the reporter is asked how they are. */
  readonly checkIns: readonly Day[];
  readonly erasedOn: Day;
}

/** Whether the state allows a message. */
export function isAllowed(milestones: Milestones, tag: Tag): boolean {
  const { feedback, closed, reopened, newFeedback, consultation } = milestones;
  switch (tag) {
    case "report":
      return false;
    case "closing":
      return (
        (reopened === undefined ? feedback : newFeedback) !== undefined && closed === undefined
      );
    case "reopening":
      return closed !== undefined;
    case "pause":
      return closed === undefined;
    case "succession":
    case "proposal":
    case "consent":
      return consultation !== true;
    default:
      return true;
  }
}

/** What a message that is allowed changes. */
export function advance(milestones: Milestones, step: Step): Milestones {
  const { author, tag, day, until, immediate } = step;
  if (tag === "acceptance") return { received: day, pauses: [] };
  const kept = author === "reporter" ? { ...milestones, withdrawn: undefined } : milestones;
  switch (tag) {
    case "acknowledgement":
      return { ...kept, acknowledged: kept.acknowledged ?? day };
    case "feedback":
      return { ...kept, feedback: kept.feedback ?? day, newFeedback: newFeedbackOf(kept, day) };
    case "closing":
      return { ...kept, closed: day };
    case "reopening":
      return { ...kept, closed: undefined, reopened: day, newFeedback: undefined };
    case "pause":
      return { ...kept, pauses: [...kept.pauses, { since: day, until: until ?? day }] };
    case "withdrawal":
      return { ...kept, withdrawn: { day, immediate: immediate ?? false } };
    default:
      return kept;
  }
}

const newFeedbackOf = ({ reopened, newFeedback }: Milestones, day: Day): Day | undefined =>
  reopened === undefined ? undefined : (newFeedback ?? day);

/** What a person is shown. */
export function stateOf({ acknowledged, feedback, closed, withdrawn }: Milestones): State {
  if (withdrawn !== undefined) return "withdrawn";
  if (closed !== undefined) return "closed";
  if (feedback !== undefined) return "feedback-given";
  return acknowledged === undefined ? "received" : "acknowledged";
}

function startOf({ startsAt, startsNoLaterThan }: Clock, milestones: Milestones): Day | undefined {
  const start = milestones[startsAt];
  if (startsNoLaterThan === undefined) return start;
  const latest = after(startsNoLaterThan, milestones.received);
  return start === undefined ? latest : earlier(start, latest);
}

/** The day on which a clock is due. A pause counts once, and only for a clock that was in time and not yet met. */
export function dueOn(
  { term, roll }: Pick<Clock, "term" | "roll">,
  start: Day,
  met: Day | undefined,
  pauses: Milestones["pauses"],
): Day {
  const rolled = (end: Day) => (roll === "none" ? end : extended(start, end, term));
  let end = after(term, start);
  let counted = start;
  for (const { since, until } of pauses) {
    if (since > rolled(end) || (met !== undefined && since > met)) continue;
    end = addDays(end, Math.max(0, daysBetween(later(since, counted), until)));
    counted = later(counted, until);
  }
  return rolled(end);
}

const MET_BY = {
  receipt: "received",
  acknowledgement: "acknowledged",
  feedback: "feedback",
  closing: "closed",
} as const;

function statusOf(clock: Clock, milestones: Milestones, today: Day): ClockStatus[] {
  const start = startOf(clock, milestones);
  if (start === undefined) return [];
  const met = milestones[clock.startsAt === "reopened" ? "newFeedback" : MET_BY[clock.metBy]];
  const due = dueOn(clock, start, met, milestones.pauses);
  const metOn = met === undefined ? {} : { metOn: met };
  return [{ name: clock.name, dueOn: due, ...metOn, overdue: (met ?? today) > due }];
}

/** The clocks of a report that have a day of beginning. */
export const clockStatuses = (
  milestones: Milestones,
  document: LineDocument,
  today: Day,
): ClockStatus[] => document.clocks.flatMap((clock) => statusOf(clock, milestones, today));

/**
 * Days on which the reporter is asked how they are: from the closing while the report is closed, else while it is
 * open.
 */
export function checkInDays(milestones: Milestones, { checkIns }: LineDocument): Day[] {
  if (milestones.withdrawn !== undefined || milestones.consultation) return [];
  const isClosed = milestones.closed !== undefined;
  const days = checkIns
    .filter(({ startsAt }) => (startsAt === "closed") === isClosed)
    .flatMap(({ startsAt, term }) => {
      const start = milestones[startsAt];
      return start === undefined ? [] : [after(term, start)];
    });
  return [...new Set(days)].sort();
}

function termEnd({ received, closed }: Milestones, document: LineDocument): Day {
  const longest = after(document.maximumTerm, received);
  return closed === undefined ? longest : earlier(longest, after(document.retention, closed));
}

/** The day on which a report is erased, as things stand. */
export function erasedOn(
  milestones: Milestones,
  document: LineDocument,
  arrived: readonly ArrivedMessage[],
): Day {
  const { withdrawn } = milestones;
  const end = termEnd(milestones, document);
  if (withdrawn?.immediate) return earlier(end, withdrawn.day);
  if (withdrawn !== undefined) return earlier(end, after(document.withdrawalTerm, withdrawn.day));
  return isUnopened(arrived, end) ? after(document.unopenedTerm, end) : end;
}

/** Whether a report is kept beyond its term, because no handler has opened what its reporter wrote. */
export const isWaiting = (
  milestones: Milestones,
  document: LineDocument,
  arrived: readonly ArrivedMessage[],
): boolean =>
  milestones.withdrawn === undefined && isUnopened(arrived, termEnd(milestones, document));

/**
 * State, clocks and erasure after messages, in order; what the state does not allow changes nothing.
 *
 * `seen` of a message names those before it by position; 0 is the report itself.
 */
export function reportClocks(
  document: LineDocument,
  received: Day,
  messages: readonly (Step & { readonly seen: readonly number[] })[],
  today: Day,
  consultation = false,
): ReportStatus {
  const milestones = messages.reduce<Milestones>(
    (found, step) => (isAllowed(found, step.tag) ? advance(found, step) : found),
    { received, pauses: [], consultation },
  );
  const first = { author: "reporter", day: received, seen: [] } as const;
  return {
    state: stateOf(milestones),
    clocks: consultation ? [] : clockStatuses(milestones, document, today),
    checkIns: checkInDays(milestones, document),
    erasedOn: erasedOn(milestones, document, [first, ...messages]),
  };
}

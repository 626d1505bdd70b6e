/** Compare the host's claims about a report with its signed messages. Each difference becomes a notice. */

import type { Day } from "../../protocol/verify/days.js";
import { addDays, daysBetween, later, TOLERANCE } from "../../protocol/verify/days.js";
import { hex, same } from "../../protocol/verify/encoding.js";
import type { Participant } from "../../protocol/verify/fields.js";
import { findHandler } from "../../protocol/verify/line-document.js";
import { ancestors, newestOf, seenBy } from "../../protocol/verify/log/causality.js";
import { clockStatuses, stateOf } from "../../protocol/verify/log/clocks.js";
import { allLines } from "../lines/report-lines.js";
import type { VerifiedMessage } from "./message.js";
import type { Notice } from "./notices.js";
import type { VerifiedReport } from "./report.js";
import { type Arrivals, erasedUnder, isUnopened, milestonesOf } from "./status.js";

/** Whether the host serves as many messages as it counts. */
export const countHolds = ({ claim, part }: VerifiedReport): boolean =>
  claim.messageCount === part.counted;

const onItsDay = (message: VerifiedMessage) => [message, message.receivedOn] as const;

/** The messages in the host's order, or in causal order if the host's is impossible. */
export function arrivals({ messages, log }: VerifiedReport): {
  inOrder: Arrivals;
  notices: Notice[];
} {
  const earlier = new Set<string>();
  for (const { id, verified } of messages.values()) {
    if (seenBy(verified).some((seen) => messages.has(seen) && !earlier.has(seen))) {
      const causal = log.order.flatMap((each) => messages.get(each) ?? []);
      return { inOrder: causal.map(onItsDay), notices: [{ kind: "host-order", message: id }] };
    }
    earlier.add(id);
  }
  return { inOrder: [...messages.values()].map(onItsDay), notices: [] };
}

/**
 * All differences between the host's claims and the messages, for somebody whose part has not ended.
 *
 * @param me - whose messages others should have seen.
 */
export const compareClaims = (
  report: VerifiedReport,
  inOrder: Arrivals,
  today: Day,
  me: Participant = "reporter",
): Notice[] => [
  ...documentClaims(report),
  ...notSeen(report, me),
  ...dayClaims(inOrder, today),
  ...statusClaims(report, inOrder, today),
];

/** Whether the host names another document, or another number of messages, than there are. */
function documentClaims(report: VerifiedReport): Notice[] {
  const { claim, log, lines, terms } = report;
  const answering = log.answeredBy;
  const isElsewhere = answering !== undefined && !same(answering, lines.birth.document.lineId);
  const wanted = isElsewhere ? hex(answering) : undefined;
  const claimed = claim.answeredBy === undefined ? undefined : hex(claim.answeredBy);
  const isNamed = same(claim.document, terms.documentHash) && claimed === wanted;
  return [
    ...(isNamed ? [] : [{ kind: "host-document" } as const]),
    ...(countHolds(report) ? [] : [{ kind: "host-count" } as const]),
  ];
}

/** Whether a document names a day of leaving for somebody. */
export const hasLeft = ({ lines }: VerifiedReport, author: Participant): boolean =>
  allLines(lines).some(({ document }) => findHandler(document, author)?.until !== undefined);

/**
 * Whether others wrote days after the reader's newest message without having seen it. Whoever leaves counts only
 * when confirmed.
 */
function notSeen(report: VerifiedReport, me: Participant): Notice[] {
  const { known, void: ignored } = report.log;
  const staying = [...known].filter(
    ([, { header }]) => header.author !== me && !hasLeft(report, header.author),
  );
  for (const id of newestOf(me, known)) {
    const message = report.messages.get(id);
    if (message === undefined || ignored.includes(id)) continue;
    const late = addDays(later(message.receivedOn, message.header.day ?? ""), TOLERANCE);
    const before = ancestors(seenBy(message.verified), known);
    const missed = staying.some(
      ([other, each]) =>
        !before.has(other) &&
        (each.header.day ?? "") >= late &&
        !ancestors(seenBy(each), known).has(id),
    );
    if (missed) return [{ kind: "not-seen", message: id }];
  }
  return [];
}

/** Calculate the status again from the host's own days, and compare these with signed days. */
function statusClaims({ claim, terms }: VerifiedReport, inOrder: Arrivals, today: Day): Notice[] {
  const found: Notice[] = [];
  const milestones = milestonesOf(inOrder, terms);
  const clocks = milestones.consultation ? [] : clockStatuses(milestones, terms.document, today);
  if (claim.receivedOn !== milestones.received) found.push({ kind: "host-day" });
  const isConsultation = milestones.consultation === true;
  if (claim.state !== stateOf(milestones) || claim.consultation !== isConsultation) {
    found.push({ kind: "host-state" });
  }
  const isSoErased =
    claim.erasedOn === erasedUnder(milestones, terms) &&
    claim.unopened === isUnopened(milestones, terms);
  if (termsOf(claim.clocks) !== termsOf(clocks) || !isSoErased) found.push({ kind: "host-clocks" });
  return found;
}

/** The clocks without `overdue`: the host's today may differ from the device's. */
const termsOf = (clocks: readonly ClaimedClock[]): string =>
  clocks.map(({ name, dueOn, metOn }) => `${name} ${dueOn} ${metOn ?? ""}`).join();

interface ClaimedClock {
  readonly name: string;
  readonly dueOn: Day;
  readonly metOn?: Day | undefined;
}

/** Days of the host that are impossible, or far from signed ones. */
export function dayClaims(inOrder: Arrivals, today: Day): Notice[] {
  const days = new Map(inOrder.map(([{ id }, day]) => [id, day]));
  const found: Notice[] = [];
  for (const [{ id, header, verified }, day] of inOrder) {
    const isFar = header.day !== undefined && Math.abs(daysBetween(header.day, day)) > TOLERANCE;
    const isBefore = seenBy(verified).some((seen) => day < (days.get(seen) ?? day));
    if (isFar || isBefore) found.push({ kind: "host-day", message: id });
  }
  const isAhead = inOrder.some(([, day]) => day > addDays(today, TOLERANCE));
  return isAhead ? [...found, { kind: "host-day" }] : found;
}

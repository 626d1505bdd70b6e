/**
 * Clocks that begin with what a reporter says, so no host can count them (openapi/texts.md section 9).
 *
 * The reporter's device cannot read back what the reporter wrote: a found code must not be a confession. It shows the
 * day for each message that may have said it. Handlers read what was said, and have the same day.
 */

import { type Desk, readDesk } from "../../protocol/texts/desk.js";
import type { Day } from "../../protocol/verify/days.js";
import { RefusedError } from "../../protocol/verify/errors.js";
import { dueOn } from "../../protocol/verify/log/clocks.js";
import { ClientError } from "../http/errors.js";
import { fetchText } from "../lines/line.js";
import type { ThreadMessage } from "../thread/message.js";
import type { Thread } from "../thread/thread.js";
import type { Visit } from "../visit.js";

/** What a reporter said: they are worse off because they reported, or their story may no longer be told on. */
export type ToldKind = "worseOff" | "storyTakenBack";

/** Both of them. */
export const TOLD_KINDS: readonly ToldKind[] = ["worseOff", "storyTakenBack"];

/** One clock of that kind, on one day. */
export interface ToldClock {
  readonly kind: ToldKind;
  /** The host's day of arrival of the message. */
  readonly since: Day;
  readonly dueOn: Day;
  readonly overdue: boolean;
}

/**
 * Fetch the desk of the document whose clocks apply: it has the term of a story. Ask for it whatever the person says,
 * and before they say it: else the host could tell answers apart.
 *
 * @returns undefined without one, or if the host withholds it: nothing else hangs on it.
 */
export async function fetchDesk({ place, thread }: Visit): Promise<Desk | undefined> {
  const { document } = thread.report.terms;
  const [named] = document.texts;
  if (named === undefined) return undefined;
  try {
    return readDesk(await fetchText(place.transport, { document }, named));
  } catch (error) {
    if (error instanceof ClientError || error instanceof RefusedError) return undefined;
    throw error;
  }
}

/**
 * The clocks that run if the reporter's messages said so: one for each kind and day on which the reporter wrote, as
 * long as nothing met it. Most messages take no story back: once handlers have answered, and the day is past, that one
 * is not shown.
 *
 * @param desk - of {@link fetchDesk}.
 *
 * @example
 * ```ts
 * import { fetchDesk, ifTold, openLine } from "@meldpunt/client";
 *
 * const visit = await (await openLine(address)).visit(code);
 * const today = new Date().toISOString().slice(0, 10);
 * for (const { kind, since, dueOn } of ifTold(visit.thread, await fetchDesk(visit), today)) {
 *   console.log(`If you wrote this on ${since}:`, kind, dueOn);
 * }
 * ```
 */
export function ifTold(thread: Thread, desk: Desk | undefined, today: Day): ToldClock[] {
  if (thread.status.milestones.withdrawn !== undefined) return [];
  return TOLD_KINDS.flatMap((kind) => {
    const answered = new Map<Day, boolean>();
    for (const message of thread.messages) {
      if (mayBegin(kind, message)) answered.set(message.receivedOn, false);
      else if (meets(kind, message)) answered.clear();
      else if (answers(message)) for (const day of answered.keys()) answered.set(day, true);
    }
    return [...answered].flatMap(([since, isAnswered]) => {
      const due = begunDay(thread, desk, kind, since);
      if (due === undefined) return [];
      const overdue = today > due;
      const isSettled = kind === "storyTakenBack" && isAnswered && overdue;
      return isSettled ? [] : [{ kind, since, dueOn: due, overdue }];
    });
  });
}

/**
 * The day by which the line does something about a message of this kind that arrived on a day; undefined without a
 * term. A message ends a calm withdrawal, so the day holds after one too.
 *
 * @param thread - after sending, as it was read before.
 * @param desk - of {@link fetchDesk}.
 * @param since - the host's day of arrival, as {@link Sent} has it.
 */
export function begunDay(
  { erased, status, report }: Thread,
  desk: Desk | undefined,
  kind: ToldKind,
  since: Day,
): Day | undefined {
  const { consultation, pauses } = status.milestones;
  if (erased || consultation) return undefined;
  const isWorse = kind === "worseOff";
  const { clocks } = report.terms.document;
  const term = isWorse ? clocks.find(({ startsAt }) => startsAt === "reopened") : desk?.storyTerm;
  return term && dueOn(term, since, undefined, isWorse ? pauses : []);
}

const mayBegin = (kind: ToldKind, { author, tag }: ThreadMessage): boolean =>
  author === "reporter" &&
  (tag === "message" || (tag === "reopening" && kind === "storyTakenBack"));

/** Whether a handler wrote to the reporter. */
const answers = ({ author, confirmed, header }: ThreadMessage): boolean =>
  author !== "reporter" && confirmed && header.readers.includes("reporter");

/** Another line that takes the report up ends both: what went before counts no more. */
function meets(kind: ToldKind, message: ThreadMessage): boolean {
  const { tag, payload, confirmed } = message;
  if (tag === "acceptance" && confirmed) return true;
  if (!answers(message)) return false;
  return kind === "worseOff" ? tag === "feedback" : payload?.content["story"] === "takenDown";
}

/** The status of a report, worked out from its signed headers: no host's deadlines are trusted. */

import { type Day, earlier, LAST_DAY } from "../../protocol/verify/days.js";
import { type Bytes, type Hex, hex } from "../../protocol/verify/encoding.js";
import type { LineDocument } from "../../protocol/verify/line-document.js";
import {
  advance,
  type ClockStatus,
  checkInDays,
  clockStatuses,
  erasedOn,
  isAllowed,
  type Milestones,
  type State,
  stateOf,
} from "../../protocol/verify/log/clocks.js";
import type { ArrivedMessage } from "../../protocol/verify/log/opening.js";
import type { VerifiedMessage } from "./message.js";

/** State and terms of a report on one day. */
export interface Status {
  /** For a handler whose part has ended: `handed-over`. */
  readonly state: State | "handed-over";
  readonly milestones: Milestones;
  readonly clocks: readonly ClockStatus[];
  /** Days on which the reporter is asked how they are. */
  readonly checkIns: readonly Day[];
  /** The day of erasure, by the messages so far. */
  readonly erasedOn: Day;
  /** The host's day of receipt. After a handover the clocks start later. */
  readonly arrivedOn: Day;
  /** The day on which this handler's part in the report ended. */
  readonly endedOn?: Day;
  /** Erasure waits for messages that no handler has opened: until `erasedOn`. */
  readonly unopened: boolean;
}

/** The rules by which a report's days are counted. */
export interface Terms {
  /** The document whose clocks and terms apply. */
  readonly document: LineDocument;
  readonly documentHash: Bytes;
  /** The messages by which lines took the report up. */
  readonly acceptances: readonly Hex[];
  /** Every message with the host's day. */
  readonly arrived: readonly ArrivedMessage[];
  /** The last day on which the host shows the report to a handler whose part in it has ended. */
  readonly shownUntil: Day | undefined;
}

/** Messages as they arrived, each on the day on which it counts. */
export type Arrivals = readonly (readonly [message: VerifiedMessage, day: Day])[];

/** The messages as erasure looks at them: what they have seen, by position. */
export function arrivedMessages(messages: readonly VerifiedMessage[]): ArrivedMessage[] {
  const positions = new Map(messages.map(({ id }, position) => [id, position]));
  return messages.map(({ header, receivedOn, verified }) => ({
    author: header.author,
    day: receivedOn,
    seen: verified.header.seen.flatMap((id) => positions.get(hex(id)) ?? []),
  }));
}

/** The day of erasure under terms, or on which the host stops showing the report to this reader. */
export const erasedUnder = (
  milestones: Milestones,
  { document, arrived, shownUntil = LAST_DAY }: Terms,
): Day => earlier(erasedOn(milestones, document, arrived), shownUntil);

/** What that day would be if handlers had opened every message in time. */
export const erasedOnceOpened = (milestones: Milestones, terms: Terms): Day =>
  erasedUnder(milestones, { ...terms, arrived: [] });

/** Whether erasure waits for messages that no handler has opened. */
export const isUnopened = (milestones: Milestones, terms: Terms): boolean =>
  erasedUnder(milestones, terms) > erasedOnceOpened(milestones, terms);

/** Apply messages in order, of which there is one at least. One that the state does not allow changes nothing. */
export function milestonesOf([first, ...rest]: Arrivals, { acceptances }: Terms): Milestones {
  const [{ header }, received] = first as Arrivals[number];
  const start = { received, pauses: [], consultation: header.origin === "consultation" };
  return rest.reduce<Milestones>((found, [message, day]) => {
    const { author, tag, until, immediate } = message.header;
    if (tag === "acceptance" && !acceptances.includes(message.id)) return found;
    return isAllowed(found, tag) ? advance(found, { author, tag, day, until, immediate }) : found;
  }, start);
}

/**
 * Derive the status of a report from what its authors signed.
 *
 * A handler's message counts on its signed day. A reporter's carries none: it counts on the host's.
 *
 * @param ignored - messages that count for nothing.
 */
export function verifiedStatus(
  arrivals: Arrivals,
  ignored: readonly Hex[],
  terms: Terms,
  today: Day,
): Status {
  const counted = arrivals
    .filter(([{ id }]) => !ignored.includes(id) || terms.acceptances.includes(id))
    .map(([message, day]) => [message, message.header.day ?? day] as const);
  const milestones = milestonesOf(counted.length > 0 ? counted : arrivals, terms);
  return {
    state: stateOf(milestones),
    milestones,
    clocks: milestones.consultation ? [] : clockStatuses(milestones, terms.document, today),
    checkIns: checkInDays(milestones, terms.document),
    erasedOn: erasedUnder(milestones, terms),
    arrivedOn: arrivals[0]?.[1] ?? milestones.received,
    unopened: isUnopened(milestones, terms),
  };
}

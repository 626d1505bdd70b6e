/** What handlers have opened of a report before its term ended (openapi/protocol.md section 8). */

import type { Day } from "../days.js";
import type { Participant } from "../fields.js";

/** A message, and those that it has seen, by their positions in a list. */
export interface ArrivedMessage {
  readonly author: Participant;
  /** The host's day of arrival. */
  readonly day: Day;
  readonly seen: readonly number[];
}

/** Whether a term ends before handlers have opened all that the reporter wrote. */
export function isUnopened(arrived: readonly ArrivedMessage[], termEnd: Day): boolean {
  const opened = new Set<number>();
  const waiting = arrived.flatMap(({ author, day, seen }) =>
    author !== "reporter" && day < termEnd ? seen : [],
  );
  for (let position = waiting.pop(); position !== undefined; position = waiting.pop()) {
    if (opened.has(position)) continue;
    opened.add(position);
    waiting.push(...(arrived[position]?.seen ?? []));
  }
  return arrived.some(
    ({ author, day }, position) => author === "reporter" && day <= termEnd && !opened.has(position),
  );
}

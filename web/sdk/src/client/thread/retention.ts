/**
 * Until when handlers may pass a report on: worked out from signed days, not the host's claims.
 *
 * A reporter's messages carry no day, so only the host gives the day of receipt. Two signed days limit it: nobody seals
 * under a line document past its grace, and no handler answers a report before it arrived.
 */

import { addDays, type Day, earlier, TOLERANCE } from "../../protocol/verify/days.js";
import { refuse } from "../../protocol/verify/errors.js";
import { ancestors, seenBy } from "../../protocol/verify/log/causality.js";
import { erasedUnder } from "./status.js";
import type { Thread } from "./thread.js";

const GRACE = 30;

/** The last day on which a handler may pass anything of a report on. */
export function passedOnUntil(thread: Thread): Day {
  const { status, report } = thread;
  const days = [
    status.milestones.received,
    ...answeredOn(thread).map((day) => addDays(day, TOLERANCE)),
  ];
  if (report.terms.acceptances.length === 0) {
    days.push(addDays(report.terms.document.expiresOn, GRACE + TOLERANCE));
  }
  const received = days.sort()[0] as Day;
  return earlier(erasedUnder({ ...status.milestones, received }, report.terms), status.erasedOn);
}

/**
 * The signed days of valid messages whose authors had seen the report. If another line took it up: of the acceptance,
 * and of messages that had seen that.
 */
function answeredOn({ report: { log, terms } }: Thread): Day[] {
  const taken = terms.acceptances.at(-1);
  const first = [...log.known].find(
    ([, { header }]) => header.author === "reporter" && header.n === 0,
  );
  const start = taken ?? first?.[0] ?? "";
  return [...log.known].flatMap(([id, message]) => {
    const { day } = message.header;
    if (day === undefined || log.void.includes(id)) return [];
    return id === start || ancestors(seenBy(message), log.known).has(start) ? [day] : [];
  });
}

/** Refuse to pass on a report that should be erased, though the host still serves it. @throws {@link RefusedError} `past-term`. */
export function checkTerm(thread: Thread, today: Day): void {
  if (today > passedOnUntil(thread)) refuse("past-term");
}

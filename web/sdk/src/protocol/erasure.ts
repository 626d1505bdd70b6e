/** Whether the host's word that a report is erased may be believed (openapi/protocol.md section 8). */

import { addDays, type Day, later, TOLERANCE } from "./verify/days.js";
import type { Hex } from "./verify/encoding.js";
import type { LineDocument } from "./verify/line-document.js";
import { erasedOn } from "./verify/log/clocks.js";

/** A withdrawal that a host shows. */
export interface Withdrawal {
  /** The message's id. */
  readonly message: Hex;
  readonly n: number;
  readonly immediate: boolean;
  readonly receivedOn: Day;
}

/** What a handler's client remembers of a report. */
export interface LastKnown {
  /** The reporter's highest number. */
  readonly n: number;
  /** The newest messages. */
  readonly messages: readonly Hex[];
  /** The last day on which the whole report was shown. */
  readonly wholeOn?: Day;
  /** The day of the withdrawal that the host told first. */
  readonly withdrawnOn?: Day;
}

/** The day from which a withdrawal counts; undefined where it cannot be the reporter's last word. */
function withdrawnOn({ message, n, receivedOn }: Withdrawal, known?: LastKnown): Day | undefined {
  if (known === undefined) return receivedOn;
  if (n < known.n) return undefined;
  if (n === known.n) {
    return known.messages.includes(message) ? (known.withdrawnOn ?? receivedOn) : undefined;
  }
  return known.wholeOn === undefined
    ? receivedOn
    : later(receivedOn, addDays(known.wholeOn, -TOLERANCE));
}

/** Whether a withdrawal can have erased its report: the host's word alone does not count. */
export function hasErased(
  document: LineDocument,
  withdrawal: Withdrawal,
  known: LastKnown | undefined,
  today: Day,
): { erased: boolean; countsFrom?: Day } {
  const day = withdrawnOn(withdrawal, known);
  if (day === undefined) return { erased: false };
  const withdrawn = { day, immediate: withdrawal.immediate };
  const end = erasedOn({ received: day, pauses: [], withdrawn }, document, []);
  return { erased: end <= addDays(today, TOLERANCE), countsFrom: day };
}

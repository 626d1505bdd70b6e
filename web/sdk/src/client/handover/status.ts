/** What came of each handover that a reporter agreed to (openapi/extensions.md section 9.7). */

import type { Day } from "../../protocol/verify/days.js";
import type { Hex } from "../../protocol/verify/encoding.js";
import type { Handover } from "../../protocol/verify/log/header.js";
import { answerTo, takenBackBy } from "../thread/participation.js";
import type { Thread } from "../thread/thread.js";

/**
 * `asked`: it waits; the line that has the report stays responsible. `not-answered`: nobody answered in time.
 * `taken-back`: the reporter took it back, or asked another line.
 */
export type HandoverState = "asked" | "accepted" | "refused" | "not-answered" | "taken-back";

/** A consent, and the answer of the line that it asks. */
export interface HandoverStatus {
  /** The message. */
  readonly consent: Hex;
  /** What the reporter agreed to. */
  readonly handover: Handover;
  readonly state: HandoverState;
  /** The host's day of arrival of the consent. */
  readonly askedOn: Day;
  readonly answer: Hex | undefined;
  /** The day that the answering handler signed. */
  readonly answeredOn: Day | undefined;
}

/**
 * The status of every consent to another line, in causal order. Void ones are none.
 *
 * @example
 * ```ts
 * import { handoverStatuses, openLine } from "@meldpunt/client";
 *
 * const visit = await (await openLine(address)).visit(code);
 * const today = new Date().toISOString().slice(0, 10);
 * for (const { state, answeredOn } of handoverStatuses(visit.thread, today)) console.log(state, answeredOn);
 * ```
 */
export function handoverStatuses(thread: Thread, today: Day): HandoverStatus[] {
  const { log, messages } = thread.report;
  const { consents } = log.access.handed;
  return log.order.flatMap((consent) => {
    const handover = consents.get(consent);
    const arrived = messages.get(consent);
    if (handover === undefined || arrived === undefined) return [];
    const state = stateOf(thread, consent, handover, today);
    const isAnswered = state === "accepted" || state === "refused";
    const answer = isAnswered ? answerTo(consent, log) : undefined;
    return {
      consent,
      handover,
      state,
      askedOn: arrived.receivedOn,
      answer,
      answeredOn: answer === undefined ? undefined : log.known.get(answer)?.header.day,
    };
  });
}

function stateOf(thread: Thread, consent: Hex, { until }: Handover, today: Day): HandoverState {
  const { log, messages } = thread.report;
  if (log.access.handed.accepted.includes(consent)) return "accepted";
  if (consent === log.waiting) return today <= until ? "asked" : "not-answered";
  if (answerTo(consent, log) !== undefined) return "refused";
  const word = takenBackBy(consent, log);
  const isLate = word !== undefined && (messages.get(word)?.receivedOn ?? "") > until;
  return isLate ? "not-answered" : "taken-back";
}

/** What came of each handover that a reporter agreed to (openapi/extensions.md section 9.7). */

import type { Day } from "../../protocol/verify/days.js";
import { type Hex, hex } from "../../protocol/verify/encoding.js";
import { ancestors, at } from "../../protocol/verify/log/causality.js";
import type { Handover, VerifiedHeader } from "../../protocol/verify/log/header.js";
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

/** The status of every consent to another line, in causal order. Void ones are none. */
export function handoverStatuses(thread: Thread, today: Day): HandoverStatus[] {
  const { log, messages } = thread.report;
  const { consents } = log.access.handed;
  return log.order.flatMap((consent) => {
    const handover = consents.get(consent);
    const arrived = messages.get(consent);
    if (handover === undefined || arrived === undefined) return [];
    const state = stateOf(thread, consent, handover, today);
    const isAnswered = state === "accepted" || state === "refused";
    const answer = isAnswered ? answerTo(thread, consent) : undefined;
    return {
      consent,
      handover,
      state,
      askedOn: arrived.receivedOn,
      answer: answer && hex(answer.id),
      answeredOn: answer?.header.day,
    };
  });
}

function stateOf(thread: Thread, consent: Hex, { until }: Handover, today: Day): HandoverState {
  const { log, messages } = thread.report;
  if (log.access.handed.accepted.includes(consent)) return "accepted";
  if (consent === log.waiting) return today <= until ? "asked" : "not-answered";
  if (answerTo(thread, consent) !== undefined) return "refused";
  const word = takenBackBy(thread, consent);
  const isLate = word !== undefined && (messages.get(word)?.receivedOn ?? "") > until;
  return isLate ? "not-answered" : "taken-back";
}

/** The answer to a consent that is not void; an acceptance comes before others. */
function answerTo({ report: { log } }: Thread, consent: Hex): VerifiedHeader | undefined {
  const answers = log.order
    .filter((id) => !log.access.handed.void.has(id))
    .map((id) => at(log.known, id))
    .filter(({ header }) => header.consent !== undefined && hex(header.consent) === consent);
  return answers.find(({ header }) => header.tag === "acceptance") ?? answers[0];
}

/** The reporter's first later message that withdraws, asks again, or names none of the handlers asked. */
function takenBackBy({ report: { log } }: Thread, consent: Hex): Hex | undefined {
  const asked = log.access.handed.consents.get(consent)?.readers ?? [];
  return log.order.find((id) => {
    const { author, seen, handover, tag, readers } = at(log.known, id).header;
    const isLater = author === "reporter" && ancestors(seen.map(hex), log.known).has(consent);
    const drops =
      handover !== undefined || tag === "withdrawal" || !asked.some((h) => readers.includes(h));
    return isLater && drops;
  });
}

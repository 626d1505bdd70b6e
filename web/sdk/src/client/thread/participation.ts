/** A handler's part in a report: which handovers apply to it, and whether it has ended (openapi/extensions.md section 9.7). */

import type { Log } from "../../protocol/log.js";
import { after, type Day, earlier } from "../../protocol/verify/days.js";
import { type Hex, hex } from "../../protocol/verify/encoding.js";
import { ancestors, at, isReporters, seenBy } from "../../protocol/verify/log/causality.js";
import type { VerifiedMessage } from "./message.js";
import { acceptancesOf, type Ending, type Part } from "./report.js";

type Arrived = ReadonlyMap<Hex, VerifiedMessage>;

/** How a handler takes part, but for what the host counts. */
export function partOf(me: Hex, log: Log, arrived: Arrived, today: Day): Omit<Part, "counted"> {
  const { excluded, accepted, consents, asked, until } = log.access.handed;
  const taken = acceptancesOf(log);
  const hasLapsed = asked.includes(me) && today > (until ?? "");
  if (!excluded.has(me) && !hasLapsed) {
    return { acceptances: taken, handover: consents.get(accepted.at(-1) ?? "") };
  }
  const closing = closingOf(me, log, taken);
  const before = closing === undefined ? taken : taken.slice(0, taken.indexOf(closing));
  return {
    acceptances: before,
    handover: consents.get(accepted[before.length - 1] ?? ""),
    ending: closing === undefined ? notTaken(me, log, arrived) : endedBy(log, closing),
  };
}

const ending = (on: Day, message: Hex | undefined): Ending => ({
  on,
  message,
  shownUntil: (applying, own) => earlier(after(applying.retention, on), after(own.retention, on)),
});

const endedBy = ({ known }: Log, message: Hex): Ending =>
  ending(at(known, message).header.day ?? "0001-01-01", message);

/** The acceptance that ended a handler's part. */
function closingOf(me: Hex, log: Log, taken: readonly Hex[]): Hex | undefined {
  const { accepted, consents } = log.access.handed;
  let closing: Hex | undefined;
  taken.forEach((acceptance, i) => {
    const consent = accepted[i] as Hex;
    if (consents.get(consent)?.readers.includes(me)) closing = undefined;
    else if (closing === undefined && tookPart(me, consent, log)) closing = acceptance;
  });
  return closing;
}

/**
 * Whether a message that does not follow a consent's acceptance names a handler. It may be from the same moment as the
 * acceptance: a colleague let the handler in.
 */
function tookPart(me: Hex, consent: Hex, { order, known, access }: Log): boolean {
  const following = new Set<Hex>();
  for (const id of order) {
    const message = at(known, id);
    const { consent: answered, readers } = message.header;
    const isAnswer = answered !== undefined && hex(answered) === consent;
    const accepts = isAnswer && access.handed.acceptances.has(id);
    if (accepts || seenBy(message).some((seen) => following.has(seen))) following.add(id);
    else if (readers.includes(me)) return true;
  }
  return false;
}

/** How the last consent that asked a handler ended without an acceptance. */
function notTaken(me: Hex, log: Log, arrived: Arrived): Ending | undefined {
  const { consents } = log.access.handed;
  const consent = log.order.filter((id) => consents.get(id)?.readers.includes(me)).at(-1);
  if (consent === undefined) return undefined;
  const answer = answerTo(consent, log);
  if (answer !== undefined) return endedBy(log, answer);
  const until = consents.get(consent)?.until ?? "";
  const word = takenBackBy(consent, log);
  const day = word === undefined ? undefined : arrived.get(word)?.receivedOn;
  return day === undefined || day > until ? ending(until, undefined) : ending(day, word);
}

/** The valid answer to a consent. An acceptance comes before other answers. */
export function answerTo(consent: Hex, { order, known, access }: Log): Hex | undefined {
  const answers = order.filter((id) => {
    const { consent: answered } = at(known, id).header;
    return answered !== undefined && hex(answered) === consent && !access.handed.void.has(id);
  });
  return answers.find((id) => at(known, id).header.tag === "acceptance") ?? answers[0];
}

/**
 * The reporter's first later message that takes a consent back: a withdrawal, another consent, or one that names none
 * of the handlers asked.
 */
export function takenBackBy(consent: Hex, { order, known, access }: Log): Hex | undefined {
  const asked = access.handed.consents.get(consent)?.readers ?? [];
  return order.find((id) => {
    const message = at(known, id);
    const { handover, tag, readers } = message.header;
    const drops =
      handover !== undefined ||
      tag === "withdrawal" ||
      !asked.some((handler) => readers.includes(handler));
    return isReporters(message) && drops && ancestors(seenBy(message), known).has(consent);
  });
}

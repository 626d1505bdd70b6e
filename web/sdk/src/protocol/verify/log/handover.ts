/** Who answers a report that was handed to another line (openapi/extensions.md section 9.7). */

import type { Day } from "../days.js";
import { type Bytes, type Hex, hex } from "../encoding.js";
import { at, type Headers, isReporters } from "./causality.js";
import { ConsentHistory } from "./consents.js";
import type { Handover, Tag } from "./header.js";

/** What those who are asked may send while a consent waits. */
const MAY_SEND: readonly Tag[] = ["message", "acceptance", "refusal"];

/** What the consents of a log, and their answers, come to. */
export interface Handovers {
  /** Consents that are not void. */
  readonly consents: ReadonlyMap<Hex, Handover>;
  /** Consents that a line took up, each after the one before; the last one is in force. */
  readonly accepted: readonly Hex[];
  /** The consent that waits. */
  readonly waiting: Hex | undefined;
  /** The readers of the consent that waits. */
  readonly asked: readonly Hex[];
  /** The last day on which it can be answered. */
  readonly until: Day | undefined;
  /** The line that answers; undefined for the one on which the report was made. */
  readonly answeredBy: Bytes | undefined;
  /** Acceptances that hold. */
  readonly acceptances: ReadonlySet<Hex>;
  /** Handlers who read on no more. */
  readonly excluded: ReadonlySet<Hex>;
  /** Messages without effect, which alarm. */
  readonly void: ReadonlySet<Hex>;
  /** Messages of handlers who did not know who answers: without effect, and no alarm. */
  readonly crossed: ReadonlySet<Hex>;
  readonly history: ConsentHistory;
}

/** What the consents of a log come to. */
export function handovers(messages: Headers): Handovers {
  const history = new ConsentHistory(messages);
  const all = new Set(history.order);
  const accepted = history.accepted(all);
  const last = accepted.at(-1);
  const waiting = history.waiting(all);
  const asked = waiting === undefined ? undefined : history.consents.get(waiting);
  const held = [...history.answers.keys()].filter((id) => history.holds(id, all));
  const inForce = held.filter((id) => history.answers.get(id) === last);
  return {
    consents: history.consents,
    accepted,
    waiting,
    asked: asked?.readers ?? [],
    until: asked?.until,
    answeredBy: last === undefined ? undefined : history.consents.get(last)?.lineId,
    acceptances: new Set(held),
    excluded: excludedFrom(history, { accepted, last, waiting, inForce }),
    void: voidOf(history, held),
    crossed: new Set(crossedBy(history, last, inForce[0])),
    history,
  };
}

function voidOf(history: ConsentHistory, held: readonly Hex[]): Set<Hex> {
  const { answers, messages, order } = history;
  const undone = [...answers.keys()].filter((id) => history.isAcceptance(id) && !held.includes(id));
  const astray = order.filter(
    (id) => at(messages, id).header.consent !== undefined && !answers.has(id),
  );
  return new Set([...history.inVain, ...astray, ...undone, ...outOfPlace(history)]);
}

/** What those who were asked sent, and may not while a consent waits. */
function outOfPlace(history: ConsentHistory): Hex[] {
  return history.order.filter((id) => {
    const { author, tag } = at(history.messages, id).header;
    const waiting = history.waiting(history.view(id));
    const asked = waiting === undefined ? undefined : history.consents.get(waiting);
    return asked?.readers.includes(author) === true && !MAY_SEND.includes(tag);
  });
}

interface Standing {
  readonly accepted: readonly Hex[];
  readonly last: Hex | undefined;
  readonly waiting: Hex | undefined;
  /** Acceptances of the consent in force. */
  readonly inForce: readonly Hex[];
}

function excludedFrom(history: ConsentHistory, standing: Standing): Set<Hex> {
  const { messages, order, words, consents } = history;
  const { accepted, last, waiting, inForce } = standing;
  const follows = (id: Hex) => inForce.some((acceptance) => history.view(id).has(acceptance));
  const readersOf = (ids: readonly Hex[]) => ids.flatMap((id) => at(messages, id).header.readers);
  const named = inForce.length === 0 ? [] : readersOf(order.filter((id) => !follows(id)));
  const again = new Set(readersOf(words.filter(follows)));
  const precedesLast = (id: Hex) => last !== undefined && history.view(last).has(id);
  const cameToNothing = [...consents].filter(
    ([id]) => id !== waiting && !accepted.includes(id) && !precedesLast(id),
  );
  const kept = [last, waiting].flatMap((id) =>
    id === undefined ? [] : (consents.get(id)?.readers ?? []),
  );
  const out = [
    ...named.filter((who) => !again.has(who)),
    ...cameToNothing.flatMap(([, { readers }]) => readers),
  ];
  return new Set(out.filter((who) => who !== "reporter" && !kept.includes(who)));
}

function crossedBy(
  history: ConsentHistory,
  last: Hex | undefined,
  counting: Hex | undefined,
): Hex[] {
  const aware = counting === undefined ? new Set<Hex>() : history.view(counting);
  return history.order.filter((id) => {
    if (isReporters(at(history.messages, id)) || id === counting || aware.has(id)) return false;
    return history.accepted(history.view(id)).at(-1) !== last;
  });
}

/** The messages that consents open, by handler. */
export function openedByConsents({ history, accepted, waiting }: Handovers): Map<Hex, Set<Hex>> {
  const found = new Map<Hex, Set<Hex>>();
  for (const id of waiting === undefined ? accepted : [...accepted, waiting]) {
    const { readers, messages } = history.consents.get(id) as Handover;
    for (const message of messages
      .map(hex)
      .filter((each) => isReportersToShow(history, id, each))) {
      for (const reader of readers) {
        found.set(reader, (found.get(reader) ?? new Set()).add(message));
      }
    }
  }
  return found;
}

/** What precedes a consent, and the reporter wrote or may read. */
function isReportersToShow(history: ConsentHistory, consent: Hex, message: Hex): boolean {
  if (!history.view(consent).has(message)) return false;
  const { author, readers } = at(history.messages, message).header;
  return author === "reporter" || readers.includes("reporter");
}

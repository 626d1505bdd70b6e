// Who answers a report that was handed to another line (openapi/protocol.md section 9.7).
// Messages are a Map from hexadecimal ids to { id, header }.

import { hex } from "./encoding.js";
import { causalOrder, isReporters, preceding } from "./order.js";

const MAY_SEND = ["message", "acceptance", "refusal"];

/** The consents and answers of a log, and what is to be said of any part of it: a Set of ids. */
class Turns {
  constructor(known) {
    this.known = known;
    this.order = causalOrder(known);
    this.before = new Map(this.order.map((id) => [id, new Set(preceding(id, known).keys())]));
    this.words = this.order.filter((id) => isReporters(known.get(id)));
    this.consents = new Map();
    this.inVain = [];
    this.answers = new Map();
    for (const id of this.order) this.read(id);
  }

  read(id) {
    const { handover, consent, lineId } = this.known.get(id).header;
    const view = this.before.get(id);
    if (handover !== undefined) {
      const accepted = this.accepted(view).at(-1);
      const answering = this.consents.get(accepted)?.lineId ?? lineId;
      const origins = this.words.filter((m) => view.has(m)).map((m) => this.known.get(m).header.origin);
      const isIdle = hex(handover.lineId) === hex(answering) || origins.includes("consultation");
      if (isIdle) this.inVain.push(id);
      else this.consents.set(id, handover);
    } else if (consent !== undefined && this.isInPlace(id, hex(consent), view)) {
      this.answers.set(id, hex(consent));
    }
  }

  isInPlace(id, consent, view) {
    const { author, day } = this.known.get(id).header;
    if (this.waiting(view) !== consent) return false;
    const { readers, until } = this.consents.get(consent);
    return readers.includes(author) && day <= until;
  }

  takesBack(word, consent) {
    const { tag, handover, readers } = this.known.get(word).header;
    if (word === consent || this.before.get(consent).has(word)) return false;
    const asked = this.consents.get(consent).readers;
    return tag === "withdrawal" || handover !== undefined || !asked.some((r) => readers.includes(r));
  }

  waiting(view) {
    const isAnswered = (id) => [...this.answers].some(([m, consent]) => consent === id && view.has(m));
    const isTakenBack = (id) => this.words.some((m) => view.has(m) && this.takesBack(m, id));
    return [...this.consents.keys()].find((id) => view.has(id) && !isAnswered(id) && !isTakenBack(id));
  }

  isAcceptance(id) {
    return this.known.get(id).header.tag === "acceptance";
  }

  holds(id, view) {
    const unaware = this.words.filter((m) => view.has(m) && !this.before.get(m).has(id));
    return this.isAcceptance(id) && view.has(id) && !unaware.some((m) => this.takesBack(m, this.answers.get(id)));
  }

  /** The consents that were taken up, each after the one before. */
  accepted(view) {
    const held = [...this.answers.keys()].filter((id) => this.holds(id, view));
    return [...new Set(held.map((id) => this.answers.get(id)))];
  }
}

function outOfPlace(turns) {
  return turns.order.filter((id) => {
    const { author, tag } = turns.known.get(id).header;
    const waiting = turns.waiting(turns.before.get(id));
    return turns.consents.get(waiting)?.readers.includes(author) && !MAY_SEND.includes(tag);
  });
}

function excludedFrom(turns, last, inForce, waiting) {
  const follows = (id) => inForce.some((m) => turns.before.get(id).has(m));
  const readersOf = (ids) => ids.flatMap((id) => turns.known.get(id).header.readers);
  const named = inForce.length === 0 ? [] : readersOf(turns.order.filter((id) => !follows(id)));
  const again = readersOf(turns.words.filter(follows));
  const accepted = turns.accepted(new Set(turns.order));
  const cameToNothing = [...turns.consents.keys()].filter(
    (id) => id !== waiting && !accepted.includes(id) && !turns.before.get(last)?.has(id),
  );
  const out = [
    ...named.filter((who) => !again.includes(who)),
    ...cameToNothing.flatMap((id) => turns.consents.get(id).readers),
  ];
  const kept = [last, waiting].flatMap((id) => turns.consents.get(id)?.readers ?? []);
  return new Set(out.filter((who) => who !== "reporter" && !kept.includes(who)));
}

function crossedBy(turns, last, counting) {
  const aware = counting === undefined ? new Set() : turns.before.get(counting);
  return turns.order.filter((id) => {
    if (isReporters(turns.known.get(id)) || id === counting || aware.has(id)) return false;
    return turns.accepted(turns.before.get(id)).at(-1) !== last;
  });
}

function openedBy(turns, consents) {
  const found = new Map();
  for (const id of consents) {
    const { readers, messages } = turns.consents.get(id);
    for (const message of messages.map(hex)) {
      const header = turns.before.get(id).has(message) ? turns.known.get(message).header : undefined;
      const theirs = header?.author === "reporter" || header?.readers.includes("reporter");
      for (const reader of theirs ? readers : []) {
        found.set(reader, (found.get(reader) ?? new Set()).add(message));
      }
    }
  }
  return found;
}

export function handovers(known) {
  const turns = new Turns(known);
  const all = new Set(turns.order);
  const accepted = turns.accepted(all);
  const last = accepted.at(-1);
  const waiting = turns.waiting(all);
  const held = [...turns.answers.keys()].filter((id) => turns.holds(id, all));
  const inForce = held.filter((id) => turns.answers.get(id) === last);
  const answers = turns.order.filter((id) => known.get(id).header.consent !== undefined);
  const undone = [...turns.answers.keys()].filter((id) => turns.isAcceptance(id) && !held.includes(id));
  const astray = answers.filter((id) => !turns.answers.has(id));
  return {
    consents: turns.consents,
    waiting,
    asked: turns.consents.get(waiting)?.readers ?? [],
    until: turns.consents.get(waiting)?.until,
    answeredBy: turns.consents.get(last)?.lineId,
    acceptances: new Set(held),
    excluded: excludedFrom(turns, last, inForce, waiting),
    void: new Set([...turns.inVain, ...astray, ...undone, ...outOfPlace(turns)]),
    crossed: new Set(crossedBy(turns, last, inForce[0])),
    opened: openedBy(turns, [...accepted, ...(waiting === undefined ? [] : [waiting])]),
  };
}

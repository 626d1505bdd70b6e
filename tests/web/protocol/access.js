// Who may read what of a log (openapi/protocol.md sections 9.3 to 9.7).
// Messages are a Map from hexadecimal ids to { id, header }.

import { hex } from "./encoding.js";
import { handovers } from "./handover.js";
import { ancestors, causalOrder, isReporters, preceding, seenBy, tips } from "./order.js";

/** The readers of the reporter's own newest message: on a fork, of every branch. */
function chosenReaders(known, handed = handovers(known)) {
  const [first, ...others] = tips(known, "reporter").map((id) => known.get(id).header.readers);
  const everywhere = (first ?? []).filter((r) => others.every((readers) => readers.includes(r)));
  return new Set(everywhere.filter((handler) => !handed.excluded.has(handler)));
}

/** Whom the reporter has had a say about: as readers, or admitted before they wrote. */
function settled(known, admissions) {
  const decided = ancestors(tips(known, "reporter"), known);
  const named = [...known.values()].filter(isReporters).flatMap((m) => m.header.readers);
  return new Set([...named, ...[...admissions].filter(([id]) => decided.has(id)).map(([, who]) => who)]);
}

function pendingOf(known, admissions, handed = handovers(known)) {
  const chosen = chosenReaders(known, handed);
  const decided = new Set([...settled(known, admissions), ...handed.excluded]);
  const found = new Set();
  for (const [id, newcomer] of admissions) {
    const { author } = known.get(id).header;
    if (!decided.has(newcomer) && (chosen.has(author) || found.has(author))) found.add(newcomer);
  }
  return found;
}

const hasAdmitted = (known, admissions, author, newcomer) =>
  [...admissions].some(([id, who]) => who === newcomer && known.get(id).header.author === author);

/** The admissions that count, as their authors saw the report: a Map from id to newcomer. */
function admissionsThatCount(known, handed, order, doubted, confirmed) {
  const found = new Map();
  for (const id of order) {
    const { author, admits } = known.get(id).header;
    if (admits === undefined || (doubted.has(author) && !confirmed.has(id))) continue;
    if (handed.void.has(id) || hasAdmitted(known, found, author, admits)) continue;
    const then = preceding(id, known);
    const before = new Map([...found].filter(([m]) => then.has(m)));
    const mayWrite = chosenReaders(then).has(author) || pendingOf(then, before).has(author);
    if (mayWrite && !settled(then, before).has(admits)) found.set(id, admits);
  }
  return found;
}

function confirm(known, handed, order, departed, doubted) {
  const chosen = [...chosenReaders(known, handed)].filter((who) => !handed.asked.includes(who));
  const trusted = new Set(["reporter", ...chosen].filter((who) => !departed.has(who)));
  for (;;) {
    const heard = [...known.values()].filter((m) => trusted.has(m.header.author));
    const confirmed = ancestors(heard.flatMap(seenBy), known);
    const admissions = admissionsThatCount(known, handed, order, doubted, confirmed);
    const more = [...pendingOf(known, admissions, handed)].filter((h) => !departed.has(h) && !trusted.has(h));
    if (more.length === 0) return { confirmed, admissions };
    more.forEach((handler) => trusted.add(handler));
  }
}

/** What nobody who counts has seen, and all that has it among its ancestors: a Set of ids. */
function unconfirmedOf(known, order, unseen, counting) {
  const found = new Set(unseen.filter((id) => !counting.has(id)));
  for (const id of order) {
    if (!counting.has(id) && seenBy(known.get(id)).some((seen) => found.has(seen))) found.add(id);
  }
  return found;
}

function openedBy(known, admissions, handed) {
  const found = new Map();
  for (const [id, newcomer] of admissions) {
    const { author, seen } = known.get(id).header;
    const opened = found.get(newcomer) ?? new Set();
    for (const m of ancestors(seen.map(hex), known)) {
      const named = known.get(m)?.header.readers.includes(author);
      const handedOver = handed.opened.get(author)?.has(m);
      if (named || handedOver || found.get(author)?.has(m)) opened.add(m);
    }
    found.set(newcomer, opened.add(id));
  }
  return found;
}

export function access(known, departed) {
  const order = causalOrder(known);
  const handed = handovers(known);
  const chosen = chosenReaders(known, handed);
  const heard = [...chosen].filter((handler) => !handed.asked.includes(handler));
  const nobody = new Set();
  let { confirmed, admissions } = confirm(known, handed, order, departed, departed);
  const left = [...heard, ...pendingOf(known, admissions, handed)];
  if (left.every((handler) => departed.has(handler))) {
    ({ confirmed, admissions } = confirm(known, handed, order, departed, nobody));
  }
  const named = [...known.values()].filter(isReporters).flatMap((m) => m.header.readers);
  const opened = openedBy(known, admissions, handed);
  const pending = pendingOf(known, admissions, handed);
  const decided = settled(known, admissions);
  const unseen = order.filter((id) => departed.has(known.get(id).header.author) && !confirmed.has(id));
  const { admissions: claimed } = confirm(known, handed, order, departed, nobody);
  const letIn = new Set(["reporter", ...named, ...admissions.values()]);
  const names = (id, handler) => known.get(id)?.header.readers.includes(handler) ?? false;
  const counting = new Set([...admissions.keys(), ...handed.acceptances]);
  const opens = (found, handler, id) => found.get(handler)?.has(id) ?? false;
  return {
    order,
    chosen,
    heard: new Set(["reporter", ...heard, ...pending]),
    admissions,
    pending,
    letIn,
    claimed,
    claimedIn: new Set([...letIn, ...claimed.values()]),
    handed,
    unconfirmed: [...unconfirmedOf(known, order, unseen, counting)],
    hadSeenTheirDrop: (id) => {
      const { author, day } = known.get(id).header;
      const then = preceding(id, known);
      if (author === "reporter" || !letIn.has(author) || ![...then.values()].some(isReporters)) return false;
      const before = new Map([...admissions].filter(([m]) => then.has(m)));
      const handedThen = handovers(then);
      if (handedThen.asked.includes(author) && day > handedThen.until) return true;
      return !chosenReaders(then).has(author) && !pendingOf(then, before).has(author);
    },
    mayAdmit: (author, newcomer) =>
      (heard.includes(author) || pending.has(author)) &&
      !decided.has(newcomer) &&
      !hasAdmitted(known, admissions, author, newcomer),
    mayRead: (handler, id, leftOut) =>
      names(id, handler) ||
      (!leftOut.includes(handler) && [opened, handed.opened].some((found) => opens(found, handler, id))),
  };
}

/** Whom a message of the reporter names, and must not by what precedes it: the own-newest-readers rule. */
function uninvitedBy(id, known, { claimed, handed }, document) {
  const then = preceding(id, known);
  if (![...then.values()].some(isReporters)) return [];
  const handedThen = handovers(then);
  const chosen = chosenReaders(then, handedThen);
  const before = new Map([...claimed].filter(([m]) => then.has(m)));
  const waiting = pendingOf(then, before, handedThen);
  const asked = handed.consents.get(id)?.readers ?? [];
  const answering = hex(handedThen.answeredBy ?? document.lineId);
  const own = document.lines.find((line) => hex(line.lineId) === answering)?.handlers ?? [];
  const stays = own.some((handler) => handler.until === undefined && chosen.has(hex(handler.id)));
  const isForked = tips(then, "reporter").length > 1;
  const replacing = stays || isForked ? [] : own.map((handler) => hex(handler.id));
  const allowed = new Set(["reporter", ...chosen, ...waiting, ...asked, ...replacing]);
  return known.get(id).header.readers.filter((reader) => !allowed.has(reader));
}

/** The reporter's messages that break the rule; whom they name, and whom only such let in. */
export function findUninvited(known, found, document) {
  const own = found.order.filter((id) => isReporters(known.get(id)));
  const named = new Map(own.map((id) => [id, uninvitedBy(id, known, found, document)]));
  const messages = own.filter((id) => named.get(id).length > 0);
  const barred = new Set([...named.values()].flat());
  for (let size = 0; size !== barred.size; ) {
    size = barred.size;
    const others = [...found.admissions].filter(([id]) => !barred.has(known.get(id).header.author));
    const letIn = new Set(others.map(([, newcomer]) => newcomer));
    for (const handler of found.pending) if (size > 0 && !letIn.has(handler)) barred.add(handler);
  }
  return { messages, barred };
}

/** The messages that have no effect on state and clocks, as hexadecimal ids. */
export function voidMessages(known, found) {
  const { handed, heard, letIn, order } = found;
  const idle = new Set([...found.unconfirmed, ...handed.void, ...handed.crossed]);
  for (const id of order) {
    if (!letIn.has(known.get(id).header.author) || found.hadSeenTheirDrop(id)) idle.add(id);
  }
  const counts = (id) => heard.has(known.get(id).header.author) && !idle.has(id);
  const confirmed = ancestors(order.filter(counts).flatMap((id) => seenBy(known.get(id))), known);
  const late = order.filter((id) => !heard.has(known.get(id).header.author) && !confirmed.has(id));
  const holds = (id) => handed.acceptances.has(id) && !handed.crossed.has(id);
  return [...new Set([...idle, ...late])].filter((id) => !holds(id)).sort();
}

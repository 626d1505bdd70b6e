// The order of a log, and who may read what of it (openapi/protocol.md sections 9.2 to 9.5).
// Messages are a Map from hexadecimal ids to { id, header }.

import { hex } from "./encoding.js";
import { participantText } from "./fields.js";

export const seenBy = (message) => message.header.seen.map(hex);
export const isReporters = (message) => message.header.author === "reporter";

const compare = (a, b) => (a < b ? -1 : Number(a > b));

function compareTies(a, b) {
  return (
    compare(a.header.day ?? "", b.header.day ?? "") ||
    compare(participantText(a.header.author), participantText(b.header.author)) ||
    a.header.n - b.header.n ||
    compare(hex(a.id), hex(b.id))
  );
}

/** The ids of messages, each after all that it has seen. */
export function causalOrder(known) {
  const waiting = new Map(known);
  const ordered = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter((m) => !seenBy(m).some((s) => waiting.has(s)));
    if (ready.length === 0) break;
    for (const message of ready.sort(compareTies)) {
      ordered.push(hex(message.id));
      waiting.delete(hex(message.id));
    }
  }
  return [...ordered, ...[...waiting.values()].sort(compareTies).map((m) => hex(m.id))];
}

export function ancestors(start, known) {
  const found = new Set();
  const waiting = [...start];
  while (waiting.length > 0) {
    const id = waiting.pop();
    if (found.has(id)) continue;
    found.add(id);
    if (known.has(id)) waiting.push(...seenBy(known.get(id)));
  }
  return found;
}

export const authors = (known) => [...new Set([...known.values()].map((m) => m.header.author))];

/** The ids of an author's messages that no other message of that author builds on. */
export function tips(known, author) {
  const own = [...known.values()].filter((m) => m.header.author === author);
  const covered = ancestors(own.flatMap(seenBy), known);
  return own.map((m) => hex(m.id)).filter((id) => !covered.has(id));
}

/** The readers of the reporter's own newest message: on a fork, of every branch. */
function chosenReaders(known) {
  const [first, ...others] = tips(known, "reporter").map((id) => known.get(id).header.readers);
  return new Set((first ?? []).filter((r) => others.every((readers) => readers.includes(r))));
}

/** Whom the reporter has had a say about: as readers, or admitted before they wrote. */
function settled(known, admissions) {
  const decided = ancestors(tips(known, "reporter"), known);
  const named = [...known.values()].filter(isReporters).flatMap((m) => m.header.readers);
  return new Set([...named, ...[...admissions].filter(([id]) => decided.has(id)).map(([, who]) => who)]);
}

function pendingOf(known, admissions) {
  const chosen = chosenReaders(known);
  const decided = settled(known, admissions);
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
function admissionsThatCount(known, order, doubted, confirmed) {
  const found = new Map();
  for (const id of order) {
    const { author, admits, seen } = known.get(id).header;
    if (admits === undefined || (doubted.has(author) && !confirmed.has(id))) continue;
    if (hasAdmitted(known, found, author, admits)) continue;
    const preceding = [...ancestors(seen.map(hex), known)].filter((m) => known.has(m));
    const then = new Map(preceding.map((m) => [m, known.get(m)]));
    const before = new Map([...found].filter(([m]) => then.has(m)));
    const mayWrite = chosenReaders(then).has(author) || pendingOf(then, before).has(author);
    if (mayWrite && !settled(then, before).has(admits)) found.set(id, admits);
  }
  return found;
}

function confirm(known, order, departed, doubted) {
  const trusted = new Set(["reporter", ...chosenReaders(known)].filter((who) => !departed.has(who)));
  for (;;) {
    const heard = [...known.values()].filter((m) => trusted.has(m.header.author));
    const confirmed = ancestors(heard.flatMap(seenBy), known);
    const admissions = admissionsThatCount(known, order, doubted, confirmed);
    const more = [...pendingOf(known, admissions)].filter((h) => !departed.has(h) && !trusted.has(h));
    if (more.length === 0) return { confirmed, admissions };
    more.forEach((handler) => trusted.add(handler));
  }
}

/** What nobody who counts has seen, and all that has it among its ancestors: a Set of ids. */
function unconfirmedOf(known, order, unseen, admissions) {
  const found = new Set(unseen.filter((id) => !admissions.has(id)));
  for (const id of order) {
    if (!admissions.has(id) && seenBy(known.get(id)).some((seen) => found.has(seen))) found.add(id);
  }
  return found;
}

function openedBy(known, admissions) {
  const found = new Map();
  for (const [id, newcomer] of admissions) {
    const { author, seen } = known.get(id).header;
    const opened = found.get(newcomer) ?? new Set();
    for (const m of ancestors(seen.map(hex), known)) {
      const named = known.get(m)?.header.readers.includes(author);
      if (named || found.get(author)?.has(m)) opened.add(m);
    }
    found.set(newcomer, opened.add(id));
  }
  return found;
}

export function access(known, departed) {
  const order = causalOrder(known);
  const chosen = chosenReaders(known);
  let { confirmed, admissions } = confirm(known, order, departed, departed);
  if ([...chosen, ...pendingOf(known, admissions)].every((handler) => departed.has(handler))) {
    ({ confirmed, admissions } = confirm(known, order, departed, new Set()));
  }
  const named = [...known.values()].filter(isReporters).flatMap((m) => m.header.readers);
  const opened = openedBy(known, admissions);
  const pending = pendingOf(known, admissions);
  const decided = settled(known, admissions);
  const unseen = order.filter((id) => departed.has(known.get(id).header.author) && !confirmed.has(id));
  const { admissions: claimed } = confirm(known, order, departed, new Set());
  const letIn = new Set(["reporter", ...named, ...admissions.values()]);
  const names = (id, handler) => known.get(id)?.header.readers.includes(handler) ?? false;
  return {
    order,
    chosen,
    admissions,
    pending,
    letIn,
    claimed,
    claimedIn: new Set([...letIn, ...claimed.values()]),
    unconfirmed: [...unconfirmedOf(known, order, unseen, admissions)],
    hadSeenTheirDrop: (id) => {
      const { author, seen } = known.get(id).header;
      const preceding = [...ancestors(seen.map(hex), known)].filter((m) => known.has(m));
      const then = new Map(preceding.map((m) => [m, known.get(m)]));
      if (author === "reporter" || !letIn.has(author) || ![...then.values()].some(isReporters)) return false;
      const before = new Map([...admissions].filter(([m]) => then.has(m)));
      return !chosenReaders(then).has(author) && !pendingOf(then, before).has(author);
    },
    mayAdmit: (author, newcomer) =>
      (chosen.has(author) || pending.has(author)) &&
      !decided.has(newcomer) &&
      !hasAdmitted(known, admissions, author, newcomer),
    mayRead: (handler, id, leftOut) =>
      names(id, handler) || (!leftOut.includes(handler) && (opened.get(handler)?.has(id) ?? false)),
  };
}

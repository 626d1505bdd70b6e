// The order that `seen` gives the messages of a report (openapi/protocol.md sections 9.1 and 9.2).
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

/** What precedes a message: those of its ancestors that are there. */
export function preceding(id, known) {
  const found = ancestors(seenBy(known.get(id)), known);
  return new Map([...found].filter((m) => known.has(m)).map((m) => [m, known.get(m)]));
}

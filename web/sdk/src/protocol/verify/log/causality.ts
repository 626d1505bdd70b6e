/** The order that `seen` gives the messages of a report (openapi/protocol.md sections 9.1 and 9.2). */

import { type Hex, hex } from "../encoding.js";
import { type Participant, participantText } from "../fields.js";
import type { VerifiedHeader } from "./header.js";

/** The messages of a report by their ids. */
export type Headers = ReadonlyMap<Hex, VerifiedHeader>;

/** The message with this id, which is there. */
export const at = (messages: Headers, id: Hex): VerifiedHeader =>
  messages.get(id) as VerifiedHeader;

/** The ids that a message has seen. */
export const seenBy = (message: VerifiedHeader): Hex[] => message.header.seen.map(hex);
/** Whether the reporter wrote a message. */
export const isReporters = (message: VerifiedHeader): boolean =>
  message.header.author === "reporter";

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : Number(a > b));

function compareTies(a: VerifiedHeader, b: VerifiedHeader): number {
  return (
    compare(a.header.day ?? "", b.header.day ?? "") ||
    compare(participantText(a.header.author), participantText(b.header.author)) ||
    a.header.n - b.header.n ||
    compare(hex(a.id), hex(b.id))
  );
}

/** The ids of messages, each after all that it has seen; those that name each other in a circle come last. */
export function causalOrder(messages: Headers): Hex[] {
  const waiting = new Map(messages);
  const ordered: Hex[] = [];
  for (;;) {
    const ready = [...waiting.values()].filter((m) => !seenBy(m).some((id) => waiting.has(id)));
    if (ready.length === 0) break;
    for (const { id } of ready.sort(compareTies)) {
      ordered.push(hex(id));
      waiting.delete(hex(id));
    }
  }
  return [...ordered, ...[...waiting.values()].sort(compareTies).map(({ id }) => hex(id))];
}

/** These ids, and all that they have seen, directly or through others; also ids that are not there. */
export function ancestors(start: Iterable<Hex>, messages: Headers): Set<Hex> {
  const found = new Set<Hex>();
  const waiting = [...start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    const message = messages.get(id);
    if (message !== undefined) waiting.push(...seenBy(message));
  }
  return found;
}

/** Everybody who wrote. */
export const authors = (messages: Headers): Participant[] => [
  ...new Set([...messages.values()].map(({ header }) => header.author)),
];

/** The ids of an author's messages that no other message of that author builds on. */
export function newestOf(author: Participant, messages: Headers): Hex[] {
  const own = [...messages.values()].filter(({ header }) => header.author === author);
  const covered = ancestors(own.flatMap(seenBy), messages);
  return own.map(({ id }) => hex(id)).filter((id) => !covered.has(id));
}

/** What precedes a message: those of its ancestors that are there. */
export function preceding(id: Hex, messages: Headers): Map<Hex, VerifiedHeader> {
  const found = new Map<Hex, VerifiedHeader>();
  for (const each of ancestors(seenBy(at(messages, id)), messages)) {
    const message = messages.get(each);
    if (message !== undefined) found.set(each, message);
  }
  return found;
}

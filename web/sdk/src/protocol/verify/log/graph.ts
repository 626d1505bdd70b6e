/** Who may read what of a log, and what counts (openapi/protocol.md sections 9.3 to 9.5). */

import { type Hex, hex } from "../encoding.js";
import type { Participant } from "../fields.js";
import {
  ancestors,
  at,
  causalOrder,
  type Headers,
  isReporters,
  newestOf,
  preceding,
  seenBy,
} from "./causality.js";
import { type Handovers, handovers, openedByConsents } from "./handover.js";

/** Admissions that count: message → newcomer, in order. */
export type Admissions = ReadonlyMap<Hex, Hex>;

const NOBODY: ReadonlySet<Hex> = new Set();

/** The readers of the reporter's own newest message: on a fork, of every branch. */
export function chosenReaders(
  messages: Headers,
  handed: Handovers = handovers(messages),
): Set<Hex> {
  const [first, ...others] = newestOf("reporter", messages).map(
    (id) => at(messages, id).header.readers,
  );
  const everywhere = (first ?? []).filter((reader) =>
    others.every((readers) => readers.includes(reader)),
  );
  return new Set(everywhere.filter((handler) => !handed.excluded.has(handler)));
}

/** Everybody whom a message of the reporter names as a reader. */
const namedReaders = (messages: Headers): Participant[] =>
  [...messages.values()].filter(isReporters).flatMap(({ header }) => header.readers);

/** Whom the reporter has had a say about: as readers, or admitted before they wrote. */
function settled(messages: Headers, admissions: Admissions): Set<Hex> {
  const decided = ancestors(newestOf("reporter", messages), messages);
  const admitted = [...admissions]
    .filter(([id]) => decided.has(id))
    .map(([, newcomer]) => newcomer);
  return new Set([...namedReaders(messages), ...admitted]);
}

/** Who waits for the reporter's word. */
export function pendingOf(
  messages: Headers,
  admissions: Admissions,
  handed: Handovers = handovers(messages),
): Set<Hex> {
  const chosen = chosenReaders(messages, handed);
  const decided = new Set([...settled(messages, admissions), ...handed.excluded]);
  const found = new Set<Hex>();
  for (const [id, newcomer] of admissions) {
    const { author } = at(messages, id).header;
    if (!decided.has(newcomer) && (chosen.has(author) || found.has(author))) found.add(newcomer);
  }
  return found;
}

const hasAdmitted = (
  messages: Headers,
  admissions: Admissions,
  author: Hex,
  newcomer: Hex,
): boolean =>
  [...admissions].some(
    ([id, who]) => who === newcomer && at(messages, id).header.author === author,
  );

/** Those of the admissions that precede a message. */
export const admissionsIn = (view: Headers, admissions: Admissions): Admissions =>
  new Map([...admissions].filter(([id]) => view.has(id)));

/** Handlers who left, and how far their word counts. */
interface Doubt {
  /** Their admissions count only once they are confirmed. */
  readonly doubted: ReadonlySet<Hex>;
  readonly confirmed: ReadonlySet<Hex>;
}

/** The admissions that count, as their authors saw the report. */
function admissionsThatCount(
  messages: Headers,
  handed: Handovers,
  order: readonly Hex[],
  { doubted, confirmed }: Doubt,
): Map<Hex, Hex> {
  const found = new Map<Hex, Hex>();
  for (const id of order) {
    const { author, admits } = at(messages, id).header;
    if (admits === undefined || (doubted.has(author) && !confirmed.has(id))) continue;
    if (handed.void.has(id) || hasAdmitted(messages, found, author, admits)) continue;
    const then = preceding(id, messages);
    const before = admissionsIn(then, found);
    const mayWrite = chosenReaders(then).has(author) || pendingOf(then, before).has(author);
    if (mayWrite && !settled(then, before).has(admits)) found.set(id, admits);
  }
  return found;
}

/** What somebody who counts has seen; more count as admissions are confirmed. */
function confirm(
  messages: Headers,
  handed: Handovers,
  order: readonly Hex[],
  departed: ReadonlySet<Hex>,
  doubted: ReadonlySet<Hex>,
): { confirmed: Set<Hex>; admissions: Admissions } {
  const chosen = [...chosenReaders(messages, handed)].filter((who) => !handed.asked.includes(who));
  const trusted = new Set<Participant>(["reporter", ...chosen].filter((who) => !departed.has(who)));
  for (;;) {
    const heard = [...messages.values()].filter(({ header }) => trusted.has(header.author));
    const confirmed = ancestors(heard.flatMap(seenBy), messages);
    const admissions = admissionsThatCount(messages, handed, order, { doubted, confirmed });
    const size = trusted.size;
    for (const handler of pendingOf(messages, admissions, handed)) {
      if (!departed.has(handler)) trusted.add(handler);
    }
    if (trusted.size === size) return { confirmed, admissions };
  }
}

/** What nobody who counts has seen, and all that has it among its ancestors. */
function unconfirmedOf(
  messages: Headers,
  order: readonly Hex[],
  unseen: readonly Hex[],
  counting: ReadonlySet<Hex>,
): Set<Hex> {
  const found = new Set(unseen.filter((id) => !counting.has(id)));
  for (const id of order) {
    if (!counting.has(id) && seenBy(at(messages, id)).some((seen) => found.has(seen)))
      found.add(id);
  }
  return found;
}

/** Who may read and write in a log. */
export class Access {
  readonly messages: Headers;
  readonly order: readonly Hex[];
  readonly handed: Handovers;
  /** Readers of the reporter's own newest message. */
  readonly chosen: ReadonlySet<Hex>;
  /** Who waits for the reporter's word. */
  readonly pending: ReadonlySet<Hex>;
  readonly admissions: Admissions;
  /** Admissions, as if every message were confirmed. */
  readonly claimed: Admissions;
  /** Everybody whom something lets read. */
  readonly letIn: ReadonlySet<Participant>;
  /** The same, as if every message were confirmed. */
  readonly claimedIn: ReadonlySet<Participant>;
  readonly unconfirmed: ReadonlySet<Hex>;
  /** Whose word confirms: the reporter, and those who read on. */
  readonly heard: ReadonlySet<Participant>;

  /** @param departed - handlers with an `until`. */
  constructor(messages: Headers, departed: ReadonlySet<Hex>) {
    const [order, handed] = [causalOrder(messages), handovers(messages)];
    const chosen = chosenReaders(messages, handed);
    const heard = [...chosen].filter((handler) => !handed.asked.includes(handler));
    let { confirmed, admissions } = confirm(messages, handed, order, departed, departed);
    const left = [...heard, ...pendingOf(messages, admissions, handed)];
    if (left.every((handler) => departed.has(handler))) {
      ({ confirmed, admissions } = confirm(messages, handed, order, departed, NOBODY));
    }
    const unseen = order.filter(
      (id) => departed.has(at(messages, id).header.author) && !confirmed.has(id),
    );
    const counting = new Set([...admissions.keys(), ...handed.acceptances]);
    this.messages = messages;
    this.order = order;
    this.handed = handed;
    this.chosen = chosen;
    this.pending = pendingOf(messages, admissions, handed);
    this.admissions = admissions;
    this.claimed = confirm(messages, handed, order, departed, NOBODY).admissions;
    this.letIn = new Set(["reporter", ...namedReaders(messages), ...admissions.values()]);
    this.claimedIn = new Set([...this.letIn, ...this.claimed.values()]);
    this.unconfirmed = unconfirmedOf(messages, order, unseen, counting);
    this.heard = new Set(["reporter", ...heard, ...this.pending]);
  }

  /** Whether a handler wrote after what dropped them was among what they had seen. */
  hadSeenTheirDrop(id: Hex): boolean {
    const { author, day } = at(this.messages, id).header;
    const then = preceding(id, this.messages);
    const isLetIn = author !== "reporter" && this.letIn.has(author);
    if (!isLetIn || ![...then.values()].some(isReporters)) return false;
    const { asked, until } = handovers(then);
    if (asked.includes(author) && (day ?? "") > (until ?? "")) return true;
    const before = admissionsIn(then, this.admissions);
    return !chosenReaders(then).has(author) && !pendingOf(then, before).has(author);
  }
}

/** The messages that admissions open, by newcomer, and those that consents do. */
function openedBy({ messages, admissions, handed }: Access): ReadonlyMap<Hex, ReadonlySet<Hex>>[] {
  const consents = openedByConsents(handed);
  const found = new Map<Hex, Set<Hex>>();
  for (const [id, newcomer] of admissions) {
    const { author, seen } = at(messages, id).header;
    const opened = found.get(newcomer) ?? new Set();
    for (const each of ancestors(seen.map(hex), messages)) {
      const named = messages.get(each)?.header.readers.includes(author);
      if (named || consents.get(author)?.has(each) || found.get(author)?.has(each))
        opened.add(each);
    }
    found.set(newcomer, opened.add(id));
  }
  return [found, consents];
}

/** Whether a handler may admit another one now. */
export function mayAdmit(access: Access, author: Hex, newcomer: Hex): boolean {
  const { messages, admissions, heard } = access;
  const readsOn = author !== "reporter" && heard.has(author);
  const isNew = !settled(messages, admissions).has(newcomer);
  return readsOn && isNew && !hasAdmitted(messages, admissions, author, newcomer);
}

/** The messages that admissions and consents open to a handler. */
export const openedTo = (access: Access, handler: Hex): ReadonlySet<Hex> =>
  new Set(openedBy(access).flatMap((opened) => [...(opened.get(handler) ?? [])]));

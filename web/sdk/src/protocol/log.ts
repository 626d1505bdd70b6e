/** The log of a report, verified (openapi/protocol.md section 9). */

import { type Alarm, findAlarms } from "./alarms.js";
import { type ReportKeys, type ServedHeader, verifyMembers } from "./membership.js";
import type { Day } from "./verify/days.js";
import { type Bytes, type Hex, same } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import type { Participant } from "./verify/fields.js";
import { activeHandlers, type LineDocument } from "./verify/line-document.js";
import {
  ancestors,
  at,
  authors,
  type Headers,
  isReporters,
  newestOf,
  seenBy,
} from "./verify/log/causality.js";
import { departedOf } from "./verify/log/directory.js";
import { Access, mayAdmit, openedTo } from "./verify/log/graph.js";
import { findUninvited } from "./verify/log/uninvited.js";

/** A verified log, as it stands on a day. Ids are hexadecimal. */
export interface Log {
  /** Its messages. */
  readonly known: Headers;
  readonly access: Access;
  readonly alarms: readonly Alarm[];
  /** Ids of all messages, each after what it has seen. */
  readonly order: readonly Hex[];
  readonly unconfirmed: readonly Hex[];
  /** Messages without effect on state and clocks. */
  readonly void: readonly Hex[];
  /** What the next message has seen. */
  readonly seen: readonly Hex[];
  /** The number of the reporter's next message. */
  readonly nextN: number;
  /** To whom the reporter's next message may be sealed, without a further word of the person. */
  readonly readers: readonly Hex[];
  /** Who waits for the reporter's word. */
  readonly admitted: readonly Hex[];
  /** Handlers of the line that answers who are active and not uninvited. */
  readonly active: readonly Hex[];
  /** The reporter's key in force. */
  readonly signingKey: Bytes;
  /** The line to which the report was handed. */
  readonly answeredBy: Bytes | undefined;
  /** The consent that waits. */
  readonly waiting: Hex | undefined;
  /** Handlers of another line who can still answer it. */
  readonly asked: readonly Hex[];
  /** Handlers whom the reporter must not have named. */
  readonly uninvited: ReadonlySet<Hex>;
}

/**
 * Verify a log.
 *
 * @param others - the documents of the other lines that take part.
 * @throws {@link RefusedError} A header does not hold: nothing of the answer is used.
 */
export function verifyLog(
  served: readonly ServedHeader[],
  keys: ReportKeys,
  document: LineDocument,
  today: Day,
  others: readonly LineDocument[] = [],
): Log {
  const directory = { lineId: document.lineId, lines: [document, ...others] };
  const { lines } = directory;
  const members = verifyMembers(served, keys, directory);
  const access = new Access(members.known, departedOf(directory));
  const { handed } = access;
  const uninvited = findUninvited(access, directory);
  const isInvited = (handler: Hex) => !uninvited.barred.has(handler);
  const answering = handed.answeredBy ?? document.lineId;
  const active = lines
    .filter((line) => same(line.lineId, answering))
    .flatMap((line) => activeHandlers(line, today));
  const asked = today <= (handed.until ?? "") ? handed.asked : [];
  const everywhere = lines.flatMap((line) => activeHandlers(line, today));
  const reading = everywhere.filter(
    (handler) => active.includes(handler) || asked.includes(handler),
  );
  const own = [...members.known.values()].filter(isReporters).map(({ header }) => header.n);
  return {
    known: members.known,
    access,
    alarms: findAlarms(members, access, uninvited, lines),
    order: access.order,
    unconfirmed: [...access.unconfirmed].sort(),
    void: voidMessages(access),
    seen: newestSeen(access),
    nextN: Math.max(-1, ...own) + 1,
    readers: reading.filter((handler) => access.chosen.has(handler) && isInvited(handler)).sort(),
    admitted: active.filter((handler) => access.pending.has(handler) && isInvited(handler)).sort(),
    active: active.filter(isInvited),
    signingKey: members.keys.signingKey,
    answeredBy: handed.answeredBy,
    waiting: handed.waiting,
    asked,
    uninvited: uninvited.barred,
  };
}

/** The newest message of every author, without what is unconfirmed. */
function newestSeen({ messages, unconfirmed }: Access): Hex[] {
  const counting = new Map([...messages].filter(([id]) => !unconfirmed.has(id)));
  return authors(counting)
    .flatMap((author) => newestOf(author, counting))
    .sort();
}

/** The messages that have no effect on state and clocks (sections 9.3 and 9.7). */
function voidMessages(access: Access): Hex[] {
  const { handed, heard, letIn, messages, order, unconfirmed } = access;
  const isIdle = (id: Hex) =>
    !letIn.has(at(messages, id).header.author) || access.hadSeenTheirDrop(id);
  const idle = new Set([
    ...unconfirmed,
    ...handed.void,
    ...handed.crossed,
    ...order.filter(isIdle),
  ]);
  const isHeard = (id: Hex) => heard.has(at(messages, id).header.author);
  const counting = order.filter((id) => isHeard(id) && !idle.has(id));
  const confirmed = ancestors(
    counting.flatMap((id) => seenBy(at(messages, id))),
    messages,
  );
  const late = order.filter((id) => !isHeard(id) && !confirmed.has(id));
  const holds = (id: Hex) => handed.acceptances.has(id) && !handed.crossed.has(id);
  return [...new Set([...idle, ...late])].filter((id) => !holds(id)).sort();
}

/**
 * Check that something may be sealed now, and to these.
 *
 * @throws {@link RefusedError} `gap`, `unknown-seen`, `succeeded`, `reader-not-allowed`.
 */
export function checkReaders(log: Log, readers: readonly Participant[]): void {
  for (const { reason, author } of log.alarms) {
    const hidesOwn = reason === "gap" && author === "reporter";
    if (hidesOwn || reason === "unknown-seen" || reason === "succeeded") refuse(reason);
  }
  const allowed = ["reporter", ...log.readers, ...log.admitted];
  if (readers.some((reader) => !allowed.includes(reader))) refuse("reader-not-allowed");
}

/**
 * Check that a handler may admit another one now.
 *
 * @param leftOut - all whom the reporter's payloads name.
 * @throws {@link RefusedError} As {@link checkReaders}, `left-out`.
 */
export function checkAdmission(
  log: Log,
  author: Hex,
  newcomer: Hex,
  leftOut: readonly Hex[],
): void {
  checkReaders(log, []);
  if (leftOut.includes(newcomer)) refuse("left-out");
  const areActive = [author, newcomer].every((handler) => log.active.includes(handler));
  if (!areActive || !mayAdmit(log.access, author, newcomer)) refuse("reader-not-allowed");
}

/**
 * The messages that a handler may read, in order.
 *
 * @param leftOut - all whom the reporter's payloads name, as far as somebody can read them.
 */
export function readableMessages(log: Log, handler: Hex, leftOut: readonly Hex[]): Hex[] {
  const isBarred = log.uninvited.has(handler) || leftOut.includes(handler);
  const opened = isBarred ? new Set<Hex>() : openedTo(log.access, handler);
  const isNamed = (id: Hex) => at(log.known, id).header.readers.includes(handler);
  return log.order.filter((id) => isNamed(id) || opened.has(id));
}

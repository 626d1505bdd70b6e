/** Alarms about a log: it stays readable, and a person is told (openapi/protocol.md section 9.2). */

import type { Members } from "./membership.js";
import { type Hex, hex, same } from "./verify/encoding.js";
import type { Reason } from "./verify/errors.js";
import type { Participant } from "./verify/fields.js";
import type { LineDocument } from "./verify/line-document.js";
import {
  ancestors,
  at,
  authors,
  type Headers,
  isReporters,
  seenBy,
} from "./verify/log/causality.js";
import type { Access } from "./verify/log/graph.js";
import type { Handovers } from "./verify/log/handover.js";
import type { Uninvited } from "./verify/log/uninvited.js";

/** Something about a message that a person must be told. */
export interface Alarm {
  readonly reason: Reason;
  readonly author: Participant;
  /** The number of the message, or of the first one that is missing, if there is one. */
  readonly n?: number;
}

type Tell = (reason: Reason, author: Participant, n: number) => void;

/** All alarms of a log. */
export function findAlarms(
  members: Members,
  access: Access,
  uninvited: Uninvited,
  lines: readonly LineDocument[],
): Alarm[] {
  const alarms: Alarm[] = [];
  const tell: Tell = (reason, author, n) => alarms.push({ reason, author, n });
  for (const { header } of members.replaced.values()) tell("succeeded", header.author, header.n);
  for (const author of authors(members.known)) countAlarms(author, members.known, tell);
  for (const id of members.known.keys()) messageAlarms(id, access, uninvited, tell);
  for (const id of misdirected(access.handed, lines)) {
    tell("handover", "reporter", at(members.known, id).header.n);
  }
  return alarms;
}

/** One alarm for each run of numbers that is missing, and for each number that is there twice. */
function countAlarms(author: Participant, known: Headers, tell: Tell): void {
  const own = [...known.values()].filter(({ header }) => header.author === author);
  const counts = own.map(({ header }) => header.n).sort((a, b) => a - b);
  counts.forEach((n, i) => {
    const previous = counts[i - 1] ?? -1;
    if (n > previous + 1) tell("gap", author, previous + 1);
    if (n === previous && counts[i - 2] !== n) tell("fork", author, n);
  });
}

function messageAlarms(id: Hex, access: Access, uninvited: Uninvited, tell: Tell): void {
  const message = at(access.messages, id);
  const { author, n, readers, admits } = message.header;
  const isOpen = access.unconfirmed.has(id);
  const letIn = isOpen ? access.claimedIn : access.letIn;
  const inVain = admits !== undefined && !(isOpen ? access.claimed : access.admissions).has(id);
  if (seenBy(message).some((seen) => !access.messages.has(seen))) tell("unknown-seen", author, n);
  if (!letIn.has(author) || access.hadSeenTheirDrop(id)) tell("not-a-reader", author, n);
  else if (inVain || !readers.every((reader) => letIn.has(reader)))
    tell("reader-not-allowed", author, n);
  if (isOpen) tell("unconfirmed", author, n);
  if (uninvited.messages.has(id)) tell("left-out", author, n);
  if (access.handed.void.has(id)) tell("handover", author, n);
}

/** Consents to readers whom the document of the line that is asked does not name. */
function misdirected({ consents }: Handovers, lines: readonly LineDocument[]): Hex[] {
  const isOf = (line: LineDocument, reader: Hex) =>
    line.handlers.some(({ id }) => hex(id) === reader);
  return [...consents]
    .filter(([, { lineId, readers }]) => {
      const asked = lines.find((line) => same(line.lineId, lineId));
      return asked !== undefined && !readers.every((reader) => isOf(asked, reader));
    })
    .map(([id]) => id);
}

/**
 * An alarm for every message that lets in one whom the reporter left out, as far as a reader can tell: an admission of
 * such a one, and a message of the reporter that names one whom the reporter had left out before.
 *
 * @param told - whom each of the reporter's payloads leaves out, by message.
 */
export function leftOutAlarms(
  { order, known, alarms }: LoggedMessages,
  told: ReadonlyMap<Hex, readonly Hex[]>,
): Alarm[] {
  const everybody = new Set([...told.values()].flat());
  const found = order.filter((id) => {
    const message = at(known, id);
    const { admits, readers } = message.header;
    if (admits !== undefined && everybody.has(admits)) return true;
    if (!isReporters(message)) return false;
    const before = [...ancestors(seenBy(message), known)].flatMap((each) => told.get(each) ?? []);
    return before.some((handler) => readers.includes(handler));
  });
  return found
    .map((id) => at(known, id).header)
    .filter(
      ({ author, n }) =>
        !alarms.some((a) => a.reason === "left-out" && a.author === author && a.n === n),
    )
    .map(({ author, n }) => ({ reason: "left-out", author, n }));
}

interface LoggedMessages {
  readonly order: readonly Hex[];
  readonly known: Headers;
  readonly alarms: readonly Alarm[];
}

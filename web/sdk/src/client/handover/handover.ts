/** The handover of a report to another line of the same host (openapi/extensions.md section 9.7), for its reporter. */

import type { Pin, VerifiedLine } from "../../protocol/line.js";
import { readableMessages } from "../../protocol/log.js";
import { isBoxKey } from "../../protocol/primitives/x-wing.js";
import { addDays, type Day, weekday } from "../../protocol/verify/days.js";
import {
  type Bytes,
  encodeBase64url,
  encodeLineId,
  type Hex,
  hex,
  same,
  unhex,
} from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { participantText } from "../../protocol/verify/fields.js";
import {
  activeHandlers,
  findHandler,
  type LineDocument,
} from "../../protocol/verify/line-document.js";
import { ancestors } from "../../protocol/verify/log/causality.js";
import { today } from "../environment.js";
import type { ReportPlace } from "../files/attach.js";
import { parseAddress } from "../http/address.js";
import { ClientError, isProblem } from "../http/errors.js";
import { Line } from "../line.js";
import { fetchLineHere } from "../lines/line.js";
import { MAX_OTHERS, type ReportLines } from "../lines/report-lines.js";
import { chooseReaders, type Words } from "../messages/draft.js";
import { readersOf, type Thread } from "../thread/thread.js";
import type { Draft, Visit } from "../visit.js";

/** The most messages that a consent can name. */
const MAX_MESSAGES = 256;
/** A consent can be answered for at least so many days. */
const SHORTEST = 14;

/** The lines that handlers of a report propose, the newest proposal last: `findLine` shows one. */
export const proposedLines = ({ report: { log } }: Thread): string[] =>
  log.order
    .filter((id) => !log.void.includes(id))
    .flatMap((id) => log.known.get(id)?.header.proposes ?? [])
    .map(encodeLineId);

/** A report that somebody has opened: a reporter's visit, or a handler's. */
interface OpenedReport {
  readonly place: ReportPlace;
  readonly thread: Thread;
}

/**
 * Fetch another line of the host that a report is on, and verify it from its id.
 *
 * @param wanted - an address from the person's own source, or the id of a line that a proposal names.
 * @throws {@link ClientError} `same-line`, `other-host`, `line-unread` if the line cannot take the report up;
 * {@link RefusedError} if it does not hold.
 */
export async function findLine(visit: OpenedReport, wanted: string): Promise<Line> {
  const { transport } = visit.place;
  const { environment, origin } = transport;
  const isAddress = wanted.includes("/");
  const address = parseAddress(isAddress ? wanted : `${origin}/v1/lines/${wanted}`);
  if (same(address.lineId, visit.thread.report.lines.own.document.lineId))
    throw new ClientError("same-line");
  const day = today(environment);
  const line = await fetchHere(visit, address.lineId, day, address.pin);
  const { origins } = line.document;
  if (![origin, address.origin].every((each) => origins.includes(each)))
    throw new ClientError("other-host");
  const canRead = activeHandlers(line.document, day).some((handler) => {
    const key = line.boxKeys.get(handler);
    return key !== undefined && isBoxKey(key.publicKey);
  });
  if (line.freshness === "past-grace" || !canRead) throw new ClientError("line-unread");
  const here = { ...address, origin };
  return new Line(here, transport.another(), { ...line, movedTo: undefined });
}

async function fetchHere(
  visit: OpenedReport,
  id: Bytes,
  day: Day,
  pin?: Pin,
): Promise<VerifiedLine> {
  try {
    return await fetchLineHere(visit.place.transport, id, day, pin);
  } catch (error) {
    throw isProblem(error, "not-found") ? new ClientError("other-host") : error;
  }
}

/** What a reporter agrees to. `leaveOut` may name handlers of either line. */
export interface Consent extends Words {
  /**
   * Handlers of the other line who may read and decide. By default they are drawn by lot; on a line that was in this
   * report before, they are its last readers.
   */
  readonly readers?: readonly Hex[];
  /** The messages so far that the other line may read. By default all that the reporter wrote or may read. */
  readonly messages?: readonly Hex[];
}

/** A sealed consent, and what it says. */
export interface ConsentDraft extends Draft {
  /** The other line may read these messages. */
  readonly messages: readonly Hex[];
  /** The last day on which it can take the report up. */
  readonly until: Day;
}

/**
 * Seal a consent: another line may take the report up. Nothing is sent. Until that line accepts, the line that has the
 * report stays responsible and reads on.
 *
 * @param target - from {@link findLine}. Show its name, its id and the readers before `send`.
 * @param consent - a covering letter, which readers of both lines read.
 * @throws {@link ClientError} `consultation`, `many-lines`, `no-earlier-reader`, `messages-unshown`,
 * `messages-many`; {@link RefusedError} `reader-not-allowed`, `no-reader`; as `Visit.seal`.
 *
 * @example
 * ```ts
 * import { findLine, openLine, proposedLines, sealConsent } from "@meldpunt/client";
 *
 * const visit = await (await openLine(address)).visit(code);
 * const proposed = proposedLines(visit.thread).at(-1);
 * if (proposed !== undefined) {
 *   const target = await findLine(visit, proposed);
 *   console.log(target.name("en"));
 *   const draft = await sealConsent(visit, target, { text: "Please take this up.", language: "en" });
 *   console.log(draft.readers.length, draft.until); // show who would read, and until when
 *   await draft.send();
 * }
 * ```
 */
export async function sealConsent(
  visit: Visit,
  target: Line,
  consent: Consent,
): Promise<ConsentDraft> {
  const thread = await visit.current();
  const { environment } = visit.place.transport;
  const { log, lines } = thread.report;
  const day = today(environment);
  const own = readersOf(thread);
  if (thread.status.milestones.consultation) throw new ClientError("consultation");
  const { document, documentHash } = target.verified;
  const asked = withLine(lines, target.verified);
  if (asked.others.length > MAX_OTHERS) throw new ClientError("many-lines");
  const { leaveOut = [] } = consent;
  const theirs = leaveOut.filter((each) => findHandler(document, each) !== undefined);
  const ours = leaveOut.filter((each) => !theirs.includes(each));
  if (!ours.every((each) => findHandler(lines.own.document, each))) refuse("reader-not-allowed");
  const wanted = consent.readers ?? chosenBefore(thread, document, theirs, day);
  const chosen = chooseReaders(document, wanted, theirs, environment);
  const kept = own.filter(
    (each) => findHandler(lines.own.document, each) !== undefined && !ours.includes(each),
  );
  const messages = chooseMessages(thread, kept, consent.messages);
  const until = lastDay(day);
  const handover = {
    lineId: encodeLineId(document.lineId),
    document: encodeBase64url(documentHash),
    readers: [...chosen].sort().map(participantText),
    messages: messages.map((id) => encodeBase64url(unhex(id))),
    until,
  };
  const readers = [...kept, ...chosen];
  const draft = visit.sealTo(readers, consent, "consent", { handover }, undefined, asked);
  return { ...draft, messages: log.order.filter((id) => messages.includes(id)), until };
}

/** The same lines, with the one that is asked. */
function withLine(lines: ReportLines, line: VerifiedLine): ReportLines {
  const { lineId } = line.document;
  if (same(lineId, lines.birth.document.lineId)) return lines;
  const others = lines.others.filter(({ document }) => !same(document.lineId, lineId));
  return { ...lines, others: [...others, line] };
}

/**
 * The last readers whom the reporter chose on a line; undefined if it was never asked. The lot could fall on somebody
 * who was left out: neither the device nor the log remembers that.
 */
function chosenBefore(
  { report: { log } }: Thread,
  document: LineDocument,
  leftOut: readonly Hex[],
  day: Day,
): readonly Hex[] | undefined {
  const line = document.handlers.map(({ id }) => hex(id));
  const own = [...log.known].filter(
    ([, { header }]) =>
      header.author === "reporter" && header.readers.some((reader) => line.includes(reader)),
  );
  if (own.length === 0) return undefined;
  const covered = ancestors(
    own.flatMap(([, { header }]) => header.seen.map(hex)),
    log.known,
  );
  const newest = own.filter(([id]) => !covered.has(id)).map(([, { header }]) => header.readers);
  const left = activeHandlers(document, day).filter(
    (handler) => newest.every((readers) => readers.includes(handler)) && !leftOut.includes(handler),
  );
  if (left.length === 0) throw new ClientError("no-earlier-reader");
  return left;
}

/**
 * The messages that the other line may read: those that the reporter wrote or may read, and that somebody can pass on.
 * Otherwise the other line could never accept. In the order of a consent, by bytes.
 */
function chooseMessages(
  { report: { log } }: Thread,
  kept: readonly Hex[],
  wanted: readonly Hex[] | undefined,
): Hex[] {
  const passable = new Set(kept.flatMap((handler) => readableMessages(log, handler, [])));
  const possible = log.order.filter((id) => {
    const header = log.known.get(id)?.header;
    const isShown = header?.author === "reporter" || header?.readers.includes("reporter");
    return isShown && passable.has(id);
  });
  const chosen = new Set(wanted ?? possible.filter((id) => !log.void.includes(id)));
  if (chosen.size === 0 || ![...chosen].every((id) => possible.includes(id)))
    throw new ClientError("messages-unshown");
  if (chosen.size > MAX_MESSAGES) throw new ClientError("messages-many");
  return [...chosen].sort();
}

/** The last day to answer a consent: the first Sunday at least two weeks from today. */
function lastDay(day: Day): Day {
  const earliest = addDays(day, SHORTEST);
  return addDays(earliest, (7 - weekday(earliest)) % 7);
}

/**
 * Seal a message that takes a consent back: the line that was asked may not take the report up. Nothing is sent.
 *
 * @throws {@link ClientError} `nobody-asked` if no line waits; as `Visit.seal`.
 */
export async function sealTakingBack(visit: Visit, words: Words): Promise<Draft> {
  const thread = await visit.current();
  const { asked } = thread.report.log;
  if (asked.length === 0) throw new ClientError("nobody-asked");
  const readers = readersOf(thread).filter((reader) => !asked.includes(reader));
  return visit.seal({ ...words, readers });
}

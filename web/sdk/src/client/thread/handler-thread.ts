/** A report as a handler sees it on one day. */

import type { Alarm } from "../../protocol/alarms.js";
import { leftOutAlarms } from "../../protocol/alarms.js";
import type { VerifiedLine } from "../../protocol/line.js";
import { leftOutOf } from "../../protocol/payload.js";
import type { Hex } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import type { ListedHandler } from "../../protocol/verify/line-document.js";
import { today as todayOf } from "../environment.js";
import { entryApi } from "../http/inbox-api.js";
import type { Transport } from "../http/transport.js";
import type { HandlerKeys } from "../keys/handler-keys.js";
import type { LineHistory } from "../lines/history.js";
import { unknownDocuments } from "./alarms.js";
import { withAsker } from "./consultation.js";
import type { Remembered } from "./erasure.js";
import { fetchThread } from "./fetch.js";
import { handlerReader } from "./handler-reader.js";
import type { ThreadMessage } from "./message.js";
import { readersOf, type Thread } from "./thread.js";

/** A handler of another line who asks for advice, verified from that line's id up. */
export interface Asker {
  readonly handler: ListedHandler;
  readonly line: VerifiedLine;
}

/** A report on one day, verified from the line id up, as one of its handlers reads it. */
export interface HandlerThread extends Thread {
  /** This handler's id. */
  readonly me: Hex;
  /** The report's name in this handler's inbox. */
  readonly entry: Hex;
  /** Alarms that this handler has looked into and marked as known. `alarms` is without them. */
  readonly knownAlarms: readonly Alarm[];
  /** The verified asker of a consultation. */
  readonly asker?: Asker | undefined;
}

/** What a handler brings to the reading of a report. */
export interface HandlerSide {
  readonly transport: Transport;
  readonly keys: HandlerKeys;
  readonly history: LineHistory;
}

/**
 * Fetch a report as `fetchThread`, for a handler: with alarms for documents unknown to them, for those who were left
 * out and come in, and for who says that they ask for advice.
 *
 * @param line - the handler's own line.
 */
export async function fetchHandlerThread(
  { transport, keys, history }: HandlerSide,
  line: VerifiedLine,
  entry: Hex,
  known: Remembered | undefined,
): Promise<HandlerThread> {
  const today = todayOf(transport.environment);
  const source = entryApi(transport, keys.signing, entry);
  const reader = handlerReader(keys, entry, known, today);
  const found = await fetchThread(source, transport, line, reader);
  const thread = { ...found, me: keys.id, entry, knownAlarms: [] };
  if (thread.erased) return thread;
  const { log } = thread.report;
  const told = new Map(
    thread.messages.filter(isOpenedReporters).map((each) => [each.id, leftOutBy(each)]),
  );
  const alarms = [
    ...(await unknownDocuments(transport, thread.report, history)),
    ...leftOutAlarms(log, told),
  ];
  return withAsker({ ...ended(thread), alarms: [...thread.alarms, ...alarms] }, transport, today);
}

/** After the end of a handler's part no clocks run for them. */
function ended(thread: HandlerThread): HandlerThread {
  const { ending } = thread.report.part;
  if (ending === undefined) return thread;
  const status = {
    ...thread.status,
    state: "handed-over",
    endedOn: ending.on,
    clocks: [],
    checkIns: [],
  } as const;
  return { ...thread, status };
}

const isOpenedReporters = ({ author, payload }: ThreadMessage): boolean =>
  author === "reporter" && payload !== undefined;

const leftOutBy = ({ payload }: ThreadMessage): Hex[] =>
  payload === undefined ? [] : leftOutOf(payload);

/** Everybody left out by the reporter's messages that this handler can open. */
export const leftOutIn = ({ messages }: HandlerThread): Set<Hex> =>
  new Set(messages.filter(isOpenedReporters).flatMap(leftOutBy));

/** The newcomers since the reporter last wrote, whose next message decides whether they stay. */
export function admittedTo(thread: HandlerThread): Hex[] {
  const leftOut = leftOutIn(thread);
  return thread.report.log.admitted.filter((handler) => !leftOut.has(handler));
}

/**
 * To whom this handler's next message goes, beside the reporter.
 *
 * @throws {@link RefusedError} and {@link ClientError} as `readersOf`; `reader-not-allowed` if the reporter no longer
 * lets this handler read.
 */
export function nextReaders(thread: HandlerThread): Hex[] {
  const readers = [...new Set([...readersOf(thread), ...admittedTo(thread)])];
  return readers.includes(thread.me) ? readers : refuse("reader-not-allowed");
}

/** Handlers who may still answer the reporter's consent. */
export function invitedTo(thread: HandlerThread, today: string): readonly Hex[] {
  const { asked, until } = thread.report.log.access.handed;
  return today <= (until ?? "") ? asked : [];
}

const hasHeader = (
  { report: { log } }: Thread,
  test: (header: ThreadMessage["header"]) => boolean,
) => [...log.known.values()].some(({ header }) => test(header));

/** Whether a handler wrote the report down for a caller. */
export const isOral = (thread: Thread): boolean =>
  hasHeader(thread, ({ origin }) => origin === "oral");
/** Whether a handler of another line asks for advice. */
export const isConsultation = (thread: Thread): boolean =>
  hasHeader(thread, ({ origin }) => origin === "consultation");
/** Whether the report has had its one succession. */
export const isTakenOver = (thread: Thread): boolean =>
  hasHeader(thread, ({ tag }) => tag === "succession");

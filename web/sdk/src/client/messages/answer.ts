/** Seal what a handler writes: to whom, and what may be said now. */

import { isBoxKey } from "../../protocol/primitives/x-wing.js";
import type { Day } from "../../protocol/verify/days.js";
import {
  type Bytes,
  encodeBase64url,
  encodeLineId,
  type Hex,
  unhex,
} from "../../protocol/verify/encoding.js";
import { participantText } from "../../protocol/verify/fields.js";
import { findHandler } from "../../protocol/verify/line-document.js";
import type { Tag } from "../../protocol/verify/log/header.js";
import type { JsonObject } from "../../protocol/verify/strict-json.js";
import { type Environment, today } from "../environment.js";
import { HandlerError } from "../handler-error.js";
import type { HandlerKeys } from "../keys/handler-keys.js";
import { type HandlerThread, invitedTo, nextReaders } from "../thread/handler-thread.js";
import type { Notice } from "../thread/notices.js";
import type { Sent } from "./delivery.js";
import { type Filed, type Sealed, sealDraft } from "./draft.js";
import { checkAdmissible, reporterOf } from "./missing-wraps.js";

/** What a handler's message does. */
export type HandlerTag = Exclude<Tag, "report" | "withdrawal" | "succession" | "consent">;

/** What a handler writes. */
export type HandlerWords = Omit<Filed, "leaveOut">;

/** What a handler writes down about a report, for themselves (openapi/texts.md section 8). */
export interface Label {
  /** `category`, `outcome`, `assignee`, `nextStep`, or another name of letters. */
  readonly field: string;
  /** Up to 200 characters; empty takes the label away. */
  readonly value: string;
}

/** A message that is sealed and not sent yet. */
export interface HandlerDraft {
  readonly readers: readonly string[];
  readonly sealed: Sealed;
  /** What the handler should know before sending. */
  readonly notices: readonly Notice[];
  /** The bytes to keep on this device until it has arrived: `HandlerReport.resend` sends them in another process. */
  keep(): Bytes;
  /** Send it. After an {@link UnreachableError}, call it again: the host keeps the same bytes once. */
  send(): Promise<Sent>;
}

/** What a message is, beside its words. */
export interface AnswerKind {
  /** By default `message`. */
  readonly tag?: HandlerTag;
  /** The header fields of the tag, as they travel. */
  readonly fields?: JsonObject;
  /** Without the reporter and the handlers of another line. Only a plain message can be one. */
  readonly isNote?: boolean;
  /** Whom an admission lets in. */
  readonly newcomer?: Hex | undefined;
}

/** Tags of those who are asked to take a report up. */
const TAGS_OF_ASKED: readonly HandlerTag[] = ["message", "acceptance", "refusal"];

/** Seal a message of a handler, as `HandlerReport.seal`. */
export function sealAnswer(
  thread: HandlerThread,
  words: HandlerWords,
  { tag = "message", fields = {}, isNote = false, newcomer }: AnswerKind,
  { signing }: HandlerKeys,
  environment: Environment,
): Sealed {
  const day = today(environment);
  checkMaySay(thread, tag, day);
  if (newcomer !== undefined) checkAdmissible(thread, newcomer, day);
  const staying = isNote ? ofOwnLine(thread) : ["reporter", ...nextReaders(thread)];
  const readers = [...new Set(newcomer === undefined ? staying : [...staying, newcomer])];
  const { log, lines, keys } = thread.report;
  const header = {
    version: 1,
    lineId: encodeLineId(lines.birth.document.lineId),
    reportId: encodeBase64url(keys.report),
    author: participantText(thread.me),
    n: nextNumber(thread),
    tag,
    document: encodeBase64url(lines.own.documentHash),
    day,
    ...fields,
    ...(words.attachments?.length ? { attachments: words.attachments.map(({ id }) => id) } : {}),
    seen: log.seen.map((id) => encodeBase64url(unhex(id))),
  };
  const reporter = reporterOf(thread);
  if (!isNote && !isBoxKey(reporter.publicKey)) throw new HandlerError("reporter-key");
  return sealDraft(header, words, readers, signing, lines, environment, reporter);
}

/** Refuse a message that a handler may not send in this state of a handover. */
function checkMaySay(thread: HandlerThread, tag: HandlerTag, day: Day): void {
  if (thread.report.part.ending !== undefined) throw new HandlerError("not-with-you");
  const isAsked = invitedTo(thread, day).includes(thread.me);
  if (isAsked && !TAGS_OF_ASKED.includes(tag)) throw new HandlerError("not-taken-up");
}

/** The readers of a note: without the reporter and the handlers of another line. */
const ofOwnLine = (thread: HandlerThread): string[] =>
  nextReaders(thread).filter(
    (handler) => findHandler(thread.report.lines.own.document, handler) !== undefined,
  );

const nextNumber = ({ me, report: { log } }: HandlerThread): number =>
  [...log.known.values()]
    .filter(({ header }) => header.author === me)
    .reduce((next, { header }) => Math.max(next, header.n + 1), 0);

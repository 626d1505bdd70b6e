/** The missing wraps of a message, for those who may read it and cannot read it yet. */

import { checkAdmission, readableMessages } from "../../protocol/log.js";
import type { Entropy, Recipient } from "../../protocol/message.js";
import { ENTROPY_SIZE, isBoxKey } from "../../protocol/primitives/x-wing.js";
import type { Day } from "../../protocol/verify/days.js";
import { type Bytes, type Hex, hex, unhex } from "../../protocol/verify/encoding.js";
import { type Reason, RefusedError, refuse } from "../../protocol/verify/errors.js";
import { reporterKeyId } from "../../protocol/verify/ids.js";
import type { Header } from "../../protocol/verify/log/header.js";
import type { Wrap } from "../../protocol/verify/sealed.js";
import { sealWrap } from "../../protocol/wrap.js";
import { type Environment, today } from "../environment.js";
import { NotPassedOnError } from "../handler-error.js";
import { ClientError } from "../http/errors.js";
import { recipientOf } from "../lines/report-lines.js";
import { admittedTo, type HandlerThread, leftOutIn } from "../thread/handler-thread.js";
import type { ThreadMessage } from "../thread/message.js";
import { checkTerm } from "../thread/retention.js";
import { readersOf } from "../thread/thread.js";

/** With one of these alarms, nothing of the report is passed on. */
const IN_DOUBT: readonly Reason[] = [
  "gap",
  "unknown-seen",
  "succeeded",
  "not-a-reader",
  "reader-not-allowed",
  "left-out",
];

/** The reporter's box key, to wrap to. After a succession it is the new key. */
export function reporterOf({ report: { log, claim, keys } }: HandlerThread): Recipient {
  const headers = [...log.known.values()].map(({ header }) => header);
  const successor = headers.find(({ tag }) => tag === "succession")?.successor;
  const publicKey = (successor ?? claim.birthKeys ?? refuse("report-keys")).boxKey;
  return { keyId: reporterKeyId(keys.report, publicKey), publicKey };
}

/** Wrap a content key for one recipient. */
export function wrapFor(
  { lineId: line, reportId: report }: Header,
  message: Hex,
  contentKey: Bytes,
  { keyId, publicKey }: Recipient,
  entropy: Entropy,
): Wrap {
  const place = { line, report, message: unhex(message), key: keyId };
  const wrap = sealWrap(contentKey, publicKey, place, entropy(ENTROPY_SIZE));
  return { keyId: Uint8Array.from(keyId), wrap };
}

/**
 * Refuse to admit a handler whom the reporter does not want.
 *
 * @throws {@link RefusedError} `past-term`, `left-out`, `reader-not-allowed`; `wrap-reader` if a message of the
 * reporter does not open, as it may leave them out.
 */
export function checkAdmissible(thread: HandlerThread, newcomer: Hex, today: Day): void {
  checkTerm(thread, today);
  checkAdmission(thread.report.log, thread.me, newcomer, [...leftOutIn(thread)]);
  const own = thread.messages.filter(({ author }) => author === "reporter");
  if (own.some(({ payload }) => payload === undefined)) refuse("wrap-reader");
}

/**
 * The handlers to whom messages may be passed on: those who may read the next one. Nobody, while an alarm puts the
 * reporter's choice in doubt, known or not.
 */
function passedOnTo(thread: HandlerThread): Hex[] {
  const alarms = [...thread.alarms, ...thread.knownAlarms];
  if (thread.erased || alarms.some(({ reason }) => IN_DOUBT.includes(reason))) return [];
  return [...new Set([...readersOf(thread), ...admittedTo(thread)])];
}

/** The messages that each of those may read to whom something may be passed on. */
function readableBy(thread: HandlerThread): Map<Hex, ReadonlySet<Hex>> {
  const leftOut = [...leftOutIn(thread)];
  return new Map(
    passedOnTo(thread).map((handler) => [
      handler,
      new Set(readableMessages(thread.report.log, handler, leftOut)),
    ]),
  );
}

/** The keys of readers who lack a wrap. A key to which nothing can be sealed is passed over. */
function lackingOf(
  thread: HandlerThread,
  message: ThreadMessage,
  readable: ReadonlyMap<Hex, ReadonlySet<Hex>>,
): Recipient[] {
  if (message.contentKey === undefined || readable.size === 0) return [];
  const { lines, messages } = thread.report;
  const found = [...readable]
    .filter(([, open]) => open.has(message.id))
    .map(([handler]) => recipientOf(lines, handler));
  if (message.header.readers.includes("reporter")) found.push(reporterOf(thread));
  const wrapped = (messages.get(message.id)?.wrappedFor ?? []).map(hex);
  return found
    .filter((each) => each !== undefined)
    .filter(({ keyId, publicKey }) => !wrapped.includes(hex(keyId)) && isBoxKey(publicKey));
}

/**
 * Add the wraps that colleagues lack, as `HandlerReport.passOn`. How many wraps.
 *
 * @throws {@link RefusedError} `past-term`. {@link NotPassedOnError}
 */
export async function addMissingWraps(
  thread: HandlerThread,
  put: (message: Hex, wraps: readonly Wrap[]) => Promise<unknown>,
  environment: Environment,
): Promise<number> {
  const readable = readableBy(thread);
  const lacking = thread.messages.map((each) => [each, lackingOf(thread, each, readable)] as const);
  if (lacking.some(([, found]) => found.length > 0)) checkTerm(thread, today(environment));
  const failed = new Map<Hex, RefusedError | ClientError>();
  let added = 0;
  for (const [{ header, id, contentKey }, recipients] of lacking) {
    if (contentKey === undefined || recipients.length === 0) continue;
    try {
      const { entropy } = environment;
      await put(
        id,
        recipients.map((to) => wrapFor(header, id, contentKey, to, entropy)),
      );
      added += recipients.length;
    } catch (error) {
      if (!(error instanceof RefusedError) && !(error instanceof ClientError)) throw error;
      failed.set(id, error);
    }
  }
  if (failed.size > 0) throw new NotPassedOnError(added, failed);
  return added;
}

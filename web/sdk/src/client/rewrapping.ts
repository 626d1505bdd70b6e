/**
 * Moving the messages of one report to a handler's newest box key, and what stands in the way.
 *
 * A report that cannot be read, or that the host does not show whole, must not stop the others: each failure stays with
 * its report.
 */

import type { Alarm } from "../protocol/alarms.js";
import { type Hex, hex } from "../protocol/verify/encoding.js";
import { RefusedError } from "../protocol/verify/errors.js";
import { today } from "./environment.js";
import type { HandlerError } from "./handler-error.js";
import type { HandlerInbox } from "./handler-inbox.js";
import { sideBySide } from "./http/concurrency.js";
import { ClientError, isProblem } from "./http/errors.js";
import { entryApi } from "./http/inbox-api.js";
import type { PublishedKey } from "./keys/handler-keys.js";
import type { FetchedLine } from "./lines/line.js";
import { wrapFor } from "./messages/missing-wraps.js";
import { opensWith } from "./thread/handler-reader.js";
import type { HandlerThread } from "./thread/handler-thread.js";
import { alarmName } from "./thread/memory.js";
import type { ThreadMessage, VerifiedMessage } from "./thread/message.js";
import { areOdd, type Notice } from "./thread/notices.js";
import { passedOnUntil } from "./thread/retention.js";

/** Why something could not be done for one report. */
export type Failure = RefusedError | ClientError | HandlerError;

const isFailure = (error: unknown): error is Failure =>
  error instanceof RefusedError || error instanceof ClientError;

/** What one report comes to; nothing of its content, for there may be 20,000. */
export interface RewrappedReport {
  readonly entry: Hex;
  readonly moved: number;
  readonly closed: number;
  readonly isPastTerm: boolean;
  /** It was listed, and is not there any more: erased meanwhile, or withheld. */
  readonly isGone: boolean;
  /** Why not all of it was moved, if it was not. */
  readonly failure: Failure | undefined;
  readonly alarms: readonly Alarm[];
  /** What says something against the host, in either reading of the report. */
  readonly notices: readonly Notice[];
  /** Keys that have ended, and that may be all that opens some message. */
  readonly needed: ReadonlySet<Hex>;
  /** Wraps to keys that have ended. */
  readonly wrapped: readonly (readonly [message: Hex, keyId: Hex])[];
}

const NOTHING: Omit<RewrappedReport, "entry"> = {
  moved: 0,
  closed: 0,
  isPastTerm: false,
  isGone: false,
  failure: undefined,
  alarms: [],
  notices: [],
  needed: new Set(),
  wrapped: [],
};

const atHand = ({ wraps }: VerifiedMessage): Hex[] => wraps.map(({ keyId }) => hex(keyId));
const oddOf = ({ notices }: HandlerThread): Notice[] => notices.filter((each) => areOdd([each]));

/** One going through an inbox. */
export class Rewrapping {
  readonly inbox: HandlerInbox;
  readonly #line: FetchedLine;
  readonly #ended: ReadonlySet<Hex>;
  readonly #current: PublishedKey;

  constructor(
    inbox: HandlerInbox,
    line: FetchedLine,
    ended: ReadonlySet<Hex>,
    current: PublishedKey,
  ) {
    this.inbox = inbox;
    this.#line = line;
    this.#ended = ended;
    this.#current = current;
  }

  /** Move one report, and give what it comes to; a failure is part of that. */
  async report(entry: Hex): Promise<RewrappedReport> {
    let thread: HandlerThread;
    try {
      thread = await this.inbox.readThread(entry, this.#line);
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (isProblem(error, "not-found")) return { ...NOTHING, entry, isGone: true };
      return { ...NOTHING, entry, failure: error, needed: this.#ended };
    }
    const ending = this.#ending(thread);
    if (today(this.inbox.transport.environment) > passedOnUntil(thread)) {
      return this.#pastTerm(thread, ending.length > 0);
    }
    const { left, failure, again } = await this.#rewrap(entry, thread, ending);
    const isWithheld = thread.messages.some(({ refusal }) => refusal === "body-hash");
    return {
      ...NOTHING,
      entry,
      moved: ending.length - left.length,
      closed: left.length + unreadIn(thread).length,
      failure: isWithheld ? new RefusedError("body-hash") : failure,
      ...told(thread, again ?? thread),
      needed: isWithheld ? this.#ended : this.#keysOf(thread, left),
      wrapped: this.#wrapped(thread),
    };
  }

  /** A report that should have been erased is left to the old keys. */
  #pastTerm(thread: HandlerThread, isEnding: boolean): RewrappedReport {
    return {
      ...NOTHING,
      entry: thread.entry,
      closed: isEnding ? 0 : unreadIn(thread).length,
      isPastTerm: isEnding,
      alarms: thread.alarms,
      notices: oddOf(thread),
      wrapped: this.#wrapped(thread),
    };
  }

  /** The opened messages that only keys open that have ended. */
  #ending(thread: HandlerThread): ThreadMessage[] {
    const opened = thread.messages.filter(({ contentKey }) => contentKey !== undefined);
    return opened.filter(({ id }) => !this.#survives(thread.report.messages.get(id)));
  }

  /** Whether a message opens with keys that stay alone: a wrap to one may be a bad one. */
  #survives(message: VerifiedMessage | undefined): boolean {
    if (message === undefined) return false;
    const staying = atHand(message).filter((keyId) => !this.#ended.has(keyId));
    return opensWith(message, this.inbox.file.keys, staying);
  }

  /** The ended keys that open these messages. */
  #keysOf({ report }: HandlerThread, messages: readonly ThreadMessage[]): Set<Hex> {
    const { keys } = this.inbox.file;
    const needed = messages.flatMap(({ id }) => {
      const message = report.messages.get(id) as VerifiedMessage;
      const ended = atHand(message).filter((keyId) => this.#ended.has(keyId));
      return ended.find((keyId) => opensWith(message, keys, [keyId])) ?? [];
    });
    return new Set(needed);
  }

  #wrapped({ report }: HandlerThread): [Hex, Hex][] {
    return [...report.messages.values()].flatMap((message) =>
      atHand(message)
        .filter((keyId) => this.#ended.has(keyId))
        .map((keyId): [Hex, Hex] => [message.id, keyId]),
    );
  }

  /** Wrap messages to the current key. Only a wrap that came back and opens counts. */
  async #rewrap(entry: Hex, first: HandlerThread, messages: readonly ThreadMessage[]) {
    let failure: Failure | undefined;
    if (messages.length === 0) return { left: [], failure, again: undefined };
    const { transport, file } = this.inbox;
    const api = entryApi(transport, file.keys.signing, entry);
    const { entropy } = transport.environment;
    for (const { header, id, contentKey } of messages) {
      try {
        if (contentKey === undefined) continue;
        await api.putWraps(id, [wrapFor(header, id, contentKey, this.#current, entropy)]);
      } catch (error) {
        if (!isFailure(error)) throw error;
        failure ??= error;
      }
    }
    try {
      const again = await this.inbox.readThread(entry, this.#line);
      const found = ({ id }: ThreadMessage) =>
        again.report.messages.get(id) ?? (first.report.messages.get(id) as VerifiedMessage);
      const left = messages.filter((message) => !this.#survives(found(message)));
      const current = hex(this.#current.keyId);
      const areThere = messages.every((message) => atHand(found(message)).includes(current));
      const unconfirmed = new RefusedError(areThere ? "wrap" : "wrap-reader");
      return { left, failure: left.length > 0 ? (failure ?? unconfirmed) : undefined, again };
    } catch (error) {
      if (!isFailure(error)) throw error;
      return { left: [...messages], failure: error, again: undefined };
    }
  }
}

/** The alarms and odd notices of two readings, each once. */
function told(first: HandlerThread, second: HandlerThread) {
  const alarms = [...first.alarms, ...second.alarms].map(
    (each) => [alarmName(each), each] as const,
  );
  const notices = [...oddOf(first), ...oddOf(second)].map(
    (each) => [JSON.stringify(each), each] as const,
  );
  return { alarms: [...new Map(alarms).values()], notices: [...new Map(notices).values()] };
}

const unreadIn = ({ messages }: HandlerThread): ThreadMessage[] =>
  messages.filter(({ readability }) => readability === "no-wrap" || readability === "refused");

/**
 * Take the old wraps from the host: nobody can open them any more. Whether all are gone. What is left behind by a
 * failure is harmless, and goes with the next renewal.
 */
export async function cleanWraps(
  { transport, file }: HandlerInbox,
  found: readonly RewrappedReport[],
  gone: ReadonlySet<Hex>,
): Promise<boolean> {
  let areGone = true;
  const deleted = sideBySide(found, async ({ entry, wrapped }) => {
    const api = entryApi(transport, file.keys.signing, entry);
    try {
      for (const [message, keyId] of wrapped) {
        if (gone.has(keyId)) await api.deleteWrap(message, keyId);
      }
      return true;
    } catch (error) {
      if (!isFailure(error)) throw error;
      return false;
    }
  });
  for await (const isDone of deleted) areGone &&= isDone;
  return areGone;
}

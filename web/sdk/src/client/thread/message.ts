/** A message of a report: verified, and opened if its reader may open it. */

import type { Log } from "../../protocol/log.js";
import { UnreadableError } from "../../protocol/message.js";
import type { Payload } from "../../protocol/payload.js";
import type { Day } from "../../protocol/verify/days.js";
import type { Bytes, Hex } from "../../protocol/verify/encoding.js";
import { type Reason, RefusedError } from "../../protocol/verify/errors.js";
import type { Participant } from "../../protocol/verify/fields.js";
import type { Header, Tag, VerifiedHeader } from "../../protocol/verify/log/header.js";
import type { Wrap } from "../../protocol/verify/sealed.js";

/**
 * What a reader could make of a message.
 *
 * `own`: they wrote it; a reporter's is not sealed to the reporter, so a found code does not open it.
 * `no-wrap`: the reader may read it, and nobody has wrapped it to their key.
 * `unreadable`: its author's software made what no reader accepts; nobody changed it on the way.
 * `refused`: its body or wraps fail a check; the host may have changed them.
 * `erased`: only the header of a withdrawal is left.
 */
export type Readability =
  | "opened"
  | "own"
  | "not-for-you"
  | "no-wrap"
  | "unreadable"
  | "refused"
  | "erased";

/** A message whose header is verified, with what the host served beside it. */
export interface VerifiedMessage {
  readonly id: Hex;
  readonly verified: VerifiedHeader;
  readonly header: Header;
  /** The header's bytes, and what its author signed them with. */
  readonly data: Bytes;
  readonly signature: Bytes;
  /** The host's day of arrival. */
  readonly receivedOn: Day;
  /** The host's proof of receipt, 64 bytes. */
  readonly proof: Bytes;
  readonly body: Bytes | undefined;
  /** Wraps to the reader's own keys. */
  readonly wraps: readonly Wrap[];
  /** For a handler: every key to which it is wrapped, of those that the host shows. */
  readonly wrappedFor?: readonly Bytes[] | undefined;
}

/** A message as one reader sees it. Show its text by `shownText`, never as markup. */
export interface ThreadMessage {
  readonly id: Hex;
  readonly header: Header;
  readonly author: Participant;
  readonly tag: Tag;
  /** The author's own count in this report. */
  readonly n: number;
  /** The host's day of arrival. */
  readonly receivedOn: Day;
  readonly readability: Readability;
  /** What is in it, if it is opened. */
  readonly payload?: Payload | undefined;
  /** Its text, if it is opened. */
  readonly text?: string | undefined;
  /** Opens it for everybody who has it: 32 secret bytes, if it is `opened` or `unreadable`. */
  readonly contentKey?: Bytes | undefined;
  /** Why it is `unreadable`, `no-wrap` or `refused`. */
  readonly refusal?: Reason | undefined;
  /** False if it counts for nothing: its author may not write, or nobody has seen it. */
  readonly confirmed: boolean;
}

/** What came of opening a message. */
export type Reading = Pick<ThreadMessage, "readability" | "payload" | "contentKey" | "refusal">;

/** A message that is not opened further. */
export function closedMessage(
  { id, header, receivedOn }: VerifiedMessage,
  reading: Reading,
  confirmed = true,
): ThreadMessage {
  const { author, tag, n } = header;
  const text = reading.payload?.content.text;
  return { ...reading, id, header, author, tag, n, receivedOn, text, confirmed };
}

/** Open each message on its own, in causal order. A bad message hides no other. */
export function openMessages(
  log: Log,
  messages: ReadonlyMap<Hex, VerifiedMessage>,
  read: (message: VerifiedMessage) => Reading,
): ThreadMessage[] {
  return log.order.flatMap((id) => {
    const message = messages.get(id);
    return message === undefined
      ? []
      : [closedMessage(message, read(message), !log.void.includes(id))];
  });
}

/** What an error of opening says about a message. */
export function refusedReading(error: unknown): Reading {
  if (!(error instanceof RefusedError)) throw error;
  const { reason: refusal } = error;
  if (error instanceof UnreadableError)
    return { readability: "unreadable", refusal, contentKey: error.contentKey };
  return { readability: refusal === "wrap-reader" ? "no-wrap" : "refused", refusal };
}

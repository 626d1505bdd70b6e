/** A message of a report: verified, and opened if its reader may open it. */

import type { Log } from "../../protocol/log.js";
import { type BoxSeeds, openMessage, UnreadableError } from "../../protocol/message.js";
import type { Payload } from "../../protocol/payload.js";
import type { Day } from "../../protocol/verify/days.js";
import { type Bytes, type Hex, hex } from "../../protocol/verify/encoding.js";
import { type Reason, RefusedError } from "../../protocol/verify/errors.js";
import type { Participant } from "../../protocol/verify/fields.js";
import type { Header, Tag, VerifiedHeader } from "../../protocol/verify/log/header.js";
import type { Wrap } from "../../protocol/verify/sealed.js";

/**
 * What a reader could make of a message.
 *
 * `own`: the reporter wrote it; it is not sealed to the reporter, so a found code does not open it.
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
  /** The host's day of arrival. */
  readonly receivedOn: Day;
  /** The host's proof of receipt, 64 bytes. */
  readonly proof: Bytes;
  readonly body: Bytes | undefined;
  /** Wraps to the reader's own keys. */
  readonly wraps: readonly Wrap[];
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
  readonly payload: Payload | undefined;
  /** Its text, if it is opened. */
  readonly text: string | undefined;
  /** Why it is `unreadable`, `no-wrap` or `refused`. */
  readonly refusal: Reason | undefined;
  /** False if it counts for nothing: its author may not write, or nobody has seen it. */
  readonly confirmed: boolean;
}

type Reading = Pick<ThreadMessage, "readability"> &
  Partial<Pick<ThreadMessage, "payload" | "refusal">>;

/** A message that is not opened further. */
export const closedMessage = (
  message: VerifiedMessage,
  reading: Reading,
  confirmed = true,
): ThreadMessage => ({
  id: message.id,
  header: message.header,
  author: message.header.author,
  tag: message.header.tag,
  n: message.header.n,
  receivedOn: message.receivedOn,
  readability: reading.readability,
  payload: reading.payload,
  text: reading.payload?.content.text,
  refusal: reading.refusal,
  confirmed,
});

/** Open each message on its own, in causal order. A bad message hides no other. */
export function openMessages(
  log: Log,
  messages: ReadonlyMap<Hex, VerifiedMessage>,
  seed: Bytes,
): ThreadMessage[] {
  return log.order.flatMap((id) => {
    const message = messages.get(id);
    return message === undefined
      ? []
      : [closedMessage(message, read(message, seed), !log.void.includes(id))];
  });
}

function read({ header, verified, body, wraps }: VerifiedMessage, seed: Bytes): Reading {
  const isOwn = header.author === "reporter";
  if (!header.readers.includes("reporter")) return { readability: isOwn ? "own" : "not-for-you" };
  if (body === undefined) return { readability: "refused", refusal: "body-hash" };
  // The only key at hand, under every id: it opens no wrap to another.
  const seeds: BoxSeeds = new Map(wraps.map(({ keyId }) => [hex(keyId), seed]));
  try {
    const { payload } = openMessage(verified, body, wraps, "reporter", seeds);
    return { readability: "opened", payload };
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): Reading {
  if (error instanceof UnreadableError) return { readability: "unreadable", refusal: error.reason };
  if (!(error instanceof RefusedError)) throw error;
  return {
    readability: error.reason === "wrap-reader" ? "no-wrap" : "refused",
    refusal: error.reason,
  };
}

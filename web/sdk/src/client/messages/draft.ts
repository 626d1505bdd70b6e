/** Seal a message: to whose keys, and with which notices for its author before sending. */

import type { SigningKey } from "../../protocol/keys.js";
import { type OwnMessage, type Recipient, sealMessage } from "../../protocol/message.js";
import { type Content, writePayload } from "../../protocol/payload.js";
import { isBoxKey } from "../../protocol/primitives/x-wing.js";
import { isSeen } from "../../protocol/shown-text.js";
import type { Day } from "../../protocol/verify/days.js";
import { type Bytes, encodeBase64url, type Hex, unhex } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { participantText } from "../../protocol/verify/fields.js";
import {
  activeHandlers,
  findHandler,
  type LineDocument,
} from "../../protocol/verify/line-document.js";
import type { JsonObject } from "../../protocol/verify/strict-json.js";
import { draw, type Environment, today } from "../environment.js";
import type { Attached } from "../files/attach.js";
import { type ReportLines, recipientOf } from "../lines/report-lines.js";
import { lineNotices, type Notice } from "../thread/notices.js";

/** What a person writes. */
export interface Words {
  readonly text: string;
  /** Its language tag, such as `nl`. */
  readonly language: string;
  /** Handlers who must not read, by their ids in hexadecimal. The readers learn who they are. */
  readonly leaveOut?: readonly Hex[];
  /** More of a form: strict JSON, questions as values and not as keys (openapi/protocol.md section 7.5). */
  readonly content?: JsonObject;
}

/** Words, and files that are uploaded. */
export interface Filed extends Words {
  readonly attachments?: readonly Attached[];
}

/** A message, and what its author signed about it. */
export interface Noted extends Filed {
  /** `oral` or `consultation` of the payload. */
  readonly note?: JsonObject | undefined;
}

/** A sealed message. A retry sends the same bytes: sealing again would make another message. */
export interface Sealed {
  readonly own: OwnMessage;
  /** What the author should know before sending. */
  readonly notices: readonly Notice[];
  /** The device's day of sealing. */
  readonly sealedOn: Day;
  /** The line that the report was made on: its documents name the host's receipt keys. */
  readonly lineId: Bytes;
  readonly receiptKey: Bytes;
}

/** Handlers as a header lists them: in base64url, in the order of that text. */
export const sortedReaders = (readers: Iterable<Hex>): string[] =>
  [...new Set(readers)].map(participantText).sort();

/**
 * The payload of a person's words.
 *
 * @throws {@link RefusedError} `payload` for a field of a form that is called `text`; `payload-text` for a text of
 * which nobody would see anything.
 */
export function payloadOf(words: Noted): Bytes {
  const { text, language, leaveOut = [], content = {}, attachments = [], note } = words;
  if (!isSeen(text)) refuse("payload-text");
  if (Object.hasOwn(content, "text")) refuse("payload");
  const left = [...new Set(leaveOut)].sort().map((id) => encodeBase64url(unhex(id)));
  return writePayload({
    language,
    leftOut: left.length > 0 ? left : undefined,
    note,
    attachments: attachments.length > 0 ? attachments : undefined,
    content: { text, ...content } as Content,
  });
}

/**
 * The handlers who read a first message: those who are chosen, or as many by lot as the line says. The lot includes
 * handlers of whom the host shows no key: the host must not influence it.
 *
 * @throws {@link RefusedError} `reader-not-allowed` for somebody who does not handle reports, or is both chosen and
 * left out; `no-reader` if nobody is left.
 */
export function chooseReaders(
  document: LineDocument,
  readers: readonly Hex[] | undefined,
  leaveOut: readonly Hex[],
  environment: Environment,
): readonly Hex[] {
  const known = activeHandlers(document, today(environment));
  const allowed = known.filter((handler) => !leaveOut.includes(handler));
  const areListed = leaveOut.every((handler) => findHandler(document, handler) !== undefined);
  if (!areListed || !(readers ?? []).every((each) => allowed.includes(each)))
    refuse("reader-not-allowed");
  const chosen = readers ?? draw(allowed, document.readerCount, environment.entropy);
  return chosen.length > 0 ? chosen : refuse("no-reader");
}

/**
 * Seal a message to every reader with a key, with a notice for each one without, and open it again as they will.
 *
 * @param draft - the header's members as they travel, without `readers` and `body`.
 * @param reporter - the reporter's key, for a handler's message to them.
 * @throws {@link RefusedError} `document-expired` if the line is past its grace, `no-reader` if nobody has a key,
 * and all that a reader would refuse.
 */
export function sealDraft(
  draft: JsonObject,
  words: Noted,
  readers: readonly Hex[],
  author: SigningKey,
  lines: ReportLines,
  environment: Environment,
  reporter?: Recipient,
): Sealed {
  if (lines.own.freshness === "past-grace") refuse("document-expired");
  const recipients: Recipient[] = [];
  const missing: Notice[] = [];
  for (const handler of readers) {
    const recipient = handler === "reporter" ? reporter : recipientOf(lines, handler);
    if (recipient !== undefined && isBoxKey(recipient.publicKey)) recipients.push(recipient);
    else missing.push({ kind: "key-missing", handler });
  }
  if (recipients.length === 0) refuse("no-reader");
  const header = { ...draft, readers: sortedReaders(readers) };
  const own = sealMessage(header, payloadOf(words), author, recipients, environment.entropy);
  return {
    own,
    notices: [...lineNotices(lines.own), ...missing],
    sealedOn: today(environment),
    lineId: lines.birth.document.lineId,
    receiptKey: lines.birth.document.receiptKey,
  };
}

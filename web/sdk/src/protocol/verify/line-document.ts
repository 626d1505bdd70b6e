/** The line document: who handles reports, and by which terms (openapi/protocol.md section 5.2). */

import { addDays, type Day, TOLERANCE } from "./days.js";
import { checkPublicKey, checkSignature } from "./ed25519.js";
import { type Bytes, type Hex, hex, same } from "./encoding.js";
import { refuse } from "./errors.js";
import * as f from "./fields.js";
import { handlerId } from "./ids.js";

export const TEXT = f.record({ language: f.language, text: f.sized(1, 4000) });
/** A text in one language. */
export type LocalText = ReturnType<typeof TEXT>;

/** The text in a language, else in one that begins alike, else the first. */
export function inLanguage(texts: readonly LocalText[], wanted: string): string {
  const stem = (language: string) => language.split("-")[0];
  const found =
    texts.find(({ language }) => language === wanted) ??
    texts.find(({ language }) => stem(language) === stem(wanted)) ??
    texts[0];
  return found?.text ?? "";
}

const CLOCK = f.record({
  name: f.pattern(/^[a-z][a-z-]{0,39}$/),
  startsAt: f.oneOf("received", "acknowledged", "closed", "reopened"),
  term: f.term,
  metBy: f.oneOf("receipt", "acknowledgement", "feedback", "closing"),
  startsNoLaterThan: f.optional(f.term),
  roll: f.optional(f.oneOf("none", "termijnenwet"), "none"),
});
/** A term that the office promises (section 5.4). */
export type Clock = ReturnType<typeof CLOCK>;

/** The host's own confirmation, and a reopening, go with one other half only, and start on their own day. */
const clock: f.Read<Clock> = (value) => {
  const found = CLOCK(value);
  const { startsAt, metBy, startsNoLaterThan } = found;
  const isPair =
    `${startsAt} ${metBy}` === "received receipt" || `${startsAt} ${metBy}` === "reopened feedback";
  const isFixed = startsAt === "reopened" || metBy === "receipt";
  return isFixed && (!isPair || startsNoLaterThan !== undefined) ? refuse("fields") : found;
};

const CHECK_IN = f.record({
  startsAt: f.oneOf("received", "acknowledged", "closed"),
  term: f.term,
});

/** What a handler does with reports. */
export const FUNCTION = f.oneOf("adviser", "contact", "investigator", "decider", "aftercare");

const HANDLER = f.record({
  id: f.raw(16),
  name: f.sized(1, 200),
  role: f.sized(1, 200),
  signingKey: f.raw(32),
  from: f.day,
  until: f.optional(f.day),
  function: f.optional(FUNCTION),
  languages: f.optional(f.list(f.language, 1, 40)),
  external: f.optional(f.flag),
  firstBoxKey: f.optional(f.integer(0), 0),
});
/** A handler as a line document names them. */
export type ListedHandler = ReturnType<typeof HANDLER>;

const DOCUMENT = {
  version: f.version,
  lineId: f.lineId,
  number: f.integer(1),
  previous: f.optional(f.raw(32)),
  keyNumber: f.integer(0),
  signedOn: f.day,
  expiresOn: f.day,
  origins: f.list(f.pattern(/^https?:\/\/[a-z0-9.:[\]-]{1,255}$/), 1, 8),
  receiptKey: f.raw(32),
  languages: f.list(f.language, 1, 40),
  names: f.list(TEXT, 1, 40),
  contact: f.list(TEXT, 1, 40),
  form: f.raw(32),
  guide: f.raw(32),
  procedure: f.raw(32),
  theme: f.optional(f.raw(32)),
  pages: f.optional(f.list(f.raw(32), 1, 4)),
  texts: f.optional(f.list(f.raw(32), 0, 40), []),
  clocks: f.list(clock, 1, 20),
  checkIns: f.optional(f.list(CHECK_IN, 1, 8), []),
  retention: f.term,
  maximumTerm: f.term,
  withdrawalTerm: f.term,
  unopenedTerm: f.optional(f.term, "P14D"),
  readerCount: f.optional(f.integer(1, 64), 2),
  handlers: f.list(HANDLER, 1, 64),
};
/** A line document; hashes and keys as raw bytes. */
export type LineDocument = f.Output<typeof DOCUMENT>;

const LONGEST = 90;

/** Read the form of a document that is verified already. */
export const readDocument = (data: Uint8Array): LineDocument => f.readSigned(data, DOCUMENT);

/**
 * Read a document of a line, all checks but its signature.
 *
 * @throws {@link RefusedError} A reason of section 5.2.
 */
export function parseDocument(data: Uint8Array, line: Uint8Array): LineDocument {
  const document = readDocument(data);
  if (!same(document.lineId, line)) refuse("other-line");
  const { signedOn, expiresOn } = document;
  if (expiresOn < signedOn || expiresOn > addDays(signedOn, LONGEST)) refuse("document-dates");
  if ((document.number === 1) !== (document.previous === undefined)) refuse("document-previous");
  checkPublicKey(document.receiptKey);
  for (const { id, signingKey } of document.handlers) {
    checkPublicKey(signingKey);
    if (!same(id, handlerId(line, signingKey))) refuse("handler-id");
  }
  const names = new Set(document.handlers.map(({ id }) => hex(id)));
  return names.size === document.handlers.length ? document : refuse("handler-duplicate");
}

/**
 * Verify a document under a line's keys.
 *
 * @throws {@link RefusedError} As {@link parseDocument}, `key-number` and `signature`.
 */
export function verifyDocument(
  data: Uint8Array,
  signature: Uint8Array,
  line: Uint8Array,
  keys: readonly Bytes[],
): LineDocument {
  const document = parseDocument(data, line);
  const key = keys[document.keyNumber] ?? refuse("key-number");
  checkSignature("mp1/line-document", data, signature, key);
  return document;
}

/** What a document may not change about the handlers of the one before. @throws {@link RefusedError} `document-previous`. */
export function checkHandlersKept(newer: LineDocument, older: LineDocument): void {
  for (const before of older.handlers) {
    const now = findHandler(newer, hex(before.id)) ?? refuse("document-previous");
    const hasLeft = before.until !== undefined && before.until <= newer.signedOn;
    if (now.from !== before.from || (hasLeft && now.until !== before.until))
      refuse("document-previous");
    if (now.firstBoxKey < before.firstBoxKey) refuse("document-previous");
  }
}

/** The handler with this id. */
export const findHandler = (document: LineDocument, id: Hex): ListedHandler | undefined =>
  document.handlers.find((each) => hex(each.id) === id);

/** Whether a handler may read new messages on a day. */
export const isActive = ({ from, until }: ListedHandler, today: Day): boolean =>
  from <= addDays(today, TOLERANCE) && (until === undefined || today < until);

/** The ids of the handlers who may read new messages on a day, in the order of the document. */
export const activeHandlers = (document: LineDocument, today: Day): Hex[] =>
  document.handlers.filter((each) => isActive(each, today)).map(({ id }) => hex(id));

// Lines: key chain, document, box keys, pins (openapi/protocol.md sections 5 and 6).

import { checkBoxKey, checkPublicKey, checkSignature } from "./crypto.js";
import { addDays, hash, hex, int8, refuse, same } from "./encoding.js";
import * as f from "./fields.js";

export const lineId = (firstKey) => hash(20, "mp1/line-id", firstKey);
export const handlerId = (line, key) => hash(16, "mp1/handler-id", line, key);
export const boxKeyId = (line, handler, number, key) =>
  hash(16, "mp1/box-key-id", line, handler, int8(number), key);
export const documentHash = (data) => hash(32, "mp1/line-document", data);

const ROTATION = {
  version: f.version,
  lineId: f.lineId,
  number: f.integer(1),
  oldKey: f.raw(32),
  newKey: f.raw(32),
};

export function verifyKeyChain(line, firstKey, rotations) {
  checkPublicKey(firstKey);
  if (!same(lineId(firstKey), line)) refuse("first-key");
  const keys = [firstKey];
  for (const { statement, oldSignature, newSignature } of rotations) {
    const rotation = f.readSigned(statement, ROTATION, 1024);
    const oldKey = keys.at(-1);
    if (!same(rotation.lineId, line)) refuse("other-line");
    if (rotation.number !== keys.length || !same(rotation.oldKey, oldKey)) refuse("rotation");
    checkPublicKey(rotation.newKey);
    checkSignature("mp1/line-rotation", statement, oldSignature, oldKey);
    checkSignature("mp1/line-rotation", statement, newSignature, rotation.newKey);
    keys.push(rotation.newKey);
  }
  return keys;
}

const TEXT = f.record({ language: f.language, text: f.sized(1, 4000) });

const PAIRS = ["received receipt", "reopened feedback"];

/** An automatic confirmation, and a reopening, go with one other half only, and start on their own day. */
const clock = (read) => (value) => {
  const found = read(value);
  const { startsAt, metBy, startsNoLaterThan } = found;
  const fixed = startsAt === "reopened" || metBy === "receipt";
  if (fixed && (!PAIRS.includes(`${startsAt} ${metBy}`) || startsNoLaterThan !== undefined)) refuse("fields");
  return found;
};

const CLOCK = clock(f.record({
  name: f.matching(/^[a-z][a-z-]{0,39}$/),
  startsAt: f.oneOf("received", "acknowledged", "closed", "reopened"),
  term: f.term,
  metBy: f.oneOf("receipt", "acknowledgement", "feedback", "closing"),
  startsNoLaterThan: f.optional(f.term),
  roll: f.optional(f.oneOf("none", "termijnenwet"), "none"),
}));

const CHECK_IN = f.record({ startsAt: f.oneOf("received", "acknowledged", "closed"), term: f.term });

const HANDLER = f.record({
  id: f.raw(16),
  name: f.sized(1, 200),
  role: f.sized(1, 200),
  signingKey: f.raw(32),
  from: f.day,
  until: f.optional(f.day),
  function: f.optional(f.oneOf("adviser", "contact", "investigator", "decider", "aftercare")),
  languages: f.optional(f.list(f.language, 1, 40)),
  external: f.optional(f.flag),
  firstBoxKey: f.optional(f.integer(0), 0),
});

const DOCUMENT = {
  version: f.version,
  lineId: f.lineId,
  number: f.integer(1),
  previous: f.optional(f.raw(32)),
  keyNumber: f.integer(0),
  signedOn: f.day,
  expiresOn: f.day,
  origins: f.list(f.matching(/^https?:\/\/[a-z0-9.:[\]-]{1,255}$/), 1, 8),
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
  clocks: f.list(CLOCK, 1, 20),
  checkIns: f.optional(f.list(CHECK_IN, 1, 8)),
  retention: f.term,
  maximumTerm: f.term,
  withdrawalTerm: f.term,
  unopenedTerm: f.optional(f.term, "P14D"),
  readerCount: f.optional(f.integer(1, 64), 2),
  handlers: f.list(HANDLER, 1, 64),
};

export function parseDocument(data, line) {
  const document = f.readSigned(data, DOCUMENT);
  if (!same(document.lineId, line)) refuse("other-line");
  const { signedOn, expiresOn } = document;
  if (expiresOn < signedOn || expiresOn > addDays(signedOn, 90)) refuse("document-dates");
  if ((document.number === 1) !== (document.previous === undefined)) refuse("document-previous");
  checkPublicKey(document.receiptKey);
  for (const handler of document.handlers) {
    checkPublicKey(handler.signingKey);
    if (!same(handler.id, handlerId(line, handler.signingKey))) refuse("handler-id");
  }
  const names = document.handlers.map((handler) => hex(handler.id));
  if (new Set(names).size !== names.length) refuse("handler-duplicate");
  return document;
}

/** What a document may not change about the handlers of the one before. */
export function checkHandlersKept(newer, older) {
  for (const before of older.handlers) {
    const now = newer.handlers.find((handler) => same(handler.id, before.id));
    const hasLeft = before.until !== undefined && before.until <= newer.signedOn;
    if (now?.from !== before.from || (hasLeft && now.until !== before.until)) {
      refuse("document-previous");
    }
    if (now.firstBoxKey < before.firstBoxKey) refuse("document-previous");
  }
}

export function verifyDocument(data, signature, line, keys) {
  const document = parseDocument(data, line);
  if (document.keyNumber >= keys.length) refuse("key-number");
  checkSignature("mp1/line-document", data, signature, keys[document.keyNumber]);
  return document;
}

/** The handlers who may read new messages on a day, as hexadecimal ids. */
export const activeHandlers = (document, today) =>
  document.handlers
    .filter(({ from, until }) => from <= addDays(today, 2) && (until === undefined || today < until))
    .map((handler) => hex(handler.id));

const BOX_KEY = {
  version: f.version,
  lineId: f.lineId,
  handlerId: f.raw(16),
  number: f.integer(0),
  publicKey: f.raw(1216),
  notBefore: f.day,
  notAfter: f.day,
};

export function verifyBoxKey(statement, signature, document) {
  const key = f.readSigned(statement, BOX_KEY, 4096);
  if (!same(key.lineId, document.lineId)) refuse("box-key-other-line");
  const handler = document.handlers.find((each) => same(each.id, key.handlerId));
  if (handler === undefined) refuse("box-key-other-handler");
  if (key.notAfter < key.notBefore || key.notAfter > addDays(key.notBefore, 60)) {
    refuse("box-key-dates");
  }
  checkSignature("mp1/box-key", statement, signature, handler.signingKey);
  return { ...key, keyId: boxKeyId(key.lineId, key.handlerId, key.number, key.publicKey) };
}

const SERVED = {
  firstKey: f.raw(32),
  rotations: f.optional(
    f.list(
      f.record({ statement: f.raw(), oldSignature: f.raw(64), newSignature: f.raw(64) }),
      0,
      64,
    ),
    [],
  ),
  document: f.raw(),
  signature: f.raw(64),
  boxKeys: f.optional(
    f.list(f.record({ statement: f.raw(), signature: f.raw(64) }), 0, 4096),
    [],
  ),
};

export function verifyLine(data, line, today, pin) {
  const served = f.readAnswer(data, SERVED);
  const keys = verifyKeyChain(line, served.firstKey, served.rotations);
  const document = verifyDocument(served.document, served.signature, line, keys);
  if (document.keyNumber !== keys.length - 1) refuse("key-number");
  if (document.signedOn > addDays(today, 2)) refuse("document-dates");
  const ownHash = documentHash(served.document);
  if (pin !== undefined) checkPin(document, ownHash, pin);
  const boxKeys = currentBoxKeys(served.boxKeys, document, today);
  return { document, documentHash: ownHash, boxKeys, freshness: freshness(document, today) };
}

function checkPin(document, ownHash, pin) {
  if (document.number < pin.number) refuse("document-below-pin");
  if (document.number === pin.number && !same(ownHash, pin.document)) refuse("document-fork");
  if (document.number === pin.number + 1 && !same(document.previous, pin.document)) {
    refuse("document-previous");
  }
  if (document.keyNumber < pin.keyNumber) refuse("key-number");
}

function currentBoxKeys(signed, document, today) {
  const active = activeHandlers(document, today);
  const current = new Map();
  for (const { statement, signature } of signed) {
    const key = verifyBoxKey(statement, signature, document);
    const handler = hex(key.handlerId);
    const inTime = today >= addDays(key.notBefore, -2) && today <= addDays(key.notAfter, 2);
    const newest = key.number > (current.get(handler)?.number ?? -1);
    const listed = document.handlers.find((each) => same(each.id, key.handlerId));
    const counts = inTime && key.number >= listed.firstBoxKey;
    if (active.includes(handler) && counts && newest) current.set(handler, key);
  }
  for (const [handler, key] of current) if (!isUsable(key.publicKey)) current.delete(handler);
  return current;
}

function isUsable(key) {
  try {
    checkBoxKey(key);
    return true;
  } catch {
    return false;
  }
}

function freshness(document, today) {
  if (today <= addDays(document.expiresOn, 2)) return "current";
  return today <= addDays(document.expiresOn, 30) ? "expired" : "past-grace";
}

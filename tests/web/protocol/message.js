// Messages: header, payload, and the whole (openapi/protocol.md section 7).

import {
  bodyHash,
  checkCommitment,
  checkPublicKey,
  checkSignature,
  isBodySize,
  isSignature,
  openBody,
  openWrap,
  signRaw,
  statement,
} from "./crypto.js";
import { addDays, bytes, concat, hash, hex, refuse, same } from "./encoding.js";
import * as f from "./fields.js";
import { parseSigned } from "./json.js";
import { activeHandlers } from "./line.js";

export const messageId = (header) => hash(32, "mp1/message-id", header);

const REPORTER_TAGS = ["report", "message", "reopening", "withdrawal", "succession", "consent"];
const STATE_TAGS = ["acknowledgement", "feedback", "pause", "closing", "reopening"];
const HANDLER_TAGS = ["message", ...STATE_TAGS, "admit", "proposal", "acceptance", "refusal"];

/** A file is uploaded to a report that exists; what ends a report or a key brings none. */
const TAGS_WITHOUT_FILES = ["report", "withdrawal", "succession"];

const SUCCESSOR = f.record({
  signingKey: f.raw(32),
  boxKey: f.raw(1216),
  signature: f.raw(64),
});

const HANDOVER = f.record({
  lineId: f.lineId,
  document: f.raw(32),
  readers: f.ascending(f.handler, 1, 64, (id) => id),
  messages: f.ascending(f.raw(32), 1, 256, hex),
  until: f.day,
});

const HEADER = {
  version: f.version,
  lineId: f.lineId,
  reportId: f.raw(32),
  author: f.participant,
  n: f.integer(0),
  tag: f.oneOf(...new Set([...REPORTER_TAGS, ...HANDLER_TAGS])),
  document: f.raw(32),
  day: f.optional(f.day),
  until: f.optional(f.day),
  immediate: f.optional(f.flag),
  admits: f.optional(f.handler),
  successor: f.optional(SUCCESSOR),
  proposes: f.optional(f.lineId),
  handover: f.optional(HANDOVER),
  consent: f.optional(f.raw(32)),
  origin: f.optional(f.oneOf("oral", "consultation")),
  attachments: f.optional(f.ascending(f.raw(16), 1, 64, hex)),
  readers: f.ascending(f.participant, 1, 64, f.participantText),
  seen: f.ascending(f.raw(32), 0, 256, hex),
  body: f.raw(32),
};

/** Fields that go with these tags, and must. */
const OWN_FIELDS = {
  until: ["pause"],
  immediate: ["withdrawal"],
  admits: ["admit"],
  successor: ["succession"],
  proposes: ["proposal"],
  handover: ["consent"],
  consent: ["acceptance", "refusal"],
};

export function parseHeader(data) {
  const header = f.readSigned(data, HEADER, 16384);
  if (header.author === "reporter") checkReporter(header);
  else checkHandler(header);
  for (const [field, tags] of Object.entries(OWN_FIELDS)) {
    check((header[field] !== undefined) === tags.includes(header.tag), field);
  }
  check(header.origin === undefined || header.tag === "report", "origin");
  check(
    header.attachments === undefined || !TAGS_WITHOUT_FILES.includes(header.tag),
    "attachments",
  );
  return header;
}

function check(holds, field) {
  if (!holds) refuse("header-fields", field);
}

function checkReporter({ tag, n, day, readers, seen, handover }) {
  if (!REPORTER_TAGS.includes(tag) || (tag === "report") !== (n === 0)) refuse("tag-not-allowed");
  check(!readers.includes("reporter"), "readers");
  check(day === undefined, "day");
  check((n === 0) === (seen.length === 0), "seen");
  if (handover === undefined) return;
  const isSunday = new Date(handover.until).getUTCDay() === 0;
  check(isSunday && handover.readers.every((r) => readers.includes(r)), "handover");
}

function checkHandler({ tag, author, day, until, admits, readers, seen }) {
  if (!HANDLER_TAGS.includes(tag)) refuse("tag-not-allowed");
  check(day !== undefined, "day");
  check(readers.includes(author), "readers");
  check(seen.length > 0, "seen");
  check(tag === "message" || readers.includes("reporter"), "readers");
  check(until === undefined || until > day, "until");
  check(admits === undefined || (admits !== author && readers.includes(admits)), "admits");
}

export function verifyHeader(data, signature, signingKey) {
  const header = parseHeader(data);
  const { successor } = header;
  if (successor !== undefined) checkSuccessor(header, successor, signingKey);
  checkSignature("mp1/message", data, signature, successor?.signingKey ?? signingKey);
  return { header, id: messageId(data) };
}

function checkSuccessor({ lineId, reportId }, { signingKey, boxKey, signature }, replaced) {
  checkPublicKey(signingKey);
  const given = concat(lineId, reportId, signingKey, boxKey);
  const signed = isSignature(statement("mp1/succession", given), signature, replaced);
  if (same(signingKey, replaced) || !signed) refuse("succession");
}

/** Verify that a handler says they wrote a report down; returns who, or undefined if nobody did. */
export function verifyOralNote(header, { oral }, document) {
  if ((header.origin === "oral") !== (oral !== undefined)) refuse("oral");
  if (oral === undefined) return undefined;
  const handler = document.handlers.find((each) => hex(each.id) === oral.handler);
  const signed = statement("mp1/oral", concat(header.lineId, header.reportId));
  if (handler === undefined || !isSignature(signed, oral.signature, handler.signingKey)) {
    refuse("oral");
  }
  return oral.handler;
}

/** Return who claims to ask for advice; undefined if nobody does. */
export function findConsultationNote(header, { consultation }) {
  if ((header.origin === "consultation") !== (consultation !== undefined)) refuse("consultation");
  return consultation;
}

/** Verify that a handler of another line asks for advice, by that line's newest document. */
export function verifyConsultationNote(header, note, document, today) {
  const { lineId, handler, signature } = note;
  const stale = today > addDays(document.expiresOn, 30);
  if (!same(lineId, document.lineId) || stale) refuse("consultation");
  const active = activeHandlers(document, today).includes(handler);
  const found = document.handlers.find((each) => hex(each.id) === handler);
  const signed = statement("mp1/consultation", concat(header.lineId, header.reportId, lineId));
  if (!active || !isSignature(signed, signature, found.signingKey)) refuse("consultation");
  return handler;
}

export const proofBytes = (message, day) =>
  statement("mp1/receipt-proof", concat(message, bytes(day)));

export const makeProof = (key, message, day) => signRaw(key, proofBytes(message, day));

export function checkProof(message, day, proof, receiptKey) {
  if (!isSignature(proofBytes(message, day), proof, receiptKey)) refuse("proof");
}

export function checkBody(header, body) {
  if (!isBodySize(body.length)) refuse("body-size");
  if (!same(bodyHash(body), header.body)) refuse("body-hash");
}

const content = (value) =>
  typeof value === "object" && !Array.isArray(value) ? value : refuse("fields");

// eslint-disable-next-line no-control-regex
const FORBIDDEN =
  /[\u0000-\u001f\u007f-\u009f/\\\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const TYPE = "[a-z0-9][a-z0-9!#$&^_.+-]{0,63}";

const fileName = f.matching({
  test: (name) =>
    !FORBIDDEN.test(name) && ![".", ".."].includes(name) && name !== "" && bytes(name).length <= 255,
});

const ATTACHMENT = f.record({
  id: f.raw(16),
  name: fileName,
  mediaType: f.matching(new RegExp(`^${TYPE}/${TYPE}$`)),
  size: f.integer(0),
  key: f.raw(32),
  digest: f.raw(32),
});

const PAYLOAD = {
  version: f.version,
  language: f.language,
  leftOut: f.optional(f.ascending(f.raw(16), 1, 64, hex)),
  oral: f.optional(f.record({ handler: f.handler, signature: f.raw(64) })),
  attachments: f.optional(f.ascending(ATTACHMENT, 1, 64, ({ id }) => hex(id))),
  consultation: f.optional(
    f.record({ lineId: f.lineId, handler: f.handler, signature: f.raw(64) }),
  ),
  content,
};

/** Read a payload: strict JSON first, then language and text, then every other field. */
export function parsePayload(data) {
  const value = parseSigned(data);
  readAs("payload-language", () => f.language(value.language));
  const { text } = value.content ?? {};
  const isObject = typeof value.content === "object" && !Array.isArray(value.content);
  if (isObject && (typeof text !== "string" || text === "")) refuse("payload-text");
  return readAs("payload", () => f.record(PAYLOAD)(value));
}

function readAs(reason, read) {
  try {
    return read();
  } catch {
    return refuse(reason);
  }
}

/** Check that a payload opens exactly the files that its header lists. */
export function checkAttachments(header, payload) {
  const told = (payload.attachments ?? []).map(({ id }) => hex(id));
  if (told.join() !== (header.attachments ?? []).map(hex).join()) refuse("attachments");
}

/** Open a message whose header is verified; `pairs` maps the reader's key ids to key pairs. */
export async function openMessage({ header, id }, body, wraps, reader, pairs) {
  if (!header.readers.includes(reader)) refuse("not-a-reader");
  if (!same(bodyHash(body), header.body)) refuse("body-hash");
  let reason = "wrap-reader";
  for (const { keyId, wrap } of wraps.filter((each) => pairs.has(hex(each.keyId)))) {
    let contentKey;
    try {
      const place = { line: header.lineId, report: header.reportId, message: id, key: keyId };
      contentKey = await openWrap(wrap, pairs.get(hex(keyId)), place);
      checkCommitment(body, contentKey);
    } catch (error) {
      reason = error.reason;
      continue;
    }
    return { ...openOwn(header, body, contentKey), contentKey }; // no other key opens this body
  }
  return refuse(reason);
}

/** Open a body whose content key is known; an author does so before sending. */
export function openOwn(header, body, contentKey) {
  const plain = openBody(body, contentKey);
  const payload = parsePayload(plain);
  checkAttachments(header, payload);
  return { payload, plain };
}

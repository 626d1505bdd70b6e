// Messages: header, payload, and the whole (openapi/protocol.md section 7).

import { bodyHash, checkSignature, isBodySize, openBody, openWrap } from "./crypto.js";
import { hash, hex, refuse, same } from "./encoding.js";
import * as f from "./fields.js";

export const messageId = (header) => hash(32, "mp1/message-id", header);

const REPORTER_TAGS = ["report", "message", "reopening", "withdrawal"];
const HANDLER_TAGS = ["message", "acknowledgement", "feedback", "pause", "closing", "reopening"];

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
  readers: f.ascending(f.participant, 1, 64, f.participantText),
  seen: f.ascending(f.raw(32), 0, 256, hex),
  body: f.raw(32),
};

export function parseHeader(data) {
  const header = f.readSigned(data, HEADER, 16384);
  if (header.author === "reporter") checkReporter(header);
  else checkHandler(header);
  if ((header.until !== undefined) !== (header.tag === "pause")) refuse("header-fields");
  if ((header.immediate !== undefined) !== (header.tag === "withdrawal")) refuse("header-fields");
  return header;
}

function checkReporter({ tag, n, day, readers, seen }) {
  if (!REPORTER_TAGS.includes(tag) || (tag === "report") !== (n === 0)) refuse("tag-not-allowed");
  if (day !== undefined || readers.includes("reporter")) refuse("header-fields");
  if ((n === 0) !== (seen.length === 0)) refuse("header-fields");
}

function checkHandler({ tag, author, day, until, readers, seen }) {
  if (!HANDLER_TAGS.includes(tag)) refuse("tag-not-allowed");
  if (day === undefined || !readers.includes(author) || seen.length === 0) refuse("header-fields");
  if (tag !== "message" && !readers.includes("reporter")) refuse("header-fields");
  if (until !== undefined && until <= day) refuse("header-fields");
}

export function verifyHeader(data, signature, signingKey) {
  const header = parseHeader(data);
  checkSignature("mp1/message", data, signature, signingKey);
  return { header, id: messageId(data) };
}

export function checkBody(header, body) {
  if (!isBodySize(body.length)) refuse("body-size");
  if (!same(bodyHash(body), header.body)) refuse("body-hash");
}

const content = (value) =>
  typeof value === "object" && !Array.isArray(value) ? value : refuse("fields");

const PAYLOAD = {
  version: f.version,
  language: f.language,
  leftOut: f.optional(f.ascending(f.raw(16), 1, 64, hex)),
  content,
};

export function parsePayload(data) {
  let payload;
  try {
    payload = f.readSigned(data, PAYLOAD);
  } catch {
    refuse("payload");
  }
  const { text } = payload.content;
  if (typeof text !== "string" || text === "") refuse("payload");
  return payload;
}

/** Open a message whose header is verified; `pairs` maps the reader's key ids to key pairs. */
export async function openMessage({ header, id }, body, wraps, reader, pairs) {
  if (!header.readers.includes(reader)) refuse("not-a-reader");
  if (!same(bodyHash(body), header.body)) refuse("body-hash");
  let reason = "wrap-reader";
  for (const { keyId, wrap } of wraps.filter((each) => pairs.has(hex(each.keyId)))) {
    try {
      const place = { line: header.lineId, report: header.reportId, message: id, key: keyId };
      const contentKey = await openWrap(wrap, pairs.get(hex(keyId)), place);
      const plain = openBody(body, contentKey);
      return { payload: parsePayload(plain), plain, contentKey };
    } catch (error) {
      reason = error.reason;
    }
  }
  return refuse(reason);
}

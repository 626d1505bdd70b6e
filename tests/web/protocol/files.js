// Files that people keep: proof of report, recovery secret, export (openapi/files.md).

import { bodyHash, boxKey, isSignature, openBody, ratchet, signingKey, statement } from "./crypto.js";
import { addDays, derive, hash, hex, refuse, same } from "./encoding.js";
import * as f from "./fields.js";
import { boxKeyId, documentHash, handlerId, lineId, verifyDocument, verifyKeyChain } from "./line.js";
import { reportId, verifyLog, verifyReportKeys } from "./log.js";
import { checkAttachments, messageId, parseHeader, parsePayload, proofBytes } from "./message.js";

const ROTATION = f.record({ statement: f.raw(), oldSignature: f.raw(64), newSignature: f.raw(64) });
const DOCUMENT = f.record({ document: f.raw(), signature: f.raw(64) });

const PROVEN = f.record({
  header: f.raw(),
  signature: f.raw(64),
  receivedOn: f.optional(f.day),
  proof: f.optional(f.raw(64)),
  body: f.optional(f.raw()),
  contentKey: f.optional(f.raw(32)),
});

const PROVEN_LINE = {
  firstKey: f.raw(32),
  rotations: f.optional(f.list(ROTATION, 0, 64), []),
  documents: f.list(DOCUMENT, 1, 1000),
};

const REPORT_PROOF = {
  format: f.oneOf("meldpunt-report-proof"),
  version: f.version,
  ...PROVEN_LINE,
  otherLines: f.optional(f.list(f.record(PROVEN_LINE), 1, 8), []),
  signingKey: f.raw(32),
  boxKey: f.raw(1216),
  messages: f.list(PROVEN, 1, 10000),
};

export function verifyReportProof(data, wanted) {
  const file = f.readSigned(data, REPORT_PROOF, 64 * 1024 * 1024);
  const line = lineId(file.firstKey);
  if (wanted !== undefined && !same(wanted, line)) refuse("other-line");
  const { birth, documents, newest, others } = verifiedLines(file, line);
  const report = reportId(file.signingKey, file.boxKey);
  const keys = verifyReportKeys(file.signingKey, file.boxKey, report);
  const members = new Map(file.messages.map((each) => [hex(messageId(each.header)), each]));
  if (members.size !== file.messages.length) refuse("order");
  const served = file.messages.map(({ header, signature }) => ({ data: header, signature }));
  const log = verifyLog(served, keys, newest, newest.signedOn, others);
  const headers = new Map([...members].map(([id, { header }]) => [id, parseHeader(header)]));
  for (const header of headers.values()) {
    if (!documents.has(hex(header.document))) refuse("document-unknown");
  }
  const receiptKeys = [...birth.values()].map((document) => document.receiptKey);
  const asked = log.order
    .filter((id) => isProven(members.get(id), receiptKeys))
    .flatMap((id) => headers.get(id).handover?.lineId ?? [])
    .map(hex);
  if (!others.every((other) => asked.includes(hex(other.lineId)))) refuse("other-line");
  const shown = log.order.map((id) => show(id, headers.get(id), members.get(id), receiptKeys));
  return { line, report, newest, others, alarms: log.alarms, shown };
}

/** The documents of all lines by hash, and the newest of each line. */
function verifiedLines(file, line) {
  const ids = file.otherLines.map(({ firstKey }) => hex(lineId(firstKey)));
  const sorted = [...new Set(ids)].filter((id) => id !== hex(line)).sort();
  if (ids.join() !== sorted.join()) refuse("order");
  const found = [file, ...file.otherLines].map(verifiedDocuments);
  const [newest, ...others] = found.map((documents) =>
    [...documents.values()].reduce((a, b) => (a.number > b.number ? a : b)),
  );
  const documents = new Map(found.flatMap((each) => [...each]));
  return { birth: found[0], documents, newest, others };
}

function verifiedDocuments({ firstKey, rotations, documents }) {
  const line = lineId(firstKey);
  const keys = verifyKeyChain(line, firstKey, rotations);
  const found = new Map();
  for (const { document, signature } of documents) {
    found.set(hex(documentHash(document)), verifyDocument(document, signature, line, keys));
  }
  const numbers = new Set([...found.values()].map((document) => document.number));
  if (numbers.size !== found.size) refuse("document-fork");
  checkSuccession([...found]);
  return found;
}

/** A replaced key signs nothing after its successor, and each document names the one before. */
function checkSuccession(documents) {
  documents.sort(([, a], [, b]) => a.number - b.number);
  documents.slice(1).forEach(([, newer], i) => {
    const [hash, older] = documents[i];
    if (newer.keyNumber < older.keyNumber) refuse("key-number");
    if (newer.number !== older.number + 1) return;
    if (hex(newer.previous) !== hash) refuse("document-previous");
  });
}

function isProven({ header, receivedOn, proof }, receiptKeys) {
  if (receivedOn === undefined || proof === undefined) return false;
  const signed = proofBytes(messageId(header), receivedOn);
  return receiptKeys.some((key) => isSignature(signed, proof, key));
}

function show(id, header, member, receiptKeys) {
  const { receivedOn, proof } = member;
  if ((receivedOn === undefined) !== (proof === undefined)) refuse("fields");
  if (proof && !isProven(member, receiptKeys)) refuse("proof");
  const shown = { messageId: id, ...(proof && { receivedOn }) };
  const text = textOf(header, member);
  return text === undefined ? shown : { ...shown, text };
}

function textOf(header, { body, contentKey }) {
  if (body === undefined) return contentKey === undefined ? undefined : refuse("fields");
  if (!same(bodyHash(body), header.body)) refuse("body-hash");
  if (contentKey === undefined) return undefined;
  const payload = parsePayload(openBody(body, contentKey));
  checkAttachments(header, payload);
  return payload.content.text;
}

const number = (data) => [...data].reduce((found, byte) => found * 256 + byte, 0);

/** The keys that a recovery secret holds, on a line. */
export async function readRecoverySecret(secret, line) {
  if (secret[0] !== 1) refuse("fields");
  if (secret.length < 34 || secret.length !== 34 + 40 * secret[1]) refuse("length");
  const seed = secret.slice(2, 34);
  const handler = handlerId(line, signingKey(seed).publicKey);
  const chains = [];
  for (let place = 34; place < secret.length; place += 40) {
    chains.push(readChain(secret.slice(place, place + 40)));
  }
  chains.forEach(({ first }, i) => {
    if (i > 0 && chains[i - 1].first + 7 >= first) refuse("order");
  });
  const keys = [];
  for (const chain of chains) keys.push(...(await keysOf(chain, line, handler)));
  return { seed, handler, keys };
}

function readChain(data) {
  const [destroyed, days] = [data[4], data[7]];
  if (destroyed >= 8) refuse("key-number");
  if (days < 1 || days > 61) refuse("box-key-dates");
  const start = addDays("2020-01-01", number(data.slice(5, 7)));
  return { first: number(data.slice(0, 4)), destroyed, start, days, value: data.slice(8) };
}

async function keysOf({ first, destroyed, start, days, value }, line, handler) {
  const found = [];
  for (let i = destroyed; i < 8; i += 1) {
    const reached = ratchet(first + destroyed, value, first + destroyed, first + i);
    const { publicKey } = await boxKey(derive(reached, "mp1/box"));
    const notBefore = addDays(start, days * i);
    found.push({
      number: first + i,
      keyId: hex(boxKeyId(line, handler, first + i, publicKey)),
      notBefore,
      notAfter: addDays(notBefore, days - 1),
    });
  }
  return found;
}

const MESSAGE = f.record({
  report: f.raw(32),
  position: f.integer(1),
  header: f.raw(),
  signature: f.raw(64),
  receivedOn: f.day,
  proof: f.raw(64),
  receiptKey: f.raw(32),
  body: f.optional(f.raw()),
});

const REMAINS = f.record({
  receivedOn: f.day,
  acknowledgedOn: f.optional(f.day),
  feedbackOn: f.optional(f.day),
  closedOn: f.optional(f.day),
  immediate: f.flag,
  pauses: f.optional(f.list(f.record({ since: f.day, until: f.day }), 0, 10000), []),
  handlers: f.ascending(f.handler, 1, 64, (handler) => handler),
  erasedOn: f.day,
});

const WRAP = f.record({ keyId: f.raw(16), wrap: f.raw(1168), maker: f.participant });

const RECORD = {
  document: f.optional(DOCUMENT),
  text: f.optional(f.raw()),
  boxKey: f.optional(f.record({ statement: f.raw(), signature: f.raw(64) })),
  report: f.optional(
    f.record({
      keys: f.record({ signingKey: f.raw(32), boxKey: f.raw(1216) }),
      document: f.raw(32),
      first: MESSAGE,
    }),
  ),
  message: f.optional(MESSAGE),
  wraps: f.optional(
    f.record({ report: f.raw(32), message: f.raw(32), wraps: f.list(WRAP, 1, 64) }),
  ),
  part: f.optional(
    f.record({
      report: f.raw(32),
      attachment: f.raw(16),
      size: f.integer(1),
      offset: f.integer(0),
      data: f.raw(),
    }),
  ),
  end: f.optional(
    f.record({
      report: f.raw(32),
      messageCount: f.integer(1),
      remains: f.optional(REMAINS),
      bulletinKey: f.optional(f.raw(16)),
    }),
  ),
};

const record = (value) => {
  const found = f.record(RECORD)(value);
  return Object.keys(value).length === 1 ? found : refuse("fields");
};

const TOTAL = { reports: f.integer(0), messages: f.integer(0), attachmentBytes: f.integer(0) };
const PAGE = {
  records: f.list(record, 0, Infinity),
  cursor: f.optional(f.sized(0, Infinity)),
  total: f.optional(f.record(TOTAL)),
  staying: f.optional(f.integer(0)),
};
const EXPORT = { format: f.oneOf("meldpunt-line-export"), version: f.version, lineId: f.lineId };
const END = { end: f.raw(32), signature: f.raw(64) };

/** The number of pages, and the hash over all. */
export function checkExport(data, line, keys) {
  const lines = linesOf(data);
  const next = () => lines.shift() ?? refuse("length");
  const header = next();
  if (!same(f.readSigned(header, EXPORT, 512).lineId, line)) refuse("other-line");
  let value = hash(32, "mp1/export-file", header);
  let pages = 0;
  for (let cursor = ""; cursor !== undefined; pages += 1) {
    const page = next();
    ({ cursor } = f.readSigned(page, PAGE, 16 * 1024 * 1024));
    value = hash(32, "mp1/export-file", value, page);
  }
  const end = f.readSigned(next(), END, 512);
  if (lines.length > 0) refuse("length");
  const signed = statement("mp1/line-export", value);
  const holds = keys.some((key) => isSignature(signed, end.signature, key));
  if (!same(end.end, value) || !holds) refuse("signature");
  return { pages, hash: value };
}

function linesOf(data) {
  const found = [];
  let start = 0;
  for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
    found.push(data.slice(start, end));
    start = end + 1;
  }
  if (start < data.length) found.push(undefined); // without its line feed
  return found;
}

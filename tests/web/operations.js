// The operations that vectors name (openapi/README.md): JSON in, JSON out, or Refused.

import * as a from "./protocol/attachment.js";
import * as b from "./protocol/bulletin.js";
import { hasErased, reportClocks } from "./protocol/clocks.js";
import * as c from "./protocol/crypto.js";
import * as e from "./protocol/encoding.js";
import { dump, parse, parseSigned } from "./protocol/json.js";
import * as files from "./protocol/files.js";
import * as line from "./protocol/line.js";
import * as log from "./protocol/log.js";
import * as m from "./protocol/message.js";
import { signRequest, verifyRequest } from "./protocol/request.js";
import { shownText } from "./protocol/shown.js";
import { extended, holidays } from "./protocol/working-days.js";

const { bytes, hex, unhex } = e;

async function receiptKeys({ typed, lineId }) {
  const seed = c.receiptSeed(typed, unhex(lineId));
  const signingSeed = e.derive(seed, "mp1/reporter-sign");
  const signing = c.signingKey(signingSeed);
  const boxSeed = e.derive(seed, "mp1/reporter-box");
  const box = await c.boxKey(boxSeed);
  const report = log.reportId(signing.publicKey, box.publicKey);
  return {
    seed: hex(seed),
    signingSeed: hex(signingSeed),
    signingKey: hex(signing.publicKey),
    boxSeed: hex(boxSeed),
    boxKey: hex(box.publicKey),
    reportId: hex(report),
    boxKeyId: hex(log.reporterKeyId(report, box.publicKey)),
    bulletinKey: hex(e.derive(seed, "mp1/bulletin").slice(0, 16)),
  };
}

function verifiedLine({ served, lineId, today, pin }) {
  const known = pin && { ...pin, document: unhex(pin.document) };
  const found = line.verifyLine(bytes(served), unhex(lineId), today, known);
  if (found.freshness === "past-grace") e.refuse("document-expired");
  const boxKeys = [...found.boxKeys].map(([handler, key]) => [handler, hex(key.keyId)]);
  return {
    document: hex(found.documentHash),
    freshness: found.freshness,
    boxKeys: Object.fromEntries(boxKeys),
  };
}

function verifiedLog(given) {
  const signingKey = unhex(given.signingKey);
  const keys = log.verifyReportKeys(signingKey, unhex(given.boxKey), unhex(given.reportId));
  const document = line.parseDocument(bytes(given.document), unhex(given.lineId));
  const served = given.messages.map(({ header, signature }) => ({
    data: bytes(header),
    signature: unhex(signature),
  }));
  const others = (given.otherLines ?? []).map((other) =>
    line.parseDocument(bytes(other.document), unhex(other.lineId)),
  );
  return log.verifyLog(served, keys, document, given.today, others);
}

function inOrder(alarms) {
  const place = ({ reason, author, n }) => `${reason} ${author} ${`${n}`.padStart(16)}`;
  return alarms.sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

function showLog(given) {
  const { access, active, alarms, mayRead, ...rest } = verifiedLog(given);
  return { alarms: inOrder(alarms), ...rest };
}

function reportProof(given) {
  const wanted = given.lineId && unhex(given.lineId);
  const proof = files.verifyReportProof(bytes(given.file), wanted);
  const { line: id, report, newest, others, alarms, shown } = proof;
  const names = { lineId: hex(id), reportId: hex(report), newest: newest.number };
  const otherLines = others.map((each) => ({ lineId: hex(each.lineId), newest: each.number }));
  return { ...names, otherLines, alarms: inOrder(alarms), shown };
}

async function recoverySecret({ secret, lineId }) {
  const { seed, handler, keys } = await files.readRecoverySecret(unhex(secret), unhex(lineId));
  return { signingSeed: hex(seed), handlerId: hex(handler), keys };
}

function readable(given) {
  const { order, mayRead } = verifiedLog(given);
  return { messages: order.filter((message) => mayRead(given.handler, message, given.leftOut)) };
}

function oralNote({ header, payload, document, lineId }) {
  const known = line.parseDocument(bytes(document), unhex(lineId));
  const oral = m.verifyOralNote(m.parseHeader(bytes(header)), m.parsePayload(bytes(payload)), known);
  return oral === undefined ? {} : { handler: oral };
}

function consultationNote({ header, payload, document, lineId, today }) {
  const read = m.parseHeader(bytes(header));
  const note = m.findConsultationNote(read, m.parsePayload(bytes(payload)));
  if (note === undefined) return {};
  const known = line.parseDocument(bytes(document), unhex(lineId));
  return { handler: m.verifyConsultationNote(read, note, known, e.parseDay(today)) };
}

async function openWrap(given) {
  const { pair } = await c.boxKey(unhex(given.seed));
  const place = {
    line: unhex(given.lineId),
    report: unhex(given.reportId),
    message: unhex(given.messageId),
    key: unhex(given.keyId),
  };
  const contentKey = await c.openWrap(unhex(given.wrap), pair, place);
  return { info: hex(c.wrapInfo(place)), contentKey: hex(contentKey) };
}

export async function openMessage(given) {
  const signingKey = unhex(given.signingKey);
  const verified = m.verifyHeader(bytes(given.header), unhex(given.signature), signingKey);
  const wraps = given.wraps.map(({ keyId, wrap }) => ({ keyId: unhex(keyId), wrap: unhex(wrap) }));
  const { pair } = await c.boxKey(unhex(given.seed));
  const pairs = new Map([[given.keyId, pair]]);
  const opened = await m.openMessage(verified, unhex(given.body), wraps, given.reader, pairs);
  return { messageId: hex(verified.id), payload: new TextDecoder().decode(opened.plain) };
}

async function ratchet({ first, value, from, to }) {
  const reached = c.ratchet(first, unhex(value), from, to);
  const { publicKey } = await c.boxKey(e.derive(reached, "mp1/box"));
  return { value: hex(reached), publicKey: hex(publicKey) };
}

const nothing = (check) => (given) => {
  check(given);
  return {};
};

const placeOf = ({ lineId, reportId, attachmentId }) => ({
  line: unhex(lineId),
  report: unhex(reportId),
  attachment: unhex(attachmentId),
});

const plainOf = ({ pattern, size }) => {
  const piece = unhex(pattern);
  return Uint8Array.from({ length: size }, (_, i) => piece[i % piece.length]);
};

function sealAttachment(given) {
  const place = placeOf(given);
  const plain = plainOf(given.plain);
  const stream = a.seal(plain, place, unhex(given.key), unhex(given.streamHeader));
  return { length: stream.length, digest: hex(a.digest(stream, place)) };
}

function streamOf(given) {
  if (given.ciphertext !== undefined) return unhex(given.ciphertext);
  const header = unhex(given.streamHeader);
  const described = given.chunks.map((chunk) => [plainOf(chunk), chunk.tag]);
  const chunks = a.push(described, unhex(given.key), header, placeOf(given));
  return e.concat(header, ...given.order.map((i) => chunks[i]));
}

function openAttachment(given) {
  const listed = { size: given.size, key: unhex(given.key), digest: unhex(given.digest) };
  const plain = a.open(streamOf(given), listed, placeOf(given));
  return { plainHash: hex(e.hash(32, "mp1/example", plain)) };
}

function bulletinIndex({ statement, signature, receiptKey, today }) {
  return b.verifyIndex(bytes(statement), unhex(signature), unhex(receiptKey), e.parseDay(today));
}

function showIndex(given) {
  const index = bulletinIndex(given);
  return {
    firstDay: index.firstDay,
    lastDay: index.lastDay,
    window: b.window(index, given.today),
    further: b.wholeYears(index, given.today),
  };
}

export const OPERATIONS = {
  "receipt-make": ({ entropy }) => ({ code: c.makeReceipt(unhex(entropy)) }),
  "receipt-parse": ({ typed }) => ({ symbols: c.parseReceipt(typed) }),
  "receipt-keys": receiptKeys,
  "length-prefix": ({ value }) => ({ bytes: hex(e.lp(unhex(value))) }),
  "base64url-encode": (given) => ({ text: e.encodeBase64url(unhex(given.bytes)) }),
  "base64url-decode": ({ text, size }) => ({ bytes: hex(e.decodeBase64url(text, size)) }),
  "line-id-encode": (given) => ({ text: e.encodeLineId(unhex(given.bytes)) }),
  "line-id-decode": ({ text }) => ({ bytes: hex(e.decodeLineId(text)) }),
  day: ({ day }) => ({ day: e.parseDay(day) }),
  "term-extended": ({ term, day, end }) => ({ day: extended(day, end, e.parseTerm(term)) }),
  holidays: ({ year }) => ({ days: [...holidays(year)].sort() }),
  "term-after": ({ term, day }) => ({ day: e.after(e.parseTerm(term), e.parseDay(day)) }),
  "json-signed": ({ data }) => ({ text: dump(parseSigned(unhex(data))) }),
  "json-request": ({ data }) => ({ text: dump(parse(unhex(data), 65536)) }),
  "labelled-hash": ({ size, label, parts }) => ({ hash: hex(e.hash(size, label, ...parts.map(unhex))) }),
  "derive-key": ({ key, label }) => ({ key: hex(e.derive(unhex(key), label)) }),
  sign: ({ seed, label, message }) => {
    const key = c.signingKey(unhex(seed));
    return { publicKey: hex(key.publicKey), signature: hex(c.sign(key, label, unhex(message))) };
  },
  "check-public-key": nothing(({ publicKey }) => c.checkPublicKey(unhex(publicKey))),
  "check-signature": nothing(({ publicKey, label, message, signature }) => {
    c.checkPublicKey(unhex(publicKey));
    c.checkSignature(label, unhex(message), unhex(signature), unhex(publicKey));
  }),
  "box-key-from-seed": async ({ seed }) => ({ publicKey: hex((await c.boxKey(unhex(seed))).publicKey) }),
  "check-box-key": nothing(({ publicKey }) => c.checkBoxKey(unhex(publicKey))),
  ratchet,
  "show-text": ({ text }) => ({ shown: shownText(text) }),
  "pad-length": ({ length }) => ({ padded: c.pad(new Uint8Array(length)).length }),
  "seal-body": ({ payload, contentKey }) => {
    const body = c.sealBody(bytes(payload), unhex(contentKey));
    return { body: hex(body), bodyHash: hex(c.bodyHash(body)) };
  },
  "open-body": ({ body, contentKey }) => {
    const payload = c.openBody(unhex(body), unhex(contentKey));
    return { payload: new TextDecoder().decode(payload) };
  },
  "parse-payload": ({ payload }) => ({ text: m.parsePayload(bytes(payload)).content.text }),
  "open-wrap": openWrap,
  "attachment-size": ({ size }) => ({ length: a.streamSize(size) }),
  "check-attachment-size": nothing(({ length }) => a.checkStreamSize(length)),
  "seal-attachment": sealAttachment,
  "open-attachment": openAttachment,
  "check-attachments": nothing(({ header, payload }) =>
    m.checkAttachments(m.parseHeader(bytes(header)), m.parsePayload(bytes(payload))),
  ),
  "sign-request": ({ seed, body, ...rest }) => ({
    fields: signRequest({ ...rest, body: bytes(body), key: c.signingKey(unhex(seed)) }),
  }),
  "verify-request": (given) => {
    const { publicKey, challenge } = verifyRequest({ ...given, body: bytes(given.body) });
    return { publicKey: hex(publicKey), challenge };
  },
  "line-id": ({ firstKey }) => {
    const id = line.lineId(unhex(firstKey));
    return { id: hex(id), text: e.encodeLineId(id) };
  },
  "handler-id": ({ lineId, signingKey }) => ({
    id: hex(line.handlerId(unhex(lineId), unhex(signingKey))),
  }),
  "box-key-id": ({ lineId, handlerId, number, publicKey }) => ({
    id: hex(line.boxKeyId(unhex(lineId), unhex(handlerId), number, unhex(publicKey))),
  }),
  "report-id": ({ signingKey, boxKey }) => {
    const id = log.reportId(unhex(signingKey), unhex(boxKey));
    return { id: hex(id), boxKeyId: hex(log.reporterKeyId(id, unhex(boxKey))) };
  },
  "inbox-entry": ({ handlerId, reportId }) => ({
    id: hex(e.hash(16, "mp1/inbox-entry", unhex(handlerId), unhex(reportId))),
  }),
  "message-id": ({ header }) => ({ id: hex(m.messageId(bytes(header))) }),
  "body-hash": ({ body }) => ({ hash: hex(c.bodyHash(unhex(body))) }),
  "document-hash": ({ document }) => ({ hash: hex(line.documentHash(bytes(document))) }),
  "text-hash": ({ text }) => ({ hash: hex(e.hash(32, "mp1/text", unhex(text))) }),
  "verify-key-chain": ({ lineId, firstKey, rotations }) => {
    const signed = rotations.map(({ statement, oldSignature, newSignature }) => ({
      statement: bytes(statement),
      oldSignature: unhex(oldSignature),
      newSignature: unhex(newSignature),
    }));
    return { keys: line.verifyKeyChain(unhex(lineId), unhex(firstKey), signed).map(hex) };
  },
  "verify-document": ({ document, signature, lineId, keys }) => {
    const data = bytes(document);
    const found = line.verifyDocument(data, unhex(signature), unhex(lineId), keys.map(unhex));
    return {
      hash: hex(line.documentHash(data)),
      number: found.number,
      handlers: found.handlers.map((handler) => hex(handler.id)),
    };
  },
  "check-handlers-kept": nothing(({ newer, older, lineId }) => {
    const [next, before] = [newer, older].map((data) => line.parseDocument(bytes(data), unhex(lineId)));
    line.checkHandlersKept(next, before);
  }),
  "verify-box-key": ({ statement, signature, document, lineId }) => {
    const known = line.parseDocument(bytes(document), unhex(lineId));
    const key = line.verifyBoxKey(bytes(statement), unhex(signature), known);
    return { keyId: hex(key.keyId), publicKey: hex(key.publicKey) };
  },
  "verify-line": verifiedLine,
  "parse-header": ({ header }) => {
    const { author, tag, n } = m.parseHeader(bytes(header));
    const shown = author === "reporter" ? author : e.encodeBase64url(unhex(author));
    return { author: shown, tag, n };
  },
  "verify-header": ({ header, signature, signingKey }) => ({
    messageId: hex(m.verifyHeader(bytes(header), unhex(signature), unhex(signingKey)).id),
  }),
  "check-body": nothing(({ header, body }) => m.checkBody(m.parseHeader(bytes(header)), unhex(body))),
  "open-message": openMessage,
  "verify-log": showLog,
  "check-readers": nothing((given) => log.checkReaders(verifiedLog(given), given.readers)),
  "check-admission": nothing((given) =>
    log.checkAdmission(verifiedLog(given), given.author, given.newcomer, given.leftOut),
  ),
  readable,
  "check-oral-note": oralNote,
  "check-consultation-note": consultationNote,
  "make-proof": ({ seed, messageId, day }) => ({
    proof: hex(m.makeProof(c.signingKey(unhex(seed)), unhex(messageId), e.parseDay(day))),
  }),
  "check-proof": nothing(({ messageId, day, proof, receiptKey }) => {
    c.checkPublicKey(unhex(receiptKey));
    m.checkProof(unhex(messageId), e.parseDay(day), unhex(proof), unhex(receiptKey));
  }),
  "verify-report-proof": reportProof,
  "read-recovery-secret": recoverySecret,
  "check-export": ({ file, lineId, keys }) => {
    const { pages, hash } = files.checkExport(bytes(file), unhex(lineId), keys.map(unhex));
    return { pages, hash: hex(hash) };
  },
  "bulletin-tag": ({ key, day }) => ({ tag: hex(b.bulletinTag(unhex(key), e.parseDay(day))) }),
  "bulletin-size": ({ tags }) => ({ padded: b.paddedCount(tags) }),
  "verify-bulletin-index": showIndex,
  "read-bulletin": (given) => ({
    days: b.findDays(given.name, unhex(given.content), bulletinIndex(given), unhex(given.key)),
  }),
  "report-clocks": ({ document, lineId, receivedOn, messages, today, consultation }) => {
    const known = line.parseDocument(bytes(document), unhex(lineId));
    return reportClocks(known, receivedOn, messages, today, consultation);
  },
  "has-erased": ({ document, lineId, withdrawal, known, today }) =>
    hasErased(line.parseDocument(bytes(document), unhex(lineId)), withdrawal, known, today),
};

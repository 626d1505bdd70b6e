// The operations that vectors name (openapi/README.md): JSON in, JSON out, or a RefusedError.

import * as b from "@meldpunt/client/protocol/body";
import { hasErased } from "@meldpunt/client/protocol/erasure";
import { checkExport } from "@meldpunt/client/protocol/export-file";
import * as k from "@meldpunt/client/protocol/keys";
import { verifyLine } from "@meldpunt/client/protocol/line";
import * as log from "@meldpunt/client/protocol/log";
import * as m from "@meldpunt/client/protocol/message";
import * as p from "@meldpunt/client/protocol/payload";
import { checkBoxKey } from "@meldpunt/client/protocol/primitives/x-wing";
import * as receipt from "@meldpunt/client/protocol/receipt";
import { signRequest } from "@meldpunt/client/protocol/request-signing";
import { shownText } from "@meldpunt/client/protocol/shown-text";
import * as sizes from "@meldpunt/client/protocol/verify/attachment";
import { verifyBoxKey } from "@meldpunt/client/protocol/verify/box-key";
import * as bulletin from "@meldpunt/client/protocol/verify/bulletin";
import * as days from "@meldpunt/client/protocol/verify/days";
import * as ed from "@meldpunt/client/protocol/verify/ed25519";
import * as e from "@meldpunt/client/protocol/verify/encoding";
import { refuse } from "@meldpunt/client/protocol/verify/errors";
import { hash } from "@meldpunt/client/protocol/verify/hashing";
import { heldLineHash, heldReportHash } from "@meldpunt/client/protocol/verify/held";
import * as ids from "@meldpunt/client/protocol/verify/ids";
import { verifyKeyChain } from "@meldpunt/client/protocol/verify/key-chain";
import * as line from "@meldpunt/client/protocol/verify/line-document";
import { reportClocks } from "@meldpunt/client/protocol/verify/log/clocks";
import { parseHeader, verifyHeader } from "@meldpunt/client/protocol/verify/log/header";
import { checkProof, proofBytes } from "@meldpunt/client/protocol/verify/proof";
import { verifyRequest } from "@meldpunt/client/protocol/verify/request";
import { checkBody } from "@meldpunt/client/protocol/verify/sealed";
import { dumpJson, parseJson, parseSigned } from "@meldpunt/client/protocol/verify/strict-json";
import { extended, holidays } from "@meldpunt/client/protocol/verify/working-days";
import { openWrap, wrapInfo } from "@meldpunt/client/protocol/wrap";
import {
  bulletinIndex,
  mergedKeyFiles,
  openAttachment,
  openKeyFile,
  recoverySecret,
  reportProof,
  sealAttachment,
  showIndex,
  writeKeyFile,
} from "./file-operations.js";
import { consultationNote, oralNote, readable, showLog, verifiedLog } from "./log-operations.js";
import { TEXT_OPERATIONS } from "./text-operations.js";

const { bytes, hex, unhex } = e;
const written = (value) => e.text(dumpJson(value));

async function receiptKeys({ typed, lineId }) {
  const seed = await receipt.receiptSeed(typed, unhex(lineId));
  const keys = k.reporterKeys(seed);
  return {
    seed: hex(seed),
    signingSeed: hex(keys.signing.seed),
    signingKey: hex(keys.signing.publicKey),
    boxSeed: hex(keys.box.seed),
    boxKey: hex(keys.box.publicKey),
    reportId: hex(keys.reportId),
    boxKeyId: hex(keys.boxKeyId),
    bulletinKey: hex(keys.bulletin),
  };
}

function verifiedLine({ served, lineId, today, pin }) {
  const known = pin && { ...pin, document: unhex(pin.document) };
  const found = verifyLine(bytes(served), unhex(lineId), today, known);
  if (found.freshness === "past-grace") refuse("document-expired");
  const boxKeys = [...found.boxKeys].map(([handler, key]) => [handler, hex(key.keyId)]);
  return {
    document: hex(found.documentHash),
    freshness: found.freshness,
    boxKeys: Object.fromEntries(boxKeys),
  };
}

function wrapOpened(given) {
  const place = {
    line: unhex(given.lineId),
    report: unhex(given.reportId),
    message: unhex(given.messageId),
    key: unhex(given.keyId),
  };
  const contentKey = openWrap(unhex(given.wrap), unhex(given.seed), place);
  return { info: hex(wrapInfo(place)), contentKey: hex(contentKey) };
}

export function openMessage(given) {
  const signingKey = unhex(given.signingKey);
  const verified = verifyHeader(bytes(given.header), unhex(given.signature), signingKey);
  const wraps = given.wraps.map(({ keyId, wrap }) => ({ keyId: unhex(keyId), wrap: unhex(wrap) }));
  const seeds = new Map([[given.keyId, unhex(given.seed)]]);
  const opened = m.openMessage(verified, unhex(given.body), wraps, given.reader, seeds);
  return { messageId: hex(verified.id), payload: e.text(opened.plain) };
}

function ratchet({ first, value, from, to }) {
  const start = { first, number: first, value: unhex(value) };
  const reached = k.advance(k.advance(start, from), to);
  return { value: hex(reached.value), publicKey: hex(k.chainKey(reached, to).publicKey) };
}

const nothing = (check) => (given) => {
  check(given);
  return {};
};

export const OPERATIONS = {
  ...TEXT_OPERATIONS,
  "receipt-make": ({ entropy }) => ({ code: receipt.makeReceipt(unhex(entropy)) }),
  "receipt-parse": ({ typed }) => ({ symbols: receipt.parseReceipt(typed) }),
  "receipt-keys": receiptKeys,
  "length-prefix": ({ value }) => ({ bytes: hex(e.lp(unhex(value))) }),
  "base64url-encode": (given) => ({ text: e.encodeBase64url(unhex(given.bytes)) }),
  "base64url-decode": ({ text, size }) => ({ bytes: hex(e.decodeBase64url(text, size)) }),
  "line-id-encode": (given) => ({ text: e.encodeLineId(unhex(given.bytes)) }),
  "line-id-decode": ({ text }) => ({ bytes: hex(e.decodeLineId(text)) }),
  day: ({ day }) => ({ day: days.parseDay(day) }),
  "term-extended": ({ term, day, end }) => ({ day: extended(day, end, days.parseTerm(term)) }),
  holidays: ({ year }) => ({ days: [...holidays(year)].sort() }),
  "term-after": ({ term, day }) => ({ day: days.after(days.parseTerm(term), days.parseDay(day)) }),
  "json-signed": ({ data }) => ({ text: written(parseSigned(unhex(data))) }),
  "json-request": ({ data }) => ({ text: written(parseJson(unhex(data), 65536)) }),
  "labelled-hash": ({ size, label, parts }) => ({
    hash: hex(hash(size, label, ...parts.map(unhex))),
  }),
  "derive-key": ({ key, label }) => ({ key: hex(k.derive(unhex(key), label)) }),
  sign: ({ seed, label, message }) => {
    const key = k.signingKey(unhex(seed));
    return { publicKey: hex(key.publicKey), signature: hex(k.sign(key, label, unhex(message))) };
  },
  "check-public-key": nothing(({ publicKey }) => ed.checkPublicKey(unhex(publicKey))),
  "check-signature": nothing(({ publicKey, label, message, signature }) => {
    ed.checkPublicKey(unhex(publicKey));
    ed.checkSignature(label, unhex(message), unhex(signature), unhex(publicKey));
  }),
  "box-key-from-seed": ({ seed }) => ({ publicKey: hex(k.boxKey(unhex(seed)).publicKey) }),
  "check-box-key": nothing(({ publicKey }) => checkBoxKey(unhex(publicKey))),
  ratchet,
  "show-text": ({ text }) => ({ shown: shownText(text) }),
  "pad-length": ({ length }) => ({ padded: b.pad(new Uint8Array(length)).length }),
  "seal-body": ({ payload, contentKey }) => {
    const body = b.sealBody(bytes(payload), unhex(contentKey));
    return { body: hex(body), bodyHash: hex(ids.bodyHash(body)) };
  },
  "open-body": ({ body, contentKey }) => {
    const payload = b.openBody(unhex(body), unhex(contentKey));
    return { payload: e.text(payload) };
  },
  "parse-payload": ({ payload }) => ({ text: p.parsePayload(bytes(payload)).content.text }),
  "open-wrap": wrapOpened,
  "attachment-size": ({ size }) => ({ length: sizes.streamSize(size) }),
  "check-attachment-size": nothing(({ length }) => sizes.checkStreamSize(length)),
  "seal-attachment": sealAttachment,
  "open-attachment": openAttachment,
  "check-attachments": nothing(({ header, payload }) =>
    p.checkAttachments(parseHeader(bytes(header)), p.parsePayload(bytes(payload))),
  ),
  "sign-request": ({ seed, body, ...rest }) => ({
    fields: signRequest({ ...rest, body: bytes(body), key: k.signingKey(unhex(seed)) }),
  }),
  "verify-request": (given) => {
    const { publicKey, challenge } = verifyRequest({ ...given, body: bytes(given.body) });
    return { publicKey: hex(publicKey), challenge };
  },
  "line-id": ({ firstKey }) => {
    const id = ids.lineId(unhex(firstKey));
    return { id: hex(id), text: e.encodeLineId(id) };
  },
  "handler-id": ({ lineId, signingKey }) => ({
    id: hex(ids.handlerId(unhex(lineId), unhex(signingKey))),
  }),
  "box-key-id": ({ lineId, handlerId, number, publicKey }) => ({
    id: hex(ids.boxKeyId(unhex(lineId), unhex(handlerId), number, unhex(publicKey))),
  }),
  "report-id": ({ signingKey, boxKey }) => {
    const id = ids.reportId(unhex(signingKey), unhex(boxKey));
    return { id: hex(id), boxKeyId: hex(ids.reporterKeyId(id, unhex(boxKey))) };
  },
  "inbox-entry": ({ handlerId, reportId }) => ({
    id: hex(ids.inboxEntry(unhex(handlerId), unhex(reportId))),
  }),
  "message-id": ({ header }) => ({ id: hex(ids.messageId(bytes(header))) }),
  "body-hash": ({ body }) => ({ hash: hex(ids.bodyHash(unhex(body))) }),
  "document-hash": ({ document }) => ({ hash: hex(ids.documentHash(bytes(document))) }),
  "text-hash": ({ text }) => ({ hash: hex(ids.textHash(unhex(text))) }),
  "verify-key-chain": ({ lineId, firstKey, rotations }) => {
    const signed = rotations.map(({ statement, oldSignature, newSignature }) => ({
      statement: bytes(statement),
      oldSignature: unhex(oldSignature),
      newSignature: unhex(newSignature),
    }));
    return { keys: verifyKeyChain(unhex(lineId), unhex(firstKey), signed).map(hex) };
  },
  "verify-document": ({ document, signature, lineId, keys }) => {
    const data = bytes(document);
    const found = line.verifyDocument(data, unhex(signature), unhex(lineId), keys.map(unhex));
    return {
      hash: hex(ids.documentHash(data)),
      number: found.number,
      handlers: found.handlers.map((handler) => hex(handler.id)),
    };
  },
  "check-handlers-kept": nothing(({ newer, older, lineId }) => {
    const [next, before] = [newer, older].map((data) =>
      line.parseDocument(bytes(data), unhex(lineId)),
    );
    line.checkHandlersKept(next, before);
  }),
  "verify-box-key": ({ statement, signature, document, lineId }) => {
    const known = line.parseDocument(bytes(document), unhex(lineId));
    const key = verifyBoxKey({ statement: bytes(statement), signature: unhex(signature) }, known);
    return { keyId: hex(key.keyId), publicKey: hex(key.publicKey) };
  },
  "verify-line": verifiedLine,
  "parse-header": ({ header }) => {
    const { author, tag, n } = parseHeader(bytes(header));
    const shown = author === "reporter" ? author : e.encodeBase64url(unhex(author));
    return { author: shown, tag, n };
  },
  "verify-header": ({ header, signature, signingKey }) => ({
    messageId: hex(verifyHeader(bytes(header), unhex(signature), unhex(signingKey)).id),
  }),
  "check-body": nothing(({ header, body }) => checkBody(parseHeader(bytes(header)), unhex(body))),
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
    proof: hex(
      k.signRaw(k.signingKey(unhex(seed)), proofBytes(unhex(messageId), days.parseDay(day))),
    ),
  }),
  "check-proof": nothing(({ messageId, day, proof, receiptKey }) => {
    ed.checkPublicKey(unhex(receiptKey));
    checkProof(unhex(messageId), days.parseDay(day), unhex(proof), unhex(receiptKey));
  }),
  "verify-report-proof": reportProof,
  "read-recovery-secret": recoverySecret,
  "open-key-file": openKeyFile,
  "write-key-file": writeKeyFile,
  "merge-key-files": mergedKeyFiles,
  "check-export": ({ file, lineId, keys }) => {
    const { pages, hash } = checkExport(bytes(file), unhex(lineId), keys.map(unhex));
    return { pages, hash: hex(hash) };
  },
  "held-line": ({ reports }) => ({
    hash: hex(
      heldLineHash(
        reports.map(({ reportId, messages }) =>
          heldReportHash(unhex(reportId), messages.map(unhex)),
        ),
      ),
    ),
  }),
  "bulletin-tag": ({ key, day }) => ({
    tag: hex(bulletin.bulletinTag(unhex(key), days.parseDay(day))),
  }),
  "bulletin-size": ({ tags }) => ({ padded: bulletin.paddedCount(tags) }),
  "verify-bulletin-index": showIndex,
  "read-bulletin": (given) => ({
    days: bulletin.findDays(
      unhex(given.key),
      bulletin.readBulletin(given.name, unhex(given.content), bulletinIndex(given)),
    ),
  }),
  "report-clocks": ({ document, lineId, receivedOn, messages, today, consultation }) => {
    const known = line.parseDocument(bytes(document), unhex(lineId));
    return reportClocks(known, receivedOn, messages, today, consultation);
  },
  "has-erased": ({ document, lineId, withdrawal, known, today }) =>
    hasErased(line.parseDocument(bytes(document), unhex(lineId)), withdrawal, known, today),
};

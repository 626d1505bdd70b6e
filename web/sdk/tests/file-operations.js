// The operations of vectors on files, attachments and bulletins (openapi/README.md).

import * as attachment from "@meldpunt/client/protocol/attachment";
import * as keyFile from "@meldpunt/client/protocol/key-file";
import { mergeKeyFiles } from "@meldpunt/client/protocol/key-merge";
import { signingKey } from "@meldpunt/client/protocol/keys";
import { readRecoverySecret } from "@meldpunt/client/protocol/recovery-secret";
import { verifyReportProof } from "@meldpunt/client/protocol/report-proof";
import * as bulletin from "@meldpunt/client/protocol/verify/bulletin";
import * as days from "@meldpunt/client/protocol/verify/days";
import * as e from "@meldpunt/client/protocol/verify/encoding";
import { hash } from "@meldpunt/client/protocol/verify/hashing";
import { handlerId, lineId as lineIdOf } from "@meldpunt/client/protocol/verify/ids";
import { inOrder } from "./log-operations.js";

const { bytes, hex, unhex } = e;

export function reportProof(given) {
  const pin = given.pin && { ...given.pin, document: unhex(given.pin.document) };
  const proof = verifyReportProof(bytes(given.file), given.lineId && unhex(given.lineId), pin);
  const { line: id, report, newest, others, alarms, shown, pinned } = proof;
  const names = { lineId: hex(id), reportId: hex(report), newest: newest.number };
  const otherLines = others.map((each) => ({ lineId: hex(each.lineId), newest: each.number }));
  const joined = pinned === undefined ? {} : { pinned };
  return { ...names, otherLines, alarms: inOrder(alarms), shown, ...joined };
}

export function recoverySecret({ secret, lineId }) {
  const { seed, handler, keys } = readRecoverySecret(unhex(secret), unhex(lineId));
  return { signingSeed: hex(seed), handlerId: hex(handler), keys };
}

export const placeOf = ({ lineId, reportId, attachmentId }) => ({
  line: unhex(lineId),
  report: unhex(reportId),
  attachment: unhex(attachmentId),
});

const plainOf = ({ pattern, size }) => {
  const piece = unhex(pattern);
  return Uint8Array.from({ length: size }, (_, i) => piece[i % piece.length]);
};

export function sealAttachment(given) {
  const place = placeOf(given);
  const [key, header] = [unhex(given.key), unhex(given.streamHeader)];
  const stream = attachment.sealAttachment(plainOf(given.plain), place, key, header);
  return { length: stream.length, digest: hex(attachment.digestOf(stream, place)) };
}

function streamOf(given) {
  if (given.ciphertext !== undefined) return unhex(given.ciphertext);
  const header = unhex(given.streamHeader);
  const described = given.chunks.map((chunk) => [plainOf(chunk), chunk.tag]);
  const chunks = attachment.pushChunks(described, unhex(given.key), header, placeOf(given));
  return e.concat(header, ...given.order.map((i) => chunks[i]));
}

export function openAttachment(given) {
  const listed = { size: given.size, key: unhex(given.key), digest: unhex(given.digest) };
  const plain = attachment.openAttachment(streamOf(given), listed, placeOf(given));
  return { plainHash: hex(hash(32, "mp1/example", plain)) };
}

export function bulletinIndex({ statement, signature, receiptKey, today }) {
  return bulletin.verifyIndex(
    bytes(statement),
    unhex(signature),
    unhex(receiptKey),
    days.parseDay(today),
  );
}

export function showIndex(given) {
  const index = bulletinIndex(given);
  return {
    firstDay: index.firstDay,
    lastDay: index.lastDay,
    window: bulletin.window(index, given.today),
    further: bulletin.wholeYears(index, given.today),
  };
}

export async function openKeyFile({ file, passphrase }) {
  const { content } = await keyFile.openKeyFile(bytes(file), passphrase);
  if (content.kind === "line") {
    return { lineId: hex(lineIdOf(e.decodeBase64url(content.firstKey))), content };
  }
  const line = e.decodeLineId(content.lineId);
  const { publicKey } = signingKey(e.decodeBase64url(content.seed));
  const boxKeys = content.chains.flatMap(({ firstNumber, number }) =>
    Array.from({ length: firstNumber + 8 - number }, (_, i) => number + i),
  );
  return { lineId: hex(line), handlerId: hex(handlerId(line, publicKey)), boxKeys, content };
}

export async function writeKeyFile({ content, passphrase, salt, nonce, ...cost }) {
  const made = await keyFile.newKeyFile(passphrase, unhex(salt), cost);
  const read = keyFile.readContent(bytes(content));
  return { file: e.text(keyFile.writeKeyFile(made, read, unhex(nonce))) };
}

export const mergedKeyFiles = ({ mine, theirs }) => ({
  content: mergeKeyFiles(keyFile.readContent(bytes(mine)), keyFile.readContent(bytes(theirs))),
});

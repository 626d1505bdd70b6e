// The operations of vectors on logs (openapi/README.md).

import * as consultation from "@meldpunt/client/protocol/consultation";
import * as log from "@meldpunt/client/protocol/log";
import { verifyReportKeys } from "@meldpunt/client/protocol/membership";
import { verifyOralNote } from "@meldpunt/client/protocol/oral";
import * as p from "@meldpunt/client/protocol/payload";
import * as days from "@meldpunt/client/protocol/verify/days";
import * as e from "@meldpunt/client/protocol/verify/encoding";
import * as line from "@meldpunt/client/protocol/verify/line-document";
import { parseHeader } from "@meldpunt/client/protocol/verify/log/header";

const { bytes, hex, unhex } = e;

export const documentOf = ({ document, lineId }) =>
  line.parseDocument(bytes(document), unhex(lineId));

export function verifiedLog(given) {
  const keys = verifyReportKeys(
    unhex(given.signingKey),
    unhex(given.boxKey),
    unhex(given.reportId),
  );
  const served = given.messages.map(({ header, signature }) => ({
    data: bytes(header),
    signature: unhex(signature),
  }));
  const others = (given.otherLines ?? []).map(documentOf);
  return log.verifyLog(served, keys, documentOf(given), given.today, others);
}

export function inOrder(alarms) {
  const place = ({ reason, author, n }) => `${reason} ${author} ${`${n}`.padStart(16)}`;
  return alarms.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

export function showLog(given) {
  const found = verifiedLog(given);
  return {
    alarms: inOrder(found.alarms),
    order: found.order,
    unconfirmed: found.unconfirmed,
    seen: found.seen,
    nextN: found.nextN,
    readers: found.readers,
    admitted: found.admitted,
    signingKey: hex(found.signingKey),
    answeredBy: found.answeredBy === undefined ? null : hex(found.answeredBy),
    waiting: found.waiting ?? null,
    void: found.void,
  };
}

export function readable(given) {
  return { messages: log.readableMessages(verifiedLog(given), given.handler, given.leftOut) };
}

const noteOf = ({ header, payload }) => [
  parseHeader(bytes(header)),
  p.parsePayload(bytes(payload)),
];

export function oralNote(given) {
  const oral = verifyOralNote(...noteOf(given), documentOf(given));
  return oral === undefined ? {} : { handler: oral };
}

export function consultationNote(given) {
  const [header, payload] = noteOf(given);
  const note = consultation.findConsultationNote(header, payload);
  if (note === undefined) return {};
  const today = days.parseDay(given.today);
  return { handler: consultation.verifyConsultationNote(header, note, documentOf(given), today) };
}

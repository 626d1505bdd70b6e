// The log of a report (openapi/protocol.md section 9).

import { checkPublicKey } from "./crypto.js";
import { hash, hex, refuse, same } from "./encoding.js";
import { participantText } from "./fields.js";
import { activeHandlers } from "./line.js";
import { messageId, parseHeader, verifyHeader } from "./message.js";

export const reportId = (signingKey, boxKey) => hash(32, "mp1/report-id", signingKey, boxKey);
export const reporterKeyId = (report, boxKey) => hash(16, "mp1/reporter-key-id", report, boxKey);

export function verifyReportKeys(signingKey, boxKey, report) {
  checkPublicKey(signingKey);
  if (!same(reportId(signingKey, boxKey), report)) refuse("report-keys");
  return { report, signingKey };
}

function verifyMember({ data, signature }, keys, document) {
  const header = parseHeader(data);
  if (!same(header.lineId, document.lineId)) refuse("other-line");
  if (!same(header.reportId, keys.report)) refuse("other-report");
  if (header.author === "reporter") return verifyHeader(data, signature, keys.signingKey);
  const handler = document.handlers.find((each) => hex(each.id) === header.author);
  if (handler === undefined) refuse("author-unknown");
  return verifyHeader(data, signature, handler.signingKey);
}

const seenBy = (message) => message.header.seen.map(hex);

const compare = (a, b) => (a < b ? -1 : Number(a > b));

function compareTies(a, b) {
  return (
    compare(a.header.day ?? "", b.header.day ?? "") ||
    compare(participantText(a.header.author), participantText(b.header.author)) ||
    a.header.n - b.header.n ||
    compare(hex(a.id), hex(b.id))
  );
}

function causalOrder(known) {
  const waiting = new Map(known);
  const ordered = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter((m) => !seenBy(m).some((s) => waiting.has(s)));
    if (ready.length === 0) break;
    for (const message of ready.sort(compareTies)) {
      ordered.push(message);
      waiting.delete(hex(message.id));
    }
  }
  return [...ordered, ...[...waiting.values()].sort(compareTies)];
}

function ancestors(start, known) {
  const found = new Set();
  const waiting = [...start];
  while (waiting.length > 0) {
    const id = waiting.pop();
    if (found.has(id)) continue;
    found.add(id);
    if (known.has(id)) waiting.push(...seenBy(known.get(id)));
  }
  return found;
}

const authors = (messages) => [...new Set(messages.map((m) => m.header.author))];

function tips(messages) {
  const known = new Map(messages.map((m) => [hex(m.id), m]));
  return authors(messages).flatMap((author) => {
    const own = messages.filter((m) => m.header.author === author);
    const covered = ancestors(own.flatMap(seenBy), known);
    return own.filter((m) => !covered.has(hex(m.id)));
  });
}

/** The reporter, and whom any of the reporter's messages lets read. */
function letIn(messages) {
  const own = messages.filter(isReporters);
  return new Set(["reporter", ...own.flatMap((m) => m.header.readers)]);
}

function alarmsOf(messages, known, unconfirmed) {
  const alarms = [];
  const alarm = (reason, author, n) => alarms.push({ reason, author, n });
  for (const author of authors(messages)) {
    const counts = messages.filter((m) => m.header.author === author).map((m) => m.header.n);
    for (let n = 0; n <= Math.max(...counts); n += 1) {
      const times = counts.filter((count) => count === n).length;
      if (times === 0) alarm("gap", author, n);
      if (times > 1) alarm("fork", author, n);
    }
  }
  const allowed = letIn(messages);
  for (const message of messages) {
    const { author, n, readers } = message.header;
    if (seenBy(message).some((id) => !known.has(id))) alarm("unknown-seen", author, n);
    if (!allowed.has(author)) alarm("not-a-reader", author, n);
    else if (readers.some((reader) => !allowed.has(reader))) alarm("reader-not-allowed", author, n);
    if (unconfirmed.includes(hex(message.id))) alarm("unconfirmed", author, n);
  }
  return alarms;
}

export function verifyLog(served, keys, document, today) {
  const verified = served.map((each) => verifyMember(each, keys, document));
  const known = new Map(verified.map((message) => [hex(message.id), message]));
  const messages = causalOrder(known);
  const departed = document.handlers.filter((h) => h.until !== undefined).map((h) => hex(h.id));
  const left = (message) => departed.includes(message.header.author);
  const trusted = messages.filter((m) => !left(m) && letIn(messages).has(m.header.author));
  const confirmed = ancestors(trusted.flatMap(seenBy), known);
  const unconfirmed = messages
    .filter((m) => left(m) && !confirmed.has(hex(m.id)))
    .map((m) => hex(m.id));
  const counting = messages.filter((m) => !unconfirmed.includes(hex(m.id)));
  const own = tips(messages).filter((m) => m.header.author === "reporter");
  const active = own.length > 0 ? activeHandlers(document, today) : [];
  return {
    messages,
    alarms: alarmsOf(messages, known, unconfirmed),
    unconfirmed,
    seen: tips(counting).map((m) => hex(m.id)).sort(),
    nextN: Math.max(-1, ...messages.filter(isReporters).map((m) => m.header.n)) + 1,
    readers: active.filter((h) => own.every((m) => m.header.readers.includes(h))).sort(),
  };
}

const isReporters = (message) => message.header.author === "reporter";

export function checkReaders(log, readers) {
  for (const { reason, author } of log.alarms) {
    if (reason === "unknown-seen" || (reason === "gap" && author === "reporter")) refuse(reason);
  }
  if (readers.some((r) => r !== "reporter" && !log.readers.includes(r))) refuse("reader-not-allowed");
}

export { messageId };

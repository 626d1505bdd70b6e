// The log of a report (openapi/protocol.md section 9).

import { access, findUninvited, voidMessages } from "./access.js";
import { checkPublicKey } from "./crypto.js";
import { hash, hex, refuse, same } from "./encoding.js";
import { activeHandlers } from "./line.js";
import { messageId, parseHeader, verifyHeader } from "./message.js";
import { ancestors, authors, isReporters, seenBy, tips } from "./order.js";

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
  const handlers = document.lines.flatMap((each) => each.handlers);
  const handler = handlers.find((each) => hex(each.id) === header.author);
  if (handler === undefined) refuse("author-unknown");
  return verifyHeader(data, signature, handler.signingKey);
}

/** What `attempt` gives, or undefined where it refuses for one of these reasons. */
function unless(reasons, attempt) {
  try {
    return attempt();
  } catch (error) {
    if (!reasons.includes(error.reason)) throw error;
    return undefined;
  }
}

/** The succession that counts: the first to which the report's first key handed over. */
function findSuccession(served, parsed, keys, document) {
  const found = served
    .filter(({ id }) => parsed.get(id).header.tag === "succession")
    .map((each) => unless(["succession"], () => verifyMember(each, keys, document)))
    .filter((message) => message !== undefined);
  const ids = found.map((message) => hex(message.id));
  const isFirst = (message) => {
    const before = ancestors(seenBy(message), parsed);
    return !ids.some((id) => before.has(id));
  };
  const order = (a, b) => a.header.n - b.header.n || (hex(a.id) < hex(b.id) ? -1 : 1);
  return found.filter(isFirst).sort(order)[0];
}

function verifyMembers(given, keys, document) {
  const served = given.map((each) => ({ ...each, id: hex(messageId(each.data)) }));
  const parsed = new Map(
    served.map(({ id, data }) => [id, { id: messageId(data), header: parseHeader(data) }]),
  );
  const succession = findSuccession(served, parsed, keys, document);
  const known = new Map();
  if (succession === undefined) {
    for (const each of served) known.set(each.id, verifyMember(each, keys, document));
    return { known, replaced: new Map(), keys };
  }
  const current = { ...keys, signingKey: succession.header.successor.signingKey };
  const before = ancestors(seenBy(succession), parsed);
  const replaced = new Map();
  for (const each of served) {
    const message = parsed.get(each.id);
    const isLater = isReporters(message) && !before.has(each.id);
    if (each.id === hex(succession.id)) {
      known.set(each.id, succession);
    } else if (!isLater) {
      const verified = verifyMember(each, keys, document);
      (message.header.tag === "succession" ? replaced : known).set(each.id, verified);
    } else {
      const attempt = () => verifyMember(each, current, document);
      const verified = unless(["signature", "succession"], attempt);
      if (verified === undefined) verifyMember(each, keys, document);
      const counts = verified !== undefined && message.header.tag !== "succession";
      (counts ? known : replaced).set(each.id, message);
    }
  }
  return { known, replaced, keys: current };
}

function countAlarms(known, alarm) {
  for (const author of authors(known)) {
    const own = [...known.values()].filter((m) => m.header.author === author);
    const counts = own.map((m) => m.header.n).sort((a, b) => a - b);
    counts.forEach((n, i) => {
      const previous = i === 0 ? -1 : counts[i - 1];
      if (n > previous + 1) alarm("gap", author, previous + 1);
      if (n === previous && counts[i - 2] !== n) alarm("fork", author, n);
    });
  }
}

/** Consents to readers whom the document of the line that is asked does not name. */
function misdirected({ consents }, lines) {
  const isOf = (line) => (reader) => line.handlers.some((each) => hex(each.id) === reader);
  return [...consents].filter(([, { lineId, readers }]) => {
    const asked = lines.find((each) => same(each.lineId, lineId));
    return asked !== undefined && !readers.every(isOf(asked));
  });
}

function alarmsOf({ known, replaced }, found, uninvited, lines) {
  const alarms = [];
  const alarm = (reason, author, n) => alarms.push({ reason, author, n });
  for (const { header } of replaced.values()) alarm("succeeded", header.author, header.n);
  countAlarms(known, alarm);
  for (const [id, message] of known) {
    const { author, n, readers, admits } = message.header;
    const isOpen = found.unconfirmed.includes(id);
    const letIn = isOpen ? found.claimedIn : found.letIn;
    const inVain = admits !== undefined && !(isOpen ? found.claimed : found.admissions).has(id);
    const shown = readers.every((reader) => letIn.has(reader));
    if (seenBy(message).some((seen) => !known.has(seen))) alarm("unknown-seen", author, n);
    if (!letIn.has(author) || found.hadSeenTheirDrop(id)) alarm("not-a-reader", author, n);
    else if (inVain || !shown) alarm("reader-not-allowed", author, n);
    if (isOpen) alarm("unconfirmed", author, n);
    if (uninvited.messages.includes(id)) alarm("left-out", author, n);
    if (found.handed.void.has(id)) alarm("handover", author, n);
  }
  for (const [id] of misdirected(found.handed, lines)) {
    alarm("handover", "reporter", known.get(id).header.n);
  }
  return alarms;
}

/** `others` are the documents of the lines that the report was handed to, or was to be. */
export function verifyLog(served, keys, document, today, others = []) {
  const lines = [document, ...others];
  const members = verifyMembers(served, keys, { lineId: document.lineId, lines });
  const { known } = members;
  const handlers = lines.flatMap((each) => each.handlers);
  const departed = handlers.filter((h) => h.until !== undefined).map((h) => hex(h.id));
  const found = access(known, new Set(departed));
  const counting = new Map([...known].filter(([id]) => !found.unconfirmed.includes(id)));
  const { handed } = found;
  const uninvited = findUninvited(known, found, { lineId: document.lineId, lines });
  const isInvited = (handler) => !uninvited.barred.has(handler);
  const answering = lines.filter((each) => same(each.lineId, handed.answeredBy ?? document.lineId));
  const active = answering.flatMap((each) => activeHandlers(each, today));
  const everywhere = lines.flatMap((each) => activeHandlers(each, today));
  const invited = today <= handed.until ? handed.asked : [];
  const reading = everywhere.filter((handler) => active.includes(handler) || invited.includes(handler));
  const own = [...known.values()].filter(isReporters).map((m) => m.header.n);
  return {
    access: found,
    active: active.filter(isInvited),
    mayRead: (handler, id, leftOut) =>
      found.mayRead(handler, id, isInvited(handler) ? leftOut : [...leftOut, handler]),
    alarms: alarmsOf(members, found, uninvited, lines),
    order: found.order,
    unconfirmed: [...found.unconfirmed].sort(),
    seen: authors(counting).flatMap((author) => tips(counting, author)).sort(),
    nextN: Math.max(-1, ...own) + 1,
    readers: reading.filter((handler) => found.chosen.has(handler) && isInvited(handler)).sort(),
    admitted: active.filter((handler) => found.pending.has(handler) && isInvited(handler)).sort(),
    signingKey: hex(members.keys.signingKey),
    answeredBy: handed.answeredBy === undefined ? null : hex(handed.answeredBy),
    waiting: handed.waiting ?? null,
    void: voidMessages(known, found),
  };
}

export function checkReaders(log, readers) {
  for (const { reason, author } of log.alarms) {
    const hidesOwn = reason === "gap" && author === "reporter";
    if (hidesOwn || ["unknown-seen", "succeeded"].includes(reason)) refuse(reason);
  }
  const allowed = ["reporter", ...log.readers, ...log.admitted];
  if (readers.some((reader) => !allowed.includes(reader))) refuse("reader-not-allowed");
}

export function checkAdmission(log, author, newcomer, leftOut) {
  checkReaders(log, []);
  if (leftOut.includes(newcomer)) refuse("left-out");
  const active = [author, newcomer].every((handler) => log.active.includes(handler));
  if (!active || !log.access.mayAdmit(author, newcomer)) refuse("reader-not-allowed");
}

export { messageId };

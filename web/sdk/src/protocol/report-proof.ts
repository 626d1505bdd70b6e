/** Proofs of report: files that show what was reported, and when (openapi/files.md section 1). */

import type { Alarm } from "./alarms.js";
import { openBody } from "./body.js";
import { verifyLog } from "./log.js";
import { verifyReportKeys } from "./membership.js";
import { checkAttachments, parsePayload } from "./payload.js";
import type { Day } from "./verify/days.js";
import { type Bytes, encodeBase64url, type Hex, hex, same } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import * as f from "./verify/fields.js";
import { bodyHash, documentHash, lineId, messageId, reportId } from "./verify/ids.js";
import { MAX_ROTATIONS, ROTATION, verifyKeyChain } from "./verify/key-chain.js";
import { type LineDocument, verifyDocument } from "./verify/line-document.js";
import { type Header, parseHeader } from "./verify/log/header.js";
import { isProven } from "./verify/proof.js";
import { dumpJson, type Json, type JsonObject } from "./verify/strict-json.js";

const FILE_SIZE = 64 * 1024 * 1024;

const PROVEN = f.record({
  header: f.raw(),
  signature: f.raw(64),
  receivedOn: f.optional(f.day),
  proof: f.optional(f.raw(64)),
  body: f.optional(f.raw()),
  contentKey: f.optional(f.raw(32)),
});
/** A message, as far as somebody can show it. */
export type ProvenMessage = ReturnType<typeof PROVEN>;

/** A document and its signature. */
export const SIGNED_DOCUMENT = f.record({ document: f.raw(), signature: f.raw(64) });

const LINE = {
  firstKey: f.raw(32),
  rotations: f.optional(f.list(ROTATION, 0, MAX_ROTATIONS), []),
  documents: f.list(SIGNED_DOCUMENT, 1, 1000),
};
/** A line whose handlers take part: its keys, and documents that messages name. */
export type ProvenLine = f.Output<typeof LINE>;

const FILE = {
  format: f.oneOf("meldpunt-report-proof"),
  version: f.version,
  ...LINE,
  otherLines: f.optional(f.list(f.record(LINE), 1, 8), []),
  signingKey: f.raw(32),
  boxKey: f.raw(1216),
  messages: f.list(PROVEN, 1, 10_000),
};
type File = f.Output<typeof FILE>;
/** A whole file. */
export type ReportProof = Omit<File, "format" | "version">;

/** Read a file without checking it. @throws {@link RefusedError} A JSON reason, `fields`. */
export const readReportProof = (data: Uint8Array): ReportProof =>
  f.readSigned(data, FILE, FILE_SIZE);

/** Bytes as they are written, wherever they stand. */
function written(value: unknown): Json | undefined {
  if (value instanceof Uint8Array) return encodeBase64url(value);
  if (Array.isArray(value)) return value.map(written) as Json[];
  if (typeof value !== "object" || value === null) return value as Json | undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, written(each)]),
  ) as JsonObject;
}

/** Write a file. Nothing is checked: verify what you wrote. */
export function writeReportProof(proof: ReportProof): Bytes {
  const { firstKey, rotations, documents, otherLines, signingKey, boxKey, messages } = proof;
  const others = otherLines.length > 0 ? otherLines : undefined;
  return dumpJson({
    format: "meldpunt-report-proof",
    version: 1,
    ...(written({ firstKey, rotations, documents, otherLines: others }) as JsonObject),
    ...(written({ signingKey, boxKey, messages }) as JsonObject),
  });
}

/** What a proof shows of a message. */
export interface ShownMessage {
  readonly messageId: Hex;
  /** The host's word for the day. */
  readonly receivedOn?: Day;
  readonly text?: string;
}

/** A proof of report that holds. */
export interface VerifiedProof {
  readonly line: Bytes;
  readonly report: Bytes;
  /** The newest document of the line on which the report was made. */
  readonly newest: LineDocument;
  /** The newest documents of the other lines. */
  readonly others: readonly LineDocument[];
  readonly alarms: readonly Alarm[];
  readonly shown: readonly ShownMessage[];
  /** Whether the documents join the pin one after the other; absent without a pin. */
  readonly pinned?: boolean;
}

/** A document of a line that somebody knows: its number, and its hash of 32 bytes. */
export interface DocumentPin {
  readonly number: number;
  readonly document: Bytes;
}

/** Documents of a line by hash. */
type Documents = Map<Hex, LineDocument>;

/**
 * Verify a proof of report.
 *
 * @param wanted - 20 bytes: the line that it must be about.
 * @param pin - A document of that line.
 * @throws {@link RefusedError} A reason of openapi/files.md section 1.
 */
export function verifyReportProof(
  data: Uint8Array,
  wanted?: Uint8Array,
  pin?: DocumentPin,
): VerifiedProof {
  const file = f.readSigned(data, FILE, FILE_SIZE);
  const line = lineId(file.firstKey);
  if (wanted !== undefined && !same(wanted, line)) refuse("other-line");
  const { birth, documents, newest, others } = verifiedLines(file, line);
  const pinned = pin === undefined ? {} : { pinned: joins(birth, pin) };
  const report = reportId(file.signingKey, file.boxKey);
  const keys = verifyReportKeys(file.signingKey, file.boxKey, report);
  const members = new Map(file.messages.map((each) => [hex(messageId(each.header)), each]));
  if (members.size !== file.messages.length) refuse("order");
  const served = file.messages.map(({ header, signature }) => ({ data: header, signature }));
  const log = verifyLog(served, keys, newest, newest.signedOn, others);
  const receiptKeys = [...birth.values()].map((document) => document.receiptKey);
  const inOrder = log.order.map((id) => readMember(id, members, documents));
  checkAsked(inOrder, others, receiptKeys);
  const shown = inOrder.map((member) => show(member, receiptKeys));
  return { line, report, newest, others, alarms: log.alarms, shown, ...pinned };
}

/** Whether documents lead to the pin step by step. What contradicts it is refused. */
function joins(documents: Documents, pin: DocumentPin): boolean {
  const ordered = [...documents].sort(([, a], [, b]) => a.number - b.number);
  for (const [hash, { number, previous }] of ordered) {
    if (number === pin.number && hash !== hex(pin.document)) refuse("document-fork");
    const isNext = number === pin.number + 1;
    if (isNext && hex(previous as Bytes) !== hex(pin.document)) refuse("document-previous");
  }
  const numbers = ordered.map(([, { number }]) => number);
  const [first, last] = [numbers[0] as number, numbers.at(-1) as number];
  const isWhole = last === first + numbers.length - 1;
  return first <= pin.number + 1 && pin.number <= last && isWhole;
}

interface Member {
  readonly id: Hex;
  readonly header: Header;
  readonly message: ProvenMessage;
}

function readMember(
  id: Hex,
  members: ReadonlyMap<Hex, ProvenMessage>,
  documents: Documents,
): Member {
  const message = members.get(id) ?? refuse("unknown-seen");
  const header = parseHeader(message.header);
  return documents.has(hex(header.document)) ? { id, header, message } : refuse("document-unknown");
}

/** Every other line must be one that a proven consent asks. */
function checkAsked(
  members: readonly Member[],
  others: readonly LineDocument[],
  receiptKeys: readonly Bytes[],
): void {
  const asked = members
    .filter(({ message }) => isProvenBy(message, receiptKeys))
    .flatMap(({ header }) => header.handover?.lineId ?? [])
    .map(hex);
  if (!others.every((other) => asked.includes(hex(other.lineId)))) refuse("other-line");
}

/** The documents of all lines by hash, and the newest of each line. */
function verifiedLines(file: File, line: Bytes) {
  const ids = file.otherLines.map(({ firstKey }) => hex(lineId(firstKey)));
  const sorted = [...new Set(ids)].filter((id) => id !== hex(line)).sort();
  if (ids.join() !== sorted.join()) refuse("order");
  const birth = verifiedDocuments(file);
  const rest = file.otherLines.map(verifiedDocuments);
  const documents: Documents = new Map([birth, ...rest].flatMap((each) => [...each]));
  return { birth, documents, newest: newestOf(birth), others: rest.map(newestOf) };
}

const newestOf = (documents: Documents): LineDocument =>
  [...documents.values()].reduce((a, b) => (a.number > b.number ? a : b));

function verifiedDocuments({ firstKey, rotations, documents }: ProvenLine): Documents {
  const line = lineId(firstKey);
  const keys = verifyKeyChain(line, firstKey, rotations);
  const found: Documents = new Map();
  for (const { document, signature } of documents) {
    found.set(hex(documentHash(document)), verifyDocument(document, signature, line, keys));
  }
  const numbers = new Set([...found.values()].map(({ number }) => number));
  if (numbers.size !== found.size) refuse("document-fork");
  checkSuccession([...found]);
  return found;
}

/** A replaced key signs nothing after its successor, and each document names the one before. */
function checkSuccession(documents: [Hex, LineDocument][]): void {
  documents.sort(([, a], [, b]) => a.number - b.number);
  documents.forEach(([, newer], i) => {
    const before = documents[i - 1];
    if (before === undefined) return;
    const [hash, older] = before;
    if (newer.keyNumber < older.keyNumber) refuse("key-number");
    const isNext = newer.number === older.number + 1;
    if (isNext && hex(newer.previous as Bytes) !== hash) refuse("document-previous");
  });
}

/** Whether a host signed for a message, by one of these receipt keys. */
export function isProvenBy(
  { header, receivedOn, proof }: ProvenMessage,
  receiptKeys: readonly Bytes[],
): boolean {
  if (receivedOn === undefined || proof === undefined) return false;
  return isProven(messageId(header), receivedOn, proof, receiptKeys);
}

function show({ id, header, message }: Member, receiptKeys: readonly Bytes[]): ShownMessage {
  const { receivedOn, proof } = message;
  if ((receivedOn === undefined) !== (proof === undefined)) refuse("fields");
  if (proof !== undefined && !isProvenBy(message, receiptKeys)) refuse("proof");
  const text = textOf(header, message);
  return {
    messageId: id,
    ...(receivedOn === undefined ? {} : { receivedOn }),
    ...(text === undefined ? {} : { text }),
  };
}

function textOf(header: Header, { body, contentKey }: ProvenMessage): string | undefined {
  if (body === undefined) return contentKey === undefined ? undefined : refuse("fields");
  if (!same(bodyHash(body), header.body)) refuse("body-hash");
  if (contentKey === undefined) return undefined;
  const payload = parsePayload(openBody(body, contentKey));
  checkAttachments(header, payload);
  return payload.content.text;
}

/** Headers: what the host reads of a message (openapi/protocol.md section 7.1). */

import { type Day, weekday } from "../days.js";
import { checkPublicKey, checkSignature, isSignature, signedBytes } from "../ed25519.js";
import { type Bytes, concat, hex, same } from "../encoding.js";
import { refuse } from "../errors.js";
import * as f from "../fields.js";
import { messageId } from "../ids.js";

const REPORTER_TAGS = [
  "report",
  "message",
  "reopening",
  "withdrawal",
  "succession",
  "consent",
] as const;
const HANDLER_TAGS = [
  "message",
  "acknowledgement",
  "feedback",
  "pause",
  "closing",
  "reopening",
  "admit",
  "proposal",
  "acceptance",
  "refusal",
] as const;

/** What a reporter's message does. */
export type ReporterTag = (typeof REPORTER_TAGS)[number];
/** What a message does. */
export type Tag = ReporterTag | (typeof HANDLER_TAGS)[number];

/** What a message does. */
export const TAG = f.oneOf(...REPORTER_TAGS, ...HANDLER_TAGS);

/** A file is uploaded to a report that exists; what ends a report or a key brings none. */
const TAGS_WITHOUT_FILES: readonly Tag[] = ["report", "withdrawal", "succession"];

const SUCCESSOR = f.record({
  signingKey: f.raw(32),
  boxKey: f.raw(1216),
  signature: f.raw(64),
});
type Successor = ReturnType<typeof SUCCESSOR>;

const HANDOVER = f.record({
  lineId: f.lineId,
  document: f.raw(32),
  readers: f.ascending(f.handler, 1, 64, (id) => id),
  messages: f.ascending(f.raw(32), 1, 256, hex),
  until: f.day,
});
/** What a reporter agrees to with a consent. */
export type Handover = ReturnType<typeof HANDOVER>;

const HEADER = {
  version: f.version,
  lineId: f.lineId,
  reportId: f.raw(32),
  author: f.participant,
  n: f.integer(0),
  tag: TAG,
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
/** A header; participants in hexadecimal, other ids as raw bytes. */
export type Header = f.Output<typeof HEADER>;

/** A header whose author signed it. */
export interface VerifiedHeader {
  readonly header: Header;
  /** The message's id, 32 bytes. */
  readonly id: Bytes;
}

const HEADER_SIZE = 16_384;

/** Fields that go with these tags, and must. */
const OWN_FIELDS: readonly (readonly [keyof Header, readonly Tag[]])[] = [
  ["until", ["pause"]],
  ["immediate", ["withdrawal"]],
  ["admits", ["admit"]],
  ["successor", ["succession"]],
  ["proposes", ["proposal"]],
  ["handover", ["consent"]],
  ["consent", ["acceptance", "refusal"]],
];

/**
 * Read a header: its form, and what goes with its author and tag.
 *
 * @throws {@link RefusedError} `header-fields`, `tag-not-allowed`, `order`, or of a form.
 */
export function parseHeader(data: Uint8Array): Header {
  const header = f.readSigned(data, HEADER, HEADER_SIZE);
  if (header.author === "reporter") checkReporter(header);
  else checkHandler(header);
  for (const [field, tags] of OWN_FIELDS) {
    check((header[field] !== undefined) === tags.includes(header.tag), field);
  }
  check(header.origin === undefined || header.tag === "report", "origin");
  const hasNoFiles = header.attachments === undefined || !TAGS_WITHOUT_FILES.includes(header.tag);
  check(hasNoFiles, "attachments");
  return header;
}

function check(holds: boolean, field: keyof Header): asserts holds {
  if (!holds) refuse("header-fields", field);
}

const isOneOf = (tags: readonly Tag[], tag: Tag): boolean => tags.includes(tag);
const isSunday = (day: Day): boolean => weekday(day) === 0;

function checkReporter({ tag, n, day, readers, seen, handover }: Header): void {
  if (!isOneOf(REPORTER_TAGS, tag) || (tag === "report") !== (n === 0)) refuse("tag-not-allowed");
  check(!readers.includes("reporter"), "readers");
  check(day === undefined, "day");
  check((n === 0) === (seen.length === 0), "seen");
  if (handover === undefined) return;
  const areNamed = handover.readers.every((reader) => readers.includes(reader));
  check(isSunday(handover.until) && areNamed, "handover");
}

function checkHandler({ tag, author, day, until, admits, readers, seen }: Header): void {
  if (!isOneOf(HANDLER_TAGS, tag)) refuse("tag-not-allowed");
  check(day !== undefined, "day");
  check(readers.includes(author), "readers");
  check(seen.length > 0, "seen");
  check(tag === "message" || readers.includes("reporter"), "readers");
  check(until === undefined || until > day, "until");
  check(admits === undefined || (admits !== author && readers.includes(admits)), "admits");
}

/**
 * Verify a header under its author's key; for a succession, under the key that it replaces.
 *
 * @throws {@link RefusedError} As {@link parseHeader}, `signature`, `public-key` and `succession`.
 */
export function verifyHeader(
  data: Uint8Array,
  signature: Uint8Array,
  signingKey: Uint8Array,
): VerifiedHeader {
  const header = parseHeader(data);
  const { successor } = header;
  if (successor !== undefined) checkSuccessor(header, successor, signingKey);
  checkSignature("mp1/message", data, signature, successor?.signingKey ?? signingKey);
  return { header, id: messageId(data) };
}

/** What the replaced key signs about its successors. */
export const successionBytes = (
  line: Uint8Array,
  report: Uint8Array,
  signingKey: Uint8Array,
  boxKey: Uint8Array,
): Bytes => signedBytes("mp1/succession", concat(line, report, signingKey, boxKey));

function checkSuccessor(header: Header, successor: Successor, replaced: Uint8Array): void {
  const { signingKey, boxKey, signature } = successor;
  checkPublicKey(signingKey);
  const signed = successionBytes(header.lineId, header.reportId, signingKey, boxKey);
  if (same(signingKey, replaced) || !isSignature(signed, signature, replaced)) refuse("succession");
}

/** Payloads: what a reader finds in a body (openapi/protocol.md section 7.5). */

import { type Bytes, type Hex, hex } from "./verify/encoding.js";
import { type Reason, RefusedError, refuse } from "./verify/errors.js";
import * as f from "./verify/fields.js";
import type { Header } from "./verify/log/header.js";
import { dumpJson, type Json, type JsonObject, parseSigned } from "./verify/strict-json.js";

const FORBIDDEN_IN_NAMES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is forbidden
  /[\u0000-\u001f\u007f-\u009f/\\\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const MAX_NAME = 255;
const TYPE = "[a-z0-9][a-z0-9!#$&^_.+-]{0,63}";

const fileName = f.matching(
  (name) =>
    name !== "" &&
    ![".", ".."].includes(name) &&
    !FORBIDDEN_IN_NAMES.test(name) &&
    f.byteLength(name) <= MAX_NAME,
);

const ATTACHMENT = f.record({
  id: f.raw(16),
  name: fileName,
  mediaType: f.pattern(new RegExp(`^${TYPE}/${TYPE}$`)),
  size: f.integer(0),
  key: f.raw(32),
  digest: f.raw(32),
});
/** A file that comes with a message. */
export type Attachment = ReturnType<typeof ATTACHMENT>;

/** Read a file of a payload, as it travels. @throws {@link RefusedError} `payload`. */
export const readAttachment = (value: Json): Attachment => as("payload", () => ATTACHMENT(value));

const CONSULTATION = f.record({ lineId: f.lineId, handler: f.handler, signature: f.raw(64) });
/** Who says that they ask for advice. */
export type ConsultationNote = ReturnType<typeof CONSULTATION>;

/** The open part of a payload: `text`, and fields that whoever does not know them ignores. */
export interface Content extends JsonObject {
  text: string;
}

const content: f.Read<Content> = (value) =>
  f.isObject(value) ? (value as Content) : refuse("fields");

const PAYLOAD = {
  version: f.version,
  language: f.language,
  leftOut: f.optional(f.ascending(f.raw(16), 1, 64, hex)),
  oral: f.optional(f.record({ handler: f.handler, signature: f.raw(64) })),
  attachments: f.optional(f.ascending(ATTACHMENT, 1, 64, ({ id }) => hex(id))),
  consultation: f.optional(CONSULTATION),
  content,
};
/** What somebody wrote. */
export type Payload = f.Output<typeof PAYLOAD>;

/**
 * Read a payload: strict JSON first, then language and text, then every other field.
 *
 * @throws {@link RefusedError} A `json-…` reason, `payload-language`, `payload-text` or `payload`.
 */
export function parsePayload(data: Uint8Array): Payload {
  const value = parseSigned(data);
  as("payload-language", () => f.language(value["language"] ?? refuse("fields")));
  const inside = value["content"];
  if (f.isObject(inside) && (typeof inside["text"] !== "string" || inside["text"] === "")) {
    refuse("payload-text");
  }
  return as("payload", () => f.record(PAYLOAD)(value));
}

function as<T>(reason: Reason, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RefusedError) refuse(reason);
    throw error;
  }
}

/** Check that a payload opens exactly the files that its header lists. @throws {@link RefusedError} `attachments`. */
export function checkAttachments(header: Header, payload: Payload): void {
  const told = (payload.attachments ?? []).map(({ id }) => hex(id));
  if (told.join() !== (header.attachments ?? []).map(hex).join()) refuse("attachments");
}

/** What a payload is made of. */
export interface PayloadParts {
  /** A language tag, such as `nl`. */
  readonly language: string;
  /** Ids in base64url, sorted by bytes. */
  readonly leftOut?: readonly string[] | undefined;
  /** `oral` or `consultation`. */
  readonly note?: JsonObject | undefined;
  /** Files, as they travel. */
  readonly attachments?: readonly Json[] | undefined;
  /** The text first; then what else a form asks. */
  readonly content: Content;
}

/** Write a payload's bytes, in the order of section 7.5. Nothing is checked: open what you sealed. */
export const writePayload = ({
  language,
  leftOut,
  note,
  attachments,
  content: inside,
}: PayloadParts): Bytes =>
  dumpJson({ version: 1, language, leftOut, ...note, attachments, content: inside });

/** The handlers whom a payload leaves out. */
export const leftOutOf = (payload: Payload): Hex[] => (payload.leftOut ?? []).map(hex);

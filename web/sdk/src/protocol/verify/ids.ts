/** Ids are hashes of what they name (openapi/protocol.md section 4.1): a served id is only looked up. */

import { type Bytes, int8 } from "./encoding.js";
import { hash } from "./hashing.js";

/** A line's id (20 bytes) follows from its first key. */
export const lineId = (firstKey: Uint8Array): Bytes => hash(20, "mp1/line-id", firstKey);
/** A handler's id (16 bytes) on a line. */
export const handlerId = (line: Uint8Array, signingKey: Uint8Array): Bytes =>
  hash(16, "mp1/handler-id", line, signingKey);
/** The id (16 bytes) of a handler's box key. */
export const boxKeyId = (
  line: Uint8Array,
  handler: Uint8Array,
  number: number,
  publicKey: Uint8Array,
): Bytes => hash(16, "mp1/box-key-id", line, handler, int8(number), publicKey);
/** A report's id (32 bytes) follows from the keys that it began with. */
export const reportId = (signingKey: Uint8Array, boxKey: Uint8Array): Bytes =>
  hash(32, "mp1/report-id", signingKey, boxKey);
/** The id (16 bytes) of a reporter's box key. */
export const reporterKeyId = (report: Uint8Array, boxKey: Uint8Array): Bytes =>
  hash(16, "mp1/reporter-key-id", report, boxKey);
/** A message's id (32 bytes). */
export const messageId = (header: Uint8Array): Bytes => hash(32, "mp1/message-id", header);
/** A body's hash (32 bytes). */
export const bodyHash = (body: Uint8Array): Bytes => hash(32, "mp1/body", body);
/** A line document's hash (32 bytes). */
export const documentHash = (document: Uint8Array): Bytes =>
  hash(32, "mp1/line-document", document);
/** A text's hash (32 bytes). */
export const textHash = (content: Uint8Array): Bytes => hash(32, "mp1/text", content);
/** The id (16 bytes) of a report in a handler's inbox. */
export const inboxEntry = (handler: Uint8Array, report: Uint8Array): Bytes =>
  hash(16, "mp1/inbox-entry", handler, report);

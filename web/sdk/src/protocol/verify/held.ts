/** What a host holds of a line, as one hash (openapi/files.md section 3.3). */

import { type Bytes, hex, unhex } from "./encoding.js";
import { hash } from "./hashing.js";

const sorted = (values: readonly Uint8Array[]): Bytes[] => values.map(hex).sort().map(unhex);

/** The hash of a report and the messages of which a host has the header. */
export const heldReportHash = (report: Uint8Array, messages: readonly Uint8Array[]): Bytes =>
  hash(32, "mp1/held-report", report, ...sorted(messages));

/** The hash of all reports of a line, from the hash of each. */
export const heldLineHash = (reports: readonly Uint8Array[]): Bytes =>
  hash(32, "mp1/held-line", ...sorted(reports));

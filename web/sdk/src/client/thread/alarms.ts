/** Alarms of a report for a handler, in addition to those of its log. */

import type { Alarm } from "../../protocol/alarms.js";
import { type Hex, hex, unhex } from "../../protocol/verify/encoding.js";
import type { Transport } from "../http/transport.js";
import type { LineHistory } from "../lines/history.js";
import { findDocument } from "../lines/line.js";
import { allLines } from "../lines/report-lines.js";
import type { VerifiedReport } from "./report.js";

/** With more foreign documents than this, none is fetched, and each raises an alarm. */
const MAX_DOCUMENTS = 100;

/**
 * An alarm for each message that names a document unknown to this handler: the host may have shown its author another
 * line. Documents of the report's other lines are fetched and verified, and raise none.
 */
export async function unknownDocuments(
  transport: Transport,
  { log, lines }: VerifiedReport,
  history: LineHistory,
): Promise<Alarm[]> {
  const headers = [...log.known.values()].map(({ header }) => header);
  const foreign = new Set(headers.map(({ document }) => hex(document)));
  for (const document of history.documents) foreign.delete(document);
  const others = allLines(lines).filter((line) => line !== lines.own);
  const looked = foreign.size <= MAX_DOCUMENTS ? [...foreign].sort() : [];
  for (const document of looked) {
    if (await isOfOne(transport, others, document)) foreign.delete(document);
  }
  return headers
    .filter(({ document }) => foreign.has(hex(document)))
    .map(({ author, n }) => ({ reason: "document-unknown", author, n }));
}

async function isOfOne(
  transport: Transport,
  lines: ReturnType<typeof allLines>,
  document: Hex,
): Promise<boolean> {
  for (const line of lines) {
    if ((await findDocument(transport, line, unhex(document))) !== undefined) return true;
  }
  return false;
}

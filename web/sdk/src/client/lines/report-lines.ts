/** The lines of a report: the one it was made on, and those that its reporter asked to take it up (section 9.7). */

import type { VerifiedLine } from "../../protocol/line.js";
import type { Recipient } from "../../protocol/message.js";
import type { Day } from "../../protocol/verify/days.js";
import { type Bytes, type Hex, hex, same } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { findHandler, type LineDocument } from "../../protocol/verify/line-document.js";
import { parseHeader } from "../../protocol/verify/log/header.js";
import { isProblem } from "../http/errors.js";
import type { Transport } from "../http/transport.js";
import { fetchLineHere } from "./line.js";

/** The most lines that a reporter can ask, one after the other. */
export const MAX_OTHERS = 8;

/** The verified lines whose handlers take part in a report. */
export interface ReportLines {
  /** The line that answers. */
  readonly own: VerifiedLine;
  /** The line that the report was made on. */
  readonly birth: VerifiedLine;
  /** Those that were asked, in the order of their ids. */
  readonly others: readonly VerifiedLine[];
}

/** The lines of a report that no other line was asked to take up. */
export const oneLine = (line: VerifiedLine): ReportLines => ({
  own: line,
  birth: line,
  others: [],
});

/** Every line, the one that the report was made on first. */
export const allLines = ({ birth, others }: ReportLines): VerifiedLine[] => [birth, ...others];

/** The line of that id. */
export const findLine = (lines: ReportLines, id: Bytes | undefined): VerifiedLine | undefined =>
  id === undefined ? undefined : allLines(lines).find(({ document }) => same(document.lineId, id));

/** The newest documents of the other lines. */
export const otherDocuments = ({ others }: ReportLines): LineDocument[] =>
  others.map(({ document }) => document);

/** The box key to wrap to for a handler; undefined without one, or if the line is past its grace. */
export function recipientOf(lines: ReportLines, handler: Hex): Recipient | undefined {
  const line = allLines(lines).find(({ document }) => findHandler(document, handler) !== undefined);
  return line?.freshness === "past-grace" ? undefined : line?.boxKeys.get(handler);
}

/** The lines that consents name, from headers that are not verified yet. */
export const askedLines = (headers: readonly Uint8Array[]): Bytes[] =>
  headers.flatMap((data) => parseHeader(data).handover?.lineId ?? []);

/**
 * Fetch the other lines of a report from the host that it is on; a line that is not there any more is left out.
 *
 * @param own - the reader's.
 * @throws {@link RefusedError} `handover` for more lines than a report can have.
 */
export async function fetchReportLines(
  transport: Transport,
  own: VerifiedLine,
  birthId: Bytes,
  asked: readonly Bytes[],
  day: Day,
): Promise<ReportLines> {
  const named = new Map(asked.map((id) => [hex(id), id]));
  named.delete(hex(birthId));
  if (named.size > MAX_OTHERS) refuse("handover");
  const isOwn = (id: Bytes) => same(id, own.document.lineId);
  const birth = isOwn(birthId) ? own : await fetchLineHere(transport, birthId, day);
  const others: VerifiedLine[] = [];
  for (const [, id] of [...named].sort()) {
    const found = isOwn(id) ? own : await findLineHere(transport, id, day);
    if (found !== undefined) others.push(found);
  }
  return { own, birth, others };
}

async function findLineHere(
  transport: Transport,
  id: Bytes,
  day: Day,
): Promise<VerifiedLine | undefined> {
  try {
    return await fetchLineHere(transport, id, day);
  } catch (error) {
    if (isProblem(error, "not-found")) return undefined;
    throw error;
  }
}

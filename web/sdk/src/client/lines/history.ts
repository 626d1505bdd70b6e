/**
 * The history of a line that a handler keeps: the hashes of all its documents. With it a handler notices that the host
 * showed somebody else another line.
 */

import type { Pin, VerifiedLine } from "../../protocol/line.js";
import { type Hex, hex, unhex } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { checkHandlersKept } from "../../protocol/verify/line-document.js";
import type { Transport } from "../http/transport.js";
import { fetchDocument } from "./line.js";

/** The most documents to fetch back: enough for centuries, with one every three months. */
const MAX_DOCUMENTS = 1000;

/** The documents of a line, from number 1 on. Each one names the one before. */
export interface LineHistory {
  readonly documents: readonly Hex[];
  /** Position in the key chain of the key that signed the newest document. */
  readonly keyNumber: number;
}

/** The newest accepted document; undefined before the first. */
export function historyPin({ documents, keyNumber }: LineHistory): Pin | undefined {
  const newest = documents.at(-1);
  return newest === undefined
    ? undefined
    : { number: documents.length, document: unhex(newest), keyNumber };
}

/**
 * Fetch the documents from the newest back to the known history, or to number 1.
 *
 * @throws {@link RefusedError} `document-below-pin`, `document-fork` if they do not join the known history;
 * `document-previous` for a number out of order, or a handler who disappears or comes back; as `fetchDocument`.
 */
export async function followHistory(
  transport: Transport,
  line: VerifiedLine,
  known: LineHistory,
): Promise<LineHistory> {
  const reached = known.documents.length;
  if (line.document.number < reached) refuse("document-below-pin");
  if (line.document.number > reached + MAX_DOCUMENTS) refuse("document-previous");
  const found: Hex[] = [];
  let { document } = line;
  let hash = hex(line.documentHash);
  while (document.number > reached) {
    found.unshift(hash);
    if (document.previous === undefined) break;
    const number = document.number - 1;
    hash = hex(document.previous);
    if (reached > 0 && number === reached && hash !== known.documents.at(-1)) break;
    const older = await fetchDocument(transport, line, document.previous);
    if (older.number !== number) refuse("document-previous");
    checkHandlersKept(document, older);
    document = older;
  }
  if (reached > 0 && hash !== known.documents.at(-1)) refuse("document-fork");
  return { documents: [...known.documents, ...found], keyNumber: line.document.keyNumber };
}

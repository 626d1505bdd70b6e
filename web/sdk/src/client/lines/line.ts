/** Fetch and verify a line, its documents and its texts (openapi/protocol.md section 5). */

import { type Pin, pinOf, type VerifiedLine, verifyLine } from "../../protocol/line.js";
import type { Day } from "../../protocol/verify/days.js";
import { type Bytes, same } from "../../protocol/verify/encoding.js";
import { RefusedError, refuse } from "../../protocol/verify/errors.js";
import { documentHash, textHash } from "../../protocol/verify/ids.js";
import {
  checkHandlersKept,
  type LineDocument,
  verifyDocument,
} from "../../protocol/verify/line-document.js";
import { today } from "../environment.js";
import { isOnion } from "../http/address.js";
import { lineApi } from "../http/api.js";
import { ClientError, isProblem } from "../http/errors.js";
import type { Transport } from "../http/transport.js";

/** The most documents to fetch back: enough for centuries, with one every three months. */
const MAX_DOCUMENTS = 1000;
/** The most hosts to follow, each named by the one before. */
const MAX_MOVES = 8;

/** A line, and where it was found. */
export interface FetchedLine extends VerifiedLine {
  /** The new host of a line that has moved. */
  readonly movedTo: string | undefined;
}

/**
 * Fetch a line, and verify it against its id and the newest document known before.
 *
 * If the line has moved, the transport follows it to its new host.
 *
 * @throws {@link RefusedError} As `verifyLine`; `document-fork`, `document-previous` if the documents in between
 * do not lead back to the pin. {@link ClientError} `transfer` if the new host does not have the line yet.
 */
export async function fetchLine(
  transport: Transport,
  lineId: Bytes,
  pin?: Pin,
): Promise<FetchedLine> {
  const day = today(transport.environment);
  let line = await fetchLineHere(transport, lineId, day, pin);
  let movedTo: string | undefined;
  for (let moves = 0; moves < MAX_MOVES && line.moved && follow(transport, line); moves += 1) {
    line = await fetchLineThere(transport, lineId, day, pinOf(line));
    movedTo = transport.origin;
  }
  if (pin !== undefined) await walkTo(transport, line, pin);
  return { ...line, movedTo };
}

/** Fetch a line as this host shows it, even if it has moved to another one. */
export async function fetchLineHere(
  transport: Transport,
  lineId: Bytes,
  day: Day,
  pin?: Pin,
): Promise<VerifiedLine> {
  return verifyLine(await lineApi(transport).line(lineId), lineId, day, pin);
}

async function fetchLineThere(
  transport: Transport,
  lineId: Bytes,
  day: Day,
  pin: Pin,
): Promise<VerifiedLine> {
  try {
    return await fetchLineHere(transport, lineId, day, pin);
  } catch (error) {
    throw isProblem(error, "not-found") ? new ClientError("transfer") : error;
  }
}

/**
 * Switch to the host that a verified document names; whether it is another one.
 *
 * Only the document decides, never the host. From an onion, only another onion is followed.
 */
function follow(transport: Transport, { document }: VerifiedLine): boolean {
  const { origins } = document;
  if (origins.includes(transport.origin)) return false;
  const onions = origins.filter(isOnion);
  const clear = origins.filter((origin) => !isOnion(origin));
  const usable = isOnion(transport.origin) && onions.length > 0 ? onions : [...clear, ...onions];
  transport.follow(usable[0] as string);
  return true;
}

/** Check that the newest document leads back to the pinned one, step by step. */
async function walkTo(transport: Transport, line: VerifiedLine, pin: Pin): Promise<void> {
  let { document, documentHash: hash } = line;
  if (document.number > pin.number + MAX_DOCUMENTS) refuse("document-previous");
  while (document.number > pin.number && document.previous !== undefined) {
    const number = document.number - 1;
    hash = document.previous;
    if (number === pin.number) break;
    const older = await fetchDocument(transport, line, hash);
    if (older.number !== number) refuse("document-previous");
    checkHandlersKept(document, older);
    document = older;
  }
  if (!same(hash, pin.document)) refuse("document-fork");
}

/**
 * Fetch one version of a line's document by its hash, and verify it under the line's keys.
 *
 * @throws {@link RefusedError} `document-unknown` for bytes of another hash.
 */
export async function fetchDocument(
  transport: Transport,
  line: VerifiedLine,
  hash: Bytes,
): Promise<LineDocument> {
  if (same(hash, line.documentHash)) return line.document;
  const { lineId } = line.document;
  const { document, signature } = await lineApi(transport).document(lineId, hash);
  if (!same(documentHash(document), hash)) refuse("document-unknown");
  return verifyDocument(document, signature, lineId, line.keys);
}

/** The same, or undefined if the line has no such document. */
export async function findDocument(
  transport: Transport,
  line: VerifiedLine,
  hash: Bytes,
): Promise<LineDocument | undefined> {
  try {
    return await fetchDocument(transport, line, hash);
  } catch (error) {
    if (error instanceof RefusedError || isProblem(error, "not-found")) return undefined;
    throw error;
  }
}

/**
 * A line's documents with their hashes, from the newest back: an earlier host made proofs from before a move.
 *
 * @throws {@link RefusedError} `document-previous` for one that does not follow; as {@link fetchDocument}.
 */
export async function* documentsBack(
  transport: Transport,
  line: VerifiedLine,
): AsyncGenerator<readonly [document: LineDocument, hash: Bytes]> {
  let { document, documentHash: hash } = line;
  if (document.number > MAX_DOCUMENTS) refuse("document-previous");
  yield [document, hash];
  while (document.previous !== undefined) {
    const number = document.number - 1;
    hash = document.previous;
    document = await fetchDocument(transport, line, hash);
    if (document.number !== number) refuse("document-previous");
    yield [document, hash];
  }
}

/** Fetch a text that the document names. @throws {@link RefusedError} `text-hash`. */
export async function fetchText(
  transport: Transport,
  { document }: Pick<VerifiedLine, "document">,
  hash: Bytes,
): Promise<Bytes> {
  const { text } = await lineApi(transport).text(document.lineId, hash);
  return same(textHash(text), hash) ? text : refuse("text-hash");
}

/** Send something. If the line has moved since it was fetched, send it to the new host. */
export async function deliver<T>(
  transport: Transport,
  lineId: Bytes,
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!isProblem(error, "moved")) throw error;
  }
  await fetchLine(transport, lineId);
  return send();
}

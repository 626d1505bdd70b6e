/**
 * Proofs of report, only if the person asks for one (openapi/files.md section 1).
 *
 * The reporter's own messages are sealed to handlers, not to the reporter. So the device has their content keys only
 * until they are sent: whoever wants to show later what they wrote keeps a proof then.
 */

import { readServedLine, type VerifiedLine } from "../../protocol/line.js";
import { verifyLog } from "../../protocol/log.js";
import { verifyReportKeys } from "../../protocol/membership.js";
import { openMessage } from "../../protocol/message.js";
import {
  isProvenBy,
  type ProvenLine,
  type ProvenMessage,
  readReportProof,
  verifyReportProof,
  writeReportProof,
} from "../../protocol/report-proof.js";
import { type Bytes, type Hex, hex, same, unhex } from "../../protocol/verify/encoding.js";
import { RefusedError, refuse } from "../../protocol/verify/errors.js";
import { documentHash, messageId, reportId } from "../../protocol/verify/ids.js";
import { findHandler } from "../../protocol/verify/line-document.js";
import { type Header, parseHeader } from "../../protocol/verify/log/header.js";
import type { DraftReport } from "../draft-report.js";
import { lineApi } from "../http/api.js";
import { AnswerError, isProblem } from "../http/errors.js";
import type { Transport } from "../http/transport.js";
import { documentsBack, fetchLine, findDocument } from "../lines/line.js";
import { allLines, oneLine, otherDocuments, type ReportLines } from "../lines/report-lines.js";
import type { VerifiedMessage } from "../thread/message.js";
import type { Thread } from "../thread/thread.js";
import type { Draft, Visit } from "../visit.js";
import type { Sent } from "./delivery.js";
import type { Sealed } from "./draft.js";

/** Documents of a line in a proof, besides those that headers name: the form has 1,000. */
const MAX_HISTORY = 900;

/** A proof of report: it holds neither the code nor any private key, and opens no more than what it shows. */
export interface KeptProof {
  /** The file. Whoever has it can read what it shows. */
  readonly data: Bytes;
  /** Messages that an earlier proof has, and that the host does not show any more. */
  readonly missing: readonly Hex[];
}

/** A message of one's own: with its content, which no host shows later. */
export interface OwnDraft {
  readonly draft: Draft;
  /** The host's answer. Without it the proof has no day: for one that is made before sending. */
  readonly sent?: Sent;
}

/** What goes into a proof beside what the host shows. */
export interface ProofParts {
  /** An earlier proof of this report: the new one keeps all that it shows. */
  readonly earlier?: Bytes | undefined;
  /** Own messages with their content. */
  readonly drafts?: readonly OwnDraft[];
}

/**
 * Make a proof of a new report, before it is sent or after.
 *
 * @throws {@link RefusedError} `proof` if the host's proof of receipt is wrong; as {@link verifyReportProof}.
 *
 * @example
 * ```ts
 * import { openLine, proveReport, verifyReportProof } from "@meldpunt/client";
 *
 * const line = await openLine(address);
 * const draft = await line.prepare({ text: "The keys are missing.", language: "en" });
 * const sent = await draft.send();
 * const { data } = await proveReport(draft, sent); // a file, if the person wants to keep one
 * console.log(verifyReportProof(data).shown.map(({ receivedOn, text }) => `${receivedOn}: ${text}`));
 * ```
 */
export async function proveReport(report: DraftReport, sent?: Sent): Promise<KeptProof> {
  const { transport, keys, sealed } = report;
  const line = await fetchLine(transport, sealed.lineId);
  const first = { signingKey: keys.signing.publicKey, boxKey: keys.box.publicKey };
  return makeProof(transport, oneLine(line), first, [proveDraft(sealed, sent)]);
}

/**
 * Make a proof of a report as a visit last fetched it.
 *
 * @throws {@link RefusedError} `other-report` for an earlier proof of another one; as {@link proveReport}.
 *
 * @example
 * ```ts
 * import { openLine, prove } from "@meldpunt/client";
 *
 * const visit = await (await openLine(address)).visit(code);
 * const draft = await visit.seal({ text: "One thing more.", language: "en" });
 * const sent = await draft.send();
 * await visit.refresh();
 * const { data, missing } = await prove(visit, { drafts: [{ draft, sent }] });
 * console.log(data.length, missing.length);
 * ```
 */
export async function prove(
  visit: Visit,
  { earlier, drafts = [] }: ProofParts = {},
): Promise<KeptProof> {
  const { transport, keys } = visit.place;
  const { claim, messages, lines } = visit.thread.report;
  const own = { signingKey: keys.signing.publicKey, boxKey: keys.box.publicKey };
  const shown = [...messages.values()].map((message) => proveMessage(message, keys.box.seed));
  const written = drafts.map(({ draft, sent }) => proveDraft(draft.sealed, sent));
  const all = [...shown, ...written];
  return makeProof(transport, lines, claim.birthKeys ?? own, all, earlier);
}

/**
 * Whether the host hides in a thread a message that a proof keeps. A withdrawal erases what was before it, not what the
 * reporter wrote later.
 */
export function isWithheld({ data, missing }: KeptProof, { erased, report }: Thread): boolean {
  const newest = (headers: readonly Header[]) =>
    Math.max(-1, ...headers.filter(({ author }) => author === "reporter").map(({ n }) => n));
  const kept = readReportProof(data).messages.map(({ header }) => parseHeader(header));
  const shown = [...report.log.known.values()].map(({ header }) => header);
  return missing.length > 0 && (!erased || newest(kept) > newest(shown));
}

const proveDraft = ({ own: { sealed, opened } }: Sealed, sent?: Sent): ProvenMessage => ({
  header: sealed.header,
  signature: sealed.signature,
  receivedOn: sent?.receivedOn,
  proof: sent?.proof,
  body: sealed.body,
  contentKey: opened.contentKey,
});

function proveMessage(message: VerifiedMessage, seed: Bytes): ProvenMessage {
  const { data: header, signature, receivedOn, proof, body } = message;
  const contentKey = contentKeyOf(message, seed);
  const shown = contentKey === undefined ? undefined : body;
  return { header, signature, receivedOn, proof, body: shown, contentKey };
}

function contentKeyOf({ verified, body, wraps }: VerifiedMessage, seed: Bytes): Bytes | undefined {
  if (body === undefined) return undefined;
  try {
    const seeds = new Map(wraps.map(({ keyId }) => [hex(keyId), seed]));
    return openMessage(verified, body, wraps, "reporter", seeds).contentKey;
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}

interface FirstKeys {
  readonly signingKey: Bytes;
  readonly boxKey: Bytes;
}

async function makeProof(
  transport: Transport,
  lines: ReportLines,
  keys: FirstKeys,
  messages: readonly ProvenMessage[],
  earlier?: Bytes,
): Promise<KeptProof> {
  const line = lines.birth.document.lineId;
  const known = earlierMessages(earlier, line, reportId(keys.signingKey, keys.boxKey));
  const shown = new Map<Hex, ProvenMessage>();
  for (const each of messages) {
    const id = hex(messageId(each.header));
    shown.set(id, merge(shown.get(id), each));
  }
  const all = new Map(known);
  for (const [id, message] of shown) all.set(id, merge(known.get(id), message));
  const merged = [...all.values()];
  const proven = await provenLines(transport, lines, keys, merged);
  const [birth, ...otherLines] = proven as [ProvenLine, ...ProvenLine[]];
  const { signingKey, boxKey } = keys;
  const data = writeReportProof({ ...birth, otherLines, signingKey, boxKey, messages: merged });
  verifyReportProof(data, line);
  return { data, missing: [...known.keys()].filter((id) => !shown.has(id)).sort() };
}

function earlierMessages(
  earlier: Bytes | undefined,
  line: Bytes,
  report: Bytes,
): Map<Hex, ProvenMessage> {
  if (earlier === undefined) return new Map();
  if (!same(verifyReportProof(earlier, line).report, report)) refuse("other-report");
  return new Map(
    readReportProof(earlier).messages.map((each) => [hex(messageId(each.header)), each]),
  );
}

/** What was known fills the gaps of what is found now. */
const merge = (known: ProvenMessage | undefined, found: ProvenMessage): ProvenMessage => ({
  header: found.header,
  signature: found.signature,
  receivedOn: found.receivedOn ?? known?.receivedOn,
  proof: found.proof ?? known?.proof,
  body: found.body ?? known?.body,
  contentKey: found.contentKey ?? known?.contentKey,
});

/** The lines of a proof, the one that the report was made on first. */
async function provenLines(
  transport: Transport,
  lines: ReportLines,
  keys: FirstKeys,
  messages: readonly ProvenMessage[],
): Promise<ProvenLine[]> {
  const { birth } = lines;
  const history = await historyOf(transport, birth);
  const named = new Map([[hex(birth.document.lineId), new Set(history.keys())]]);
  for (const { header } of messages) {
    const parsed = parseHeader(header);
    const line = hex((await lineOf(transport, lines, parsed)).document.lineId);
    named.set(line, (named.get(line) ?? new Set()).add(hex(parsed.document)));
  }
  const asked = askedLines(lines, keys, messages, [...history.values()]);
  const found: ProvenLine[] = [];
  for (const line of allLines(lines)) {
    const id = hex(line.document.lineId);
    if (line === birth || asked.includes(id))
      found.push(await provenLine(transport, line, named.get(id) ?? new Set()));
  }
  return found;
}

/** The lines of consents that the host signed for: no other may stand in a proof. */
function askedLines(
  { birth, others }: ReportLines,
  { signingKey, boxKey }: FirstKeys,
  messages: readonly ProvenMessage[],
  receiptKeys: readonly Bytes[],
): Hex[] {
  const keys = verifyReportKeys(signingKey, boxKey, reportId(signingKey, boxKey));
  const served = messages.map(({ header, signature }) => ({ data: header, signature }));
  const { document } = birth;
  const { known } = verifyLog(
    served,
    keys,
    document,
    document.signedOn,
    otherDocuments({ birth, own: birth, others }),
  );
  return messages
    .filter((each) => known.has(hex(messageId(each.header))) && isProvenBy(each, receiptKeys))
    .flatMap(({ header }) => parseHeader(header).handover?.lineId ?? [])
    .map(hex);
}

/**
 * A line's documents from the newest back, as far as the host shows them, each with its receipt key: whoever knows one
 * can check that the others lead to it.
 */
async function historyOf(transport: Transport, line: VerifiedLine): Promise<Map<Hex, Bytes>> {
  const found = new Map<Hex, Bytes>();
  try {
    for await (const [{ receiptKey }, hash] of documentsBack(transport, line)) {
      found.set(hex(hash), receiptKey);
      if (found.size === MAX_HISTORY) break;
    }
  } catch (error) {
    const isBad = error instanceof AnswerError || error instanceof RefusedError;
    if (!isBad && !isProblem(error, "not-found")) throw error; // without old documents it shows as much of the report
  }
  return found;
}

/** The line whose document a header names. A reporter may name any of the lines. */
async function lineOf(
  transport: Transport,
  lines: ReportLines,
  { author, document }: Header,
): Promise<VerifiedLine> {
  const all = allLines(lines);
  const own = all.filter((line) => findHandler(line.document, author) !== undefined);
  for (const line of all.length > 1 ? (author === "reporter" ? all : own) : [])
    if ((await findDocument(transport, line, document)) !== undefined) return line;
  return lines.birth;
}

async function provenLine(
  transport: Transport,
  { document: { lineId } }: VerifiedLine,
  named: ReadonlySet<Hex>,
): Promise<ProvenLine> {
  const api = lineApi(transport);
  const { firstKey, rotations, document, signature } = readServedLine(await api.line(lineId));
  const documents = [{ document, signature }];
  for (const hash of [...named].sort())
    if (hash !== hex(documentHash(document)))
      documents.push(await api.document(lineId, unhex(hash)));
  return { firstKey, rotations, documents };
}

/** Verify a report: turn what a host served into what its authors signed. */

import type { ReporterKeys } from "../../protocol/keys.js";
import type { VerifiedLine } from "../../protocol/line.js";
import { type Log, verifyLog } from "../../protocol/log.js";
import { type ReportKeys, verifyReportKeys } from "../../protocol/membership.js";
import type { Day } from "../../protocol/verify/days.js";
import { type Bytes, type Hex, hex, same } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { messageId, reportId } from "../../protocol/verify/ids.js";
import type { LineDocument } from "../../protocol/verify/line-document.js";
import { at } from "../../protocol/verify/log/causality.js";
import { parseHeader } from "../../protocol/verify/log/header.js";
import type { ReportClaim, ServedMessage } from "../http/api.js";
import type { Transport } from "../http/transport.js";
import { fetchDocument, findDocument } from "../lines/line.js";
import {
  askedLines,
  fetchReportLines,
  findLine,
  otherDocuments,
  type ReportLines,
} from "../lines/report-lines.js";
import { fetchTerms, type Remembered } from "./erasure.js";
import type { VerifiedMessage } from "./message.js";
import type { Snapshot } from "./snapshot.js";
import { arrivedMessages, type Terms } from "./status.js";

/** The reporter who reads, and what this visit knows. */
export interface Reader {
  readonly keys: ReporterKeys;
  readonly known: Remembered | undefined;
}

/** What the authors of a report signed, and what the host claims about it. */
export interface VerifiedReport {
  readonly claim: ReportClaim;
  readonly keys: ReportKeys;
  readonly log: Log;
  /** In the host's order. */
  readonly messages: ReadonlyMap<Hex, VerifiedMessage>;
  readonly lines: ReportLines;
  readonly terms: Terms;
  /** If the host calls the report erased: the documents that decide whether that can be. */
  readonly withdrawalTerms: readonly LineDocument[];
}

interface Applying {
  readonly document: LineDocument;
  readonly hash: Bytes;
}

/** Verifies what a host served of one report, for its reporter, on one day. */
export class ReportVerifier {
  readonly #transport: Transport;
  readonly #line: VerifiedLine;
  readonly #reader: Reader;
  readonly #today: Day;

  /** @param line - the line that the report was made on. */
  constructor(transport: Transport, line: VerifiedLine, reader: Reader, today: Day) {
    this.#transport = transport;
    this.#line = line;
    this.#reader = reader;
    this.#today = today;
  }

  /**
   * Verify a snapshot: first the keys, then the lines, then every header.
   *
   * @throws {@link RefusedError} `report-keys` for keys that are not this reporter's, `other-line`, and as
   * `verifyLog` and `verifyDocument`.
   */
  async verify({ claim, messages: served }: Snapshot): Promise<VerifiedReport> {
    const keys = this.#reportKeys(claim);
    const found = await this.#lines(claim, served);
    const pairs = served.map(({ header, signature }) => ({ data: header, signature }));
    const log = verifyLog(pairs, keys, found.birth.document, this.#today, otherDocuments(found));
    if (!same(log.signingKey, this.#reader.keys.signing.publicKey)) refuse("report-keys");
    const answering = log.answeredBy ?? (claim.erased ? claim.answeredBy : undefined);
    const lines = { ...found, own: findLine(found, answering) ?? found.birth };
    const messages = verifiedMessages(served, log);
    const inOrder = [...messages.values()];
    const applying = await this.#applying(claim, log, lines);
    const terms = {
      document: applying.document,
      documentHash: applying.hash,
      acceptances: acceptancesOf(log),
      arrived: arrivedMessages(inOrder),
    };
    const withdrawalTerms = claim.erased
      ? await fetchTerms(this.#transport, lines, claim, inOrder, this.#reader.known)
      : [];
    return {
      claim,
      keys: { ...keys, signingKey: log.signingKey },
      log,
      messages,
      lines,
      terms,
      withdrawalTerms,
    };
  }

  /** After a succession the host names the keys that the report began with. */
  #reportKeys({ birthKeys }: ReportClaim): ReportKeys {
    const { signing, reportId: report } = this.#reader.keys;
    if (birthKeys === undefined) return { report, signingKey: signing.publicKey };
    const born = reportId(birthKeys.signingKey, birthKeys.boxKey);
    return verifyReportKeys(birthKeys.signingKey, birthKeys.boxKey, born);
  }

  async #lines(claim: ReportClaim, served: readonly ServedMessage[]): Promise<ReportLines> {
    const birth = this.#line.document.lineId;
    if (!same(birth, claim.lineId)) refuse("other-line");
    const asked = askedLines(served.map(({ header }) => header));
    // Of an erased report the consents are gone too.
    const all = claim.erased && claim.answeredBy ? [...asked, claim.answeredBy] : asked;
    const lines = await fetchReportLines(this.#transport, this.#line, all, this.#today);
    return claim.erased ? this.#signedLines(lines, claim, served, asked) : lines;
  }

  /** Leave out the line that the host names for an erased report, if nothing signed names it. */
  async #signedLines(
    lines: ReportLines,
    { answeredBy }: ReportClaim,
    served: readonly ServedMessage[],
    asked: readonly Bytes[],
  ): Promise<ReportLines> {
    const line = findLine(lines, answeredBy);
    if (line === undefined || line === lines.birth) return lines;
    if (asked.some((id) => same(id, line.document.lineId))) return lines;
    const own = served
      .map(({ header }) => parseHeader(header))
      .filter(({ author }) => author === "reporter");
    const newest = own.sort((a, b) => b.n - a.n)[0];
    const isNamed = newest && (await findDocument(this.#transport, line, newest.document));
    return isNamed ? lines : { ...lines, others: lines.others.filter((each) => each !== line) };
  }

  /** The document whose terms apply: after a handover, that of the line that took the report up. */
  async #applying(claim: ReportClaim, log: Log, lines: ReportLines): Promise<Applying> {
    const { accepted, consents } = log.access.handed;
    const handover = accepted.length > 0 ? consents.get(accepted.at(-1) as Hex) : undefined;
    const taken = findLine(lines, handover?.lineId);
    if (handover !== undefined && taken !== undefined) {
      return {
        document: await fetchDocument(this.#transport, taken, handover.document),
        hash: handover.document,
      };
    }
    const first = [...log.known.values()].find(({ header }) => header.tag === "report")?.header;
    if (first !== undefined) {
      const document = await fetchDocument(this.#transport, lines.birth, first.document);
      return { document, hash: first.document };
    }
    const line = findLine(lines, claim.answeredBy) ?? lines.birth;
    const document = await findDocument(this.#transport, line, claim.document);
    return document === undefined
      ? { document: line.document, hash: line.documentHash }
      : { document, hash: claim.document };
  }
}

/** The messages by which lines took the report up: the first one for each consent. */
function acceptancesOf({ order, known, access }: Log): Hex[] {
  const { accepted, acceptances } = access.handed;
  return accepted.flatMap((consent) => {
    const names = (id: Hex) => hex(at(known, id).header.consent ?? new Uint8Array(0)) === consent;
    return order.find((id) => acceptances.has(id) && names(id)) ?? [];
  });
}

/** Join each verified header with what the host served beside it. What a replaced key signed counts for nothing. */
function verifiedMessages(served: readonly ServedMessage[], log: Log): Map<Hex, VerifiedMessage> {
  const found = new Map<Hex, VerifiedMessage>();
  for (const { header: data, receivedOn, proof, body, wraps } of served) {
    const id = hex(messageId(data));
    const verified = log.known.get(id);
    if (verified === undefined) continue;
    found.set(id, { id, verified, header: verified.header, receivedOn, proof, body, wraps });
  }
  return found;
}

/** Verify a report: turn what a host served into what its authors signed. */

import type { VerifiedLine } from "../../protocol/line.js";
import { type Log, verifyLog } from "../../protocol/log.js";
import type { ReportKeys } from "../../protocol/membership.js";
import type { Day } from "../../protocol/verify/days.js";
import { type Bytes, type Hex, hex, same } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import type { Participant } from "../../protocol/verify/fields.js";
import { messageId } from "../../protocol/verify/ids.js";
import type { LineDocument } from "../../protocol/verify/line-document.js";
import { at } from "../../protocol/verify/log/causality.js";
import { type Handover, parseHeader } from "../../protocol/verify/log/header.js";
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
import type { Reading, VerifiedMessage } from "./message.js";
import type { Notice } from "./notices.js";
import type { Snapshot } from "./snapshot.js";
import { type Arrivals, arrivedMessages, type Terms } from "./status.js";

/** A participant's part in a report. */
export interface Part {
  /** The messages by which lines took the report up, before this part ended. */
  readonly acceptances: readonly Hex[];
  /** The handover that applies; undefined if no line took the report up. */
  readonly handover: Handover | undefined;
  /** How many messages the host counts for this participant. */
  readonly counted: number;
  /** When and by which message the part ended. A reporter's never does. */
  readonly ending?: Ending | undefined;
}

/** The end of a handler's part in a report. */
export interface Ending {
  readonly on: Day;
  /** Undefined if nobody answered in time. */
  readonly message: Hex | undefined;
  /** The last day on which the host shows the report, by the document that applies and that of the own line. */
  shownUntil(applying: LineDocument, own: LineDocument): Day;
}

/** Who reads a report: what they know, and what the host shows to such a reader. */
export interface Reader {
  readonly me: Participant;
  readonly known: Remembered | undefined;
  /** The keys that the report began with, checked. */
  reportKeys(claim: ReportClaim): ReportKeys;
  /** How this reader takes part. @throws {@link RefusedError} The log is not this reader's. */
  part(log: Log, messages: ReadonlyMap<Hex, VerifiedMessage>): Part;
  /** Open one message. Nothing is thrown: the result says what came of it. */
  read(message: VerifiedMessage, log: Log): Reading;
  /** A notice for each difference between the host's claims and the messages. */
  compare(report: VerifiedReport, inOrder: Arrivals, today: Day): Notice[];
}

/** What the authors of a report signed, and what the host claims about it. */
export interface VerifiedReport {
  readonly claim: ReportClaim;
  readonly keys: ReportKeys;
  readonly log: Log;
  /** In the host's order. */
  readonly messages: ReadonlyMap<Hex, VerifiedMessage>;
  readonly lines: ReportLines;
  readonly part: Part;
  readonly terms: Terms;
  /** If the host calls the report erased: the documents that decide whether that can be. */
  readonly withdrawalTerms: readonly LineDocument[];
}

interface Applying {
  readonly document: LineDocument;
  readonly hash: Bytes;
}

/** Verifies what a host served of one report, for one reader, on one day. */
export class ReportVerifier {
  readonly #transport: Transport;
  readonly #line: VerifiedLine;
  readonly #reader: Reader;
  readonly #today: Day;

  /** @param line - the reader's; for a reporter the one that the report was made on. */
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
    const reader = this.#reader;
    const keys = reader.reportKeys(claim);
    const found = await this.#lines(claim, served);
    const pairs = served.map(({ header, signature }) => ({ data: header, signature }));
    const log = verifyLog(pairs, keys, found.birth.document, this.#today, otherDocuments(found));
    const messages = verifiedMessages(served, log);
    const part = reader.part(log, messages);
    const answering = log.answeredBy ?? (claim.erased ? claim.answeredBy : undefined);
    const own = (this.#isReporter && findLine(found, answering)) || found.own;
    const lines = { ...found, own };
    const inOrder = [...messages.values()];
    const applying = await this.#applying(claim, log, lines, part);
    const terms = {
      document: applying.document,
      documentHash: applying.hash,
      acceptances: part.acceptances,
      arrived: arrivedMessages(inOrder),
      shownUntil: part.ending?.shownUntil(applying.document, own.document),
    };
    const withdrawalTerms = claim.erased
      ? await fetchTerms(this.#transport, lines, claim, inOrder, reader.known)
      : [];
    return {
      claim,
      keys: { ...keys, signingKey: log.signingKey },
      log,
      messages,
      lines,
      part,
      terms,
      withdrawalTerms,
    };
  }

  get #isReporter(): boolean {
    return this.#reader.me === "reporter";
  }

  async #lines(claim: ReportClaim, served: readonly ServedMessage[]): Promise<ReportLines> {
    const own = this.#line.document.lineId;
    const asked = askedLines(served.map(({ header }) => header));
    // Of an erased report the consents are gone too.
    const all = claim.erased ? [...asked, own, claim.answeredBy ?? own] : asked;
    const possible = this.#isReporter ? [claim.lineId] : [claim.lineId, ...all];
    if (!possible.some((id) => same(id, own))) refuse("other-line");
    const lines = await fetchReportLines(
      this.#transport,
      this.#line,
      claim.lineId,
      all,
      this.#today,
    );
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
    if (line === undefined || line === lines.birth || line === lines.own) return lines;
    if (asked.some((id) => same(id, line.document.lineId))) return lines;
    const own = served
      .map(({ header }) => parseHeader(header))
      .filter(({ author }) => author === "reporter");
    const newest = own.sort((a, b) => b.n - a.n)[0];
    const isNamed = newest && (await findDocument(this.#transport, line, newest.document));
    return isNamed ? lines : { ...lines, others: lines.others.filter((each) => each !== line) };
  }

  /** The document whose terms apply: after a handover, that of the line that took the report up. */
  async #applying(
    claim: ReportClaim,
    log: Log,
    lines: ReportLines,
    { handover }: Part,
  ): Promise<Applying> {
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
export function acceptancesOf({ order, known, access }: Log): Hex[] {
  const { accepted, acceptances } = access.handed;
  return accepted.flatMap((consent) => {
    const names = (id: Hex) => hex(at(known, id).header.consent ?? new Uint8Array(0)) === consent;
    return order.find((id) => acceptances.has(id) && names(id)) ?? [];
  });
}

/** Join each verified header with what the host served beside it. What a replaced key signed counts for nothing. */
function verifiedMessages(served: readonly ServedMessage[], log: Log): Map<Hex, VerifiedMessage> {
  const found = new Map<Hex, VerifiedMessage>();
  for (const each of served) {
    const id = hex(messageId(each.header));
    const verified = log.known.get(id);
    if (verified !== undefined)
      found.set(id, { ...each, id, verified, data: each.header, header: verified.header });
  }
  return found;
}

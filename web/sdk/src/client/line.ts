/** A line, for its reporters: the door of the client. */

import { pinOf } from "../protocol/line.js";
import type { Progress } from "../protocol/receipt.js";
import type { Day } from "../protocol/verify/days.js";
import {
  type Bytes,
  encodeBase64url,
  encodeLineId,
  type Hex,
  hex,
  text,
} from "../protocol/verify/encoding.js";
import { refuse } from "../protocol/verify/errors.js";
import { inLanguage, isActive, type LineDocument } from "../protocol/verify/line-document.js";
import { type JsonObject, parseJson } from "../protocol/verify/strict-json.js";
import { DraftReport } from "./draft-report.js";
import { draw, type Environment, platform, today } from "./environment.js";
import { type LineAddress, parseAddress, writeAddress } from "./http/address.js";
import { Transport } from "./http/transport.js";
import { type Bulletins, fetchBulletins, newsOf } from "./lines/bulletins.js";
import { type FetchedLine, fetchLine, fetchText } from "./lines/line.js";
import { oneLine } from "./lines/report-lines.js";
import { chooseReaders, sealDraft, type Words } from "./messages/draft.js";
import { keysOf, newKeys } from "./receipts.js";
import { lineNotices, type Notice } from "./thread/notices.js";
import { Visit } from "./visit.js";

/** A handler who may read reports now. */
export interface ActiveHandler {
  readonly id: Hex;
  /** Show both by `shownText`. */
  readonly name: string;
  readonly role: string;
}

/** A handler who makes a report: for a caller, or to ask another line for advice. */
export interface Writer {
  readonly origin: "oral" | "consultation";
  /** What they sign about the report with this id: a part of its payload. */
  note(report: Bytes): JsonObject;
}

/** What a report is made of. */
export interface Report extends Words, Progress {
  /** The chosen readers. By default as many as the line says are drawn by lot. */
  readonly readers?: readonly Hex[];
  /** The person's own code from another line, to have one code for both. By default a new one. */
  readonly receipt?: string;
}

/**
 * Fetch a line, and verify it from the id in its address up.
 *
 * @param address - from the person or the page's own configuration, never from a host.
 * @param given - what replaces the platform's network, randomness or clocks.
 * @throws {@link ClientError} `address`, `insecure`, `transfer`; {@link UnreachableError}, {@link ProblemError};
 * {@link RefusedError} if the line does not hold.
 *
 * @example
 * ```ts
 * import { openLine } from "@meldpunt/client";
 *
 * const line = await openLine(address);
 * console.log(line.name("en"), line.handlers.length);
 * ```
 */
export async function openLine(address: string, given: Partial<Environment> = {}): Promise<Line> {
  const parsed = parseAddress(address);
  const transport = new Transport(parsed.origin, platform(given));
  return new Line(parsed, transport, await fetchLine(transport, parsed.lineId, parsed.pin));
}

/** A verified line. {@link openLine} makes it. */
export class Line {
  readonly #address: LineAddress;
  readonly #transport: Transport;
  /** The line as it was fetched, with the keys of its handlers. */
  readonly verified: FetchedLine;

  constructor(address: LineAddress, transport: Transport, line: FetchedLine) {
    this.#address = address;
    this.#transport = transport;
    this.verified = line;
  }

  /** The whole document that the office signed. */
  get document(): LineDocument {
    return this.verified.document;
  }

  /** The line's id as it is written in addresses. */
  get id(): string {
    return encodeLineId(this.#address.lineId);
  }

  /** The address, with a pin to the newest document: whoever opens it again notices an older one. */
  get address(): string {
    return writeAddress({
      ...this.#address,
      origin: this.#transport.origin,
      pin: pinOf(this.verified),
    });
  }

  /** The line's name in a language, or the nearest. */
  name(language: string): string {
    return inLanguage(this.document.names, language);
  }

  /** How to reach the office without this service. */
  contact(language: string): string {
    return inLanguage(this.document.contact, language);
  }

  /** The handlers who may read new reports today. */
  get handlers(): ActiveHandler[] {
    const day = today(this.#transport.environment);
    return this.document.handlers
      .filter((handler) => isActive(handler, day))
      .map(({ id, name, role }) => ({ id: hex(id), name, role }));
  }

  /** As many of some handlers as the line says, drawn by lot: so that a page can show who reads before it seals. */
  drawReaders(among: readonly Hex[]): Hex[] {
    return draw(among, this.document.readerCount, this.#transport.environment.entropy);
  }

  /** What a person should know about the line before writing. */
  get notices(): readonly Notice[] {
    return lineNotices(this.verified);
  }

  /** Fetch a text that the document names, such as `document.form`: its bytes. */
  async text(hash: Bytes): Promise<Bytes> {
    return fetchText(this.#transport, this.verified, hash);
  }

  /**
   * Seal a report under a new receipt code. Nothing is sent.
   *
   * @throws {@link RefusedError} `reader-not-allowed`, `no-reader`, `document-expired`; `payload-text` without a text,
   * `too-long` past some 65,000 bytes; what else a reader would refuse.
   *
   * @example
   * ```ts
   * import { openLine } from "@meldpunt/client";
   *
   * const line = await openLine(address);
   * const draft = await line.prepare({ text: "The keys are missing.", language: "en" });
   * console.log(draft.receipt); // show it alone, and let the person type it back
   * if (draft.confirms(draft.receipt)) await draft.send();
   * ```
   */
  async prepare(report: Report, writer?: Writer): Promise<DraftReport> {
    const { environment } = this.#transport;
    const readers = chooseReaders(
      this.document,
      report.readers,
      report.leaveOut ?? [],
      environment,
    );
    const transport = this.#transport.another();
    const { receipt, keys } = await newKeys(this.#address.lineId, environment, report);
    const header = {
      version: 1,
      lineId: this.id,
      reportId: encodeBase64url(keys.reportId),
      author: "reporter",
      n: 0,
      tag: "report",
      document: encodeBase64url(this.verified.documentHash),
      ...(writer && { origin: writer.origin }),
      seen: [],
    };
    const words = { ...report, note: writer?.note(keys.reportId) };
    const lines = oneLine(this.verified);
    const sealed = sealDraft(header, words, readers, keys.signing, lines, environment);
    return new DraftReport(receipt, keys, sealed, transport);
  }

  /**
   * Fetch the bulletins, which are the same for everybody. Ask for the code afterwards: no request depends on it.
   *
   * @param furtherBack - also whole years before this month and the three before it.
   * @throws {@link ProblemError} `not-found` if the host publishes no bulletins.
   *
   * @example
   * ```ts
   * import { openLine } from "@meldpunt/client";
   *
   * const line = await openLine(address);
   * const look = await line.look(); // no request depends on the code
   * console.log(await line.news(code, look));
   * ```
   */
  async look(furtherBack = false): Promise<Bulletins> {
    return fetchBulletins(this.#transport.another(), this.verified, furtherBack);
  }

  /** The days on which something arrived, by files that are fetched already. Nothing is sent. */
  async news(receipt: string, bulletins: Bulletins, progress?: Progress): Promise<Day[]> {
    return newsOf((await keysOf(receipt, this.#address.lineId, progress)).bulletin, bulletins);
  }

  /**
   * Open a report with its receipt code alone.
   *
   * @param receipt - the code as the person typed it.
   * @param bulletins - fetched before: a message that they leave out gives a notice.
   * @throws {@link RefusedError} `receipt-…` for a mistyped code, before anything is sent; what `fetchThread` refuses.
   * {@link ProblemError} `not-found` if this line has no report of this code.
   *
   * @example
   * ```ts
   * import { openLine, shownText } from "@meldpunt/client";
   *
   * const visit = await (await openLine(address)).visit(code);
   * for (const { text, readability } of visit.thread.messages) console.log(shownText(text ?? readability));
   * ```
   */
  async visit(receipt: string, bulletins?: Bulletins, progress?: Progress): Promise<Visit> {
    const keys = await keysOf(receipt, this.#address.lineId, progress);
    const visit = new Visit(keys, this.#transport.another(), this.verified, bulletins);
    await visit.refresh();
    return visit;
  }
}

/** A text of a line that is JSON, such as a form. @throws {@link RefusedError} A `json-…` reason. */
export const jsonText = (content: Bytes) => parseJson(content, content.length);

/** A text of a line for people. @throws {@link RefusedError} `json-encoding` if it is not UTF-8. */
export function plainText(content: Bytes): string {
  try {
    return text(content);
  } catch {
    return refuse("json-encoding");
  }
}

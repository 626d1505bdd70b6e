/** A handler on one line: the door to inbox, reports, keys and consultations. */

import { signConsultationNote } from "../protocol/consultation.js";
import type { Cost } from "../protocol/key-file.js";
import type { SavedConsultation } from "../protocol/key-file-content.js";
import { pinOf } from "../protocol/line.js";
import { signOralNote } from "../protocol/oral.js";
import type { Progress } from "../protocol/receipt.js";
import { after, type Day } from "../protocol/verify/days.js";
import { type Hex, same } from "../protocol/verify/encoding.js";
import type { DraftReport } from "./draft-report.js";
import { type Environment, platform } from "./environment.js";
import { HandlerError } from "./handler-error.js";
import { HandlerInbox, isUnread, type UnreadReport } from "./handler-inbox.js";
import type { SaveKeyFile } from "./handler-line.js";
import { HandlerReport } from "./handler-report.js";
import { parseAddress } from "./http/address.js";
import { ClientError } from "./http/errors.js";
import { Transport } from "./http/transport.js";
import { HandlerFile } from "./keys/handler-file.js";
import { Line, openLine, type Report, type Writer } from "./line.js";
import type { FetchedLine } from "./lines/line.js";
import { type Renewal, type RenewalOptions, renewKeys } from "./renewal.js";
import type { Visit } from "./visit.js";

/** Who a new handler is, and what will open their key file. */
export interface NewHandler {
  /** 1 to 200 characters each: reporters read them. */
  readonly name: string;
  readonly role: string;
  readonly passphrase: string;
  /** How much work each guess of the passphrase costs. */
  readonly cost?: Cost;
}

/** What a client takes from around it, and whom it tells how far a passphrase is stretched. */
export type HandlerEnvironment = Partial<Environment> & Progress;

/**
 * Open a handler's key file. Nothing is sent.
 *
 * @param save - keeps the file. It is called before anything depends on what changed, and by `Handler.save`.
 * @throws {@link HandlerError} `passphrase`, `key-file`, `key-file-damaged`.
 */
export async function openHandler(
  file: Uint8Array,
  passphrase: string,
  save: SaveKeyFile,
  { onProgress, ...given }: HandlerEnvironment = {},
): Promise<Handler> {
  const opened = await HandlerFile.open(file, passphrase, { onProgress });
  return new Handler(new Transport(opened.origin, platform(given)), opened, save);
}

/**
 * Make a handler's keys for a line, and save them. Give `handler.entry` to the office; once the line lists the handler,
 * `publishKeys`.
 *
 * @param address - of the line, from the office.
 */
export async function newHandler(
  address: string,
  { cost, ...person }: NewHandler,
  save: SaveKeyFile,
  { onProgress, ...given }: HandlerEnvironment = {},
): Promise<Handler> {
  const parsed = parseAddress(address);
  const environment = platform(given);
  const transport = new Transport(parsed.origin, environment);
  const made = await HandlerFile.create(parsed, person, environment.entropy, { cost, onProgress });
  const handler = new Handler(transport, made, save);
  await handler.save();
  return handler;
}

/** A consultation that is sealed, and kept in the key file. */
export interface Consultation {
  /** The handler's own number for it. */
  readonly number: number;
  readonly draft: DraftReport;
}

/** A handler on their line. {@link openHandler} gives it. */
export class Handler extends HandlerInbox {
  /** Read a report. Add what colleagues lack by `passOn`, and keep what was seen by `save`. */
  async read(entry: Hex): Promise<HandlerReport> {
    return new HandlerReport(this, await this.readThread(entry));
  }

  /** Read many reports, a few at a time, in the order given. What cannot be read does not stop the others. */
  async *readAll(
    entries: Iterable<Hex> | AsyncIterable<Hex>,
  ): AsyncGenerator<HandlerReport | UnreadReport> {
    for await (const each of this.readEach(entries)) {
      yield isUnread(each) ? each : new HandlerReport(this, each);
    }
  }

  /** Move every message to the newest key, and destroy the keys that have ended. Only a person starts it. */
  async renew(options: RenewalOptions = {}): Promise<Renewal> {
    return renewKeys(this, options);
  }

  /**
   * Seal a report for a caller, under a new code. Nothing is sent. Give the caller the code and the line's address: they
   * take the report over by a code of their own.
   */
  async oralReport(report: Report): Promise<DraftReport> {
    const { signing, lineId } = this.file.keys;
    const writer: Writer = {
      origin: "oral",
      note: (id) => ({ oral: signOralNote(signing, this.id, lineId, id) }),
    };
    return this.#doorOf(await this.line()).prepare(report, writer);
  }

  #doorOf(line: FetchedLine): Line {
    return new Line({ ...this.file.address, pin: pinOf(line) }, this.transport.another(), line);
  }

  /**
   * Ask the handlers of another line for advice. The code that opens the answers goes to the key file first; nothing is
   * sent before `draft.send`. Name nobody in the text.
   *
   * @param address - of the other line, from the handler's own source.
   * @throws {@link ClientError} `same-line` for the handler's own.
   */
  async consult(address: string, report: Report): Promise<Consultation> {
    const { signing, lineId } = this.file.keys;
    if (same(parseAddress(address).lineId, lineId)) throw new ClientError("same-line");
    const line = await this.#otherLine(address);
    const asked = line.document.lineId;
    const writer: Writer = {
      origin: "consultation",
      note: (id) => ({ consultation: signConsultationNote(signing, this.id, lineId, asked, id) }),
    };
    const draft = await line.prepare(report, writer);
    const { maximumTerm, unopenedTerm } = line.document;
    const kept = {
      number: Math.max(0, ...this.consultations.map(({ number }) => number)) + 1,
      address: line.address,
      receipt: draft.receipt,
      askedOn: this.today,
      until: after(unopenedTerm, after(maximumTerm, this.today)),
      read: 0,
    };
    this.file.consultations = [...this.consultations, kept];
    await this.save();
    return { number: this.#numberOf(draft.receipt), draft };
  }

  /** A save can have merged another copy, which may take the number. */
  #numberOf(receipt: string): number {
    return this.consultations.find((each) => each.receipt === receipt)?.number as number;
  }

  /** The consultations of this handler. Each one's code is a secret. */
  get consultations(): readonly SavedConsultation[] {
    return this.file.consultations;
  }

  /**
   * Open a consultation: its thread has the answers. No host sees that this and another one are of one handler.
   *
   * @throws {@link HandlerError} `no-consultation`. {@link ProblemError} `not-found`: it did not arrive, or is erased.
   */
  async consultation(number: number): Promise<Visit> {
    const { address, receipt } = this.#consultation(number);
    return (await this.#otherLine(address)).visit(receipt);
  }

  #consultation(number: number): SavedConsultation {
    const found = this.consultations.find((each) => each.number === number);
    if (found === undefined) throw new HandlerError("no-consultation");
    return found;
  }

  #otherLine(address: string): Promise<Line> {
    return openLine(address, this.transport.environment);
  }

  /** Note how many answers of a consultation were read. */
  noteRead(number: number, read: number): void {
    const found = { ...this.#consultation(number), read };
    this.file.consultations = this.consultations.map((each) =>
      each.number === number ? found : each,
    );
  }

  /** Destroy the codes of consultations that are over. Nothing opens them any more. */
  endConsultations(numbers: readonly number[]): void {
    this.file.consultations = this.consultations.filter(({ number }) => !numbers.includes(number));
  }

  /** The last day that published keys cover. */
  get keysUntil(): Day | undefined {
    return this.file.keys.until;
  }
}

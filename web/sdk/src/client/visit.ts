/** A visit: what a reporter can do with the receipt code. */

import type { ReporterKeys, SigningKey } from "../protocol/keys.js";
import { type Pin, pinOf } from "../protocol/line.js";
import { encodeBase64url, encodeLineId, type Hex, unhex } from "../protocol/verify/encoding.js";
import type { ReporterTag } from "../protocol/verify/log/header.js";
import type { JsonObject } from "../protocol/verify/strict-json.js";
import { today } from "./environment.js";
import type { ReportPlace } from "./files/attach.js";
import { reportApi } from "./http/api.js";
import { ClientError, isFinal, isProblem, ProblemError } from "./http/errors.js";
import type { Transport } from "./http/transport.js";
import { type Bulletins, newsOf } from "./lines/bulletins.js";
import { type FetchedLine, fetchLine } from "./lines/line.js";
import type { ReportLines } from "./lines/report-lines.js";
import { type Sent, send } from "./messages/delivery.js";
import { type Filed, type Sealed, sealDraft } from "./messages/draft.js";
import type { Remembered } from "./thread/erasure.js";
import { fetchThread } from "./thread/fetch.js";
import type { Notice } from "./thread/notices.js";
import { chosenReaders, sealingNotices } from "./thread/readers.js";
import { reporterReader } from "./thread/reporter-reader.js";
import { rememberedOf, type Thread } from "./thread/thread.js";

/** What a reporter writes in a report that is there. */
export interface Reply extends Filed {
  /**
   * The readers, at most those of before. Newcomers whom a handler let in stay only if they are named. If everybody
   * chosen has left, new readers.
   */
  readonly readers?: readonly Hex[];
}

/** A report, and the keys of the visit. */
export interface VisitPlace extends ReportPlace {
  readonly keys: ReporterKeys;
}

/** A message that is sealed and not sent yet. */
export interface Draft {
  /** The message as it travels, and what opens it: for a proof. */
  readonly sealed: Sealed;
  readonly readers: readonly Hex[];
  /** What the person should know before sending. */
  readonly notices: readonly Notice[];
  /** Send it. After an {@link UnreachableError}, call it again: the host keeps the same bytes once. */
  send(): Promise<Sent>;
}

const WITHDRAWAL: Record<string, string> = {
  nl: "Ik trek mijn melding in.",
  en: "I withdraw my report.",
};

/** A report that was opened with its receipt code. `Line.visit` makes it. */
export class Visit {
  #keys: ReporterKeys;
  readonly #transport: Transport;
  readonly #bulletins: Bulletins | undefined;
  readonly #origin: string;
  #line: FetchedLine;
  #pin: Pin;
  #thread: Thread | undefined;
  /** A message was sent, or may have been: the next one must know of it. */
  #isStale = true;
  /** The memory of this visit alone: the device keeps nothing. */
  #known: Remembered | undefined;
  #unsent: { readonly asked: string; readonly draft: Draft } | undefined;

  constructor(keys: ReporterKeys, transport: Transport, line: FetchedLine, bulletins?: Bulletins) {
    this.#keys = keys;
    this.#transport = transport;
    this.#origin = transport.origin;
    this.#line = line;
    this.#pin = pinOf(line);
    this.#bulletins = bulletins;
  }

  /** The report as this visit last fetched it. `refresh` shows what was sent since. */
  get thread(): Thread {
    return this.#thread as Thread;
  }

  /** The same, fetched again if something was sent since, or may have been. */
  async current(): Promise<Thread> {
    return this.#isStale ? this.refresh() : this.thread;
  }

  /**
   * Fetch the report again.
   *
   * @throws {@link RefusedError} and {@link ClientError}, as `fetchThread`.
   */
  async refresh(): Promise<Thread> {
    const lineId = this.#line.document.lineId;
    this.#line = await fetchLine(this.#transport, lineId, this.#pin);
    this.#pin = pinOf(this.#line);
    const thread = this.#withBulletins(await this.#fetch());
    this.#thread = thread;
    this.#isStale = false;
    await this.#askForBulletins(thread);
    if (!thread.erased) this.#known = rememberedOf(thread, today(this.#transport.environment));
    return thread;
  }

  /** A report that another line was asked to take up stays on its host when its own line moves. */
  async #fetch(): Promise<Thread> {
    try {
      return await this.#fetchHere();
    } catch (error) {
      const isLeftBehind = this.#transport.origin !== this.#origin;
      if (!isLeftBehind || !isProblem(error, "not-found")) throw error;
      this.#transport.follow(this.#origin);
      return this.#fetchHere();
    }
  }

  async #fetchHere(): Promise<Thread> {
    const api = reportApi(this.#transport, this.#keys.signing);
    return fetchThread(api, this.#transport, this.#line, reporterReader(this.#keys, this.#known));
  }

  /** A notice for each message that the bulletin of its day left out. */
  #withBulletins(thread: Thread): Thread {
    const bulletins = this.#bulletins;
    const since = thread.report.claim.bulletinSince;
    if (bulletins === undefined || since === undefined) return thread;
    const told = newsOf(this.#keys.bulletin, bulletins);
    const left = thread.messages.filter(
      ({ author, header, receivedOn: day }) =>
        author !== "reporter" &&
        header.readers.includes("reporter") &&
        since <= day &&
        bulletins.days.some((each) => each.day === day) &&
        !told.includes(day),
    );
    const notices = left.map(({ id }): Notice => ({ kind: "bulletin-withheld", message: id }));
    return { ...thread, notices: [...thread.notices, ...notices] };
  }

  /** Send the bulletin key if the host has none. The visit goes on without; the next one tries again. */
  async #askForBulletins({ erased, report }: Thread): Promise<void> {
    if (erased || report.claim.bulletinSince !== undefined) return;
    try {
      await reportApi(this.#transport, this.#keys.signing).putBulletinKey(this.#keys.bulletin);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
    }
  }

  /**
   * Write to the handlers, as `seal` and then `send`. The same words again, after an {@link UnreachableError}, are
   * sent as the same message: the host keeps it once.
   *
   * @example
   * ```ts
   * import { openLine } from "@meldpunt/client";
   *
   * const visit = await (await openLine(address)).visit(code);
   * const sent = await visit.reply({ text: "They are back.", language: "en" });
   * console.log(sent.receivedOn);
   * ```
   */
  async reply(reply: Reply): Promise<Sent> {
    return this.#once("message", reply);
  }

  /** Ask the handlers to reopen a closed report. */
  async reopen(reply: Reply): Promise<Sent> {
    return this.#once("reopening", reply);
  }

  /** Come back with other keys from now on: those of a succession that the host has. */
  succeed(keys: ReporterKeys): void {
    this.#keys = keys;
  }

  /** What the functions for files need: where, whose, and by which connection. */
  get place(): VisitPlace {
    const { keys, lines } = this.thread.report;
    const line = lines.birth.document.lineId;
    const { signing: key } = this.#keys;
    return { transport: this.#transport, keys: this.#keys, key, line, report: keys.report };
  }

  /**
   * Withdraw the report. Otherwise than at once, the withdrawal term must pass first, and any later message of the
   * reporter undoes it.
   */
  async withdraw(
    language: string,
    { text, immediate = false }: { text?: string; immediate?: boolean } = {},
  ): Promise<Sent> {
    const words = { text: text ?? WITHDRAWAL[language] ?? (WITHDRAWAL["en"] as string), language };
    return this.#once("withdrawal", words, { immediate });
  }

  async #once(tag: ReporterTag, reply: Reply, fields: JsonObject = {}): Promise<Sent> {
    const asked = JSON.stringify([tag, reply, fields]);
    if (this.#unsent?.asked !== asked) {
      this.#unsent = { asked, draft: await this.seal(reply, tag, fields) };
    }
    try {
      const sent = await this.#unsent.draft.send();
      this.#unsent = undefined;
      return sent;
    } catch (error) {
      if (isFinal(error)) this.#unsent = undefined; // the same bytes would be refused again
      throw error;
    }
  }

  /**
   * Seal a message to the readers of the next message. Nothing is sent.
   *
   * @throws {@link ClientError} `erased`, or `readers-departed` if nobody is left to read: choose `readers`.
   * {@link RefusedError} `reader-not-allowed`, `no-reader`; `fork` if two branches have no reader in common; `gap`,
   * `unknown-seen`, `succeeded` if the host may be hiding an earlier choice; what a reader would refuse.
   */
  async seal(
    reply: Reply,
    tag: ReporterTag = "message",
    fields: JsonObject = {},
    author: SigningKey = this.#keys.signing,
  ): Promise<Draft> {
    const thread = await this.current();
    const readers = chosenReaders(thread, reply, today(this.#transport.environment));
    return this.sealTo(readers, reply, tag, fields, author);
  }

  /** The same, to readers whom a handover chooses, of these lines, in the `current` report. */
  sealTo(
    readers: readonly Hex[],
    reply: Filed,
    tag: ReporterTag,
    fields: JsonObject,
    author: SigningKey = this.#keys.signing,
    lines: ReportLines = this.thread.report.lines,
  ): Draft {
    const { environment } = this.#transport;
    const { log, keys } = this.thread.report;
    const header = {
      version: 1,
      lineId: encodeLineId(lines.birth.document.lineId),
      reportId: encodeBase64url(keys.report),
      author: "reporter",
      n: log.nextN,
      tag,
      document: encodeBase64url(lines.own.documentHash),
      ...fields,
      ...(reply.attachments?.length ? { attachments: reply.attachments.map(({ id }) => id) } : {}),
      seen: log.seen.map((id) => encodeBase64url(unhex(id))),
    };
    const sealed = sealDraft(header, reply, readers, author, lines, environment);
    const day = today(environment);
    const notices = [...sealed.notices, ...sealingNotices(this.thread, readers, tag, day)];
    const told = { ...sealed, notices };
    return { sealed: told, readers, notices, send: () => this.#send(told) };
  }

  async #send(sealed: Sealed): Promise<Sent> {
    this.#isStale = true;
    const api = reportApi(this.#transport, this.#keys.signing);
    const { lineId } = this.#line.document;
    try {
      const sent = await send(this.#transport, sealed, lineId, () =>
        api.putMessage(sealed.own.sealed),
      );
      this.#known = lastSent(sealed, sent);
      return sent;
    } catch (error) {
      throw isConflict(error) ? new ClientError("number-taken") : error;
    }
  }
}

const isConflict = (error: unknown): boolean =>
  error instanceof ProblemError && error.kind === "conflict";

function lastSent({ own: { header } }: Sealed, { message, receivedOn }: Sent): Remembered {
  const withdrawn = header.tag === "withdrawal" ? { withdrawnOn: receivedOn } : {};
  return { n: header.n, messages: [message], ...withdrawn };
}

/** A report that a handler has opened: read it, answer it, and let others read it. */

import type { Alarm } from "../protocol/alarms.js";
import type { Day } from "../protocol/verify/days.js";
import { encodeBase64url, type Hex, hex, same, unhex } from "../protocol/verify/encoding.js";
import { refuse } from "../protocol/verify/errors.js";
import { participantText } from "../protocol/verify/fields.js";
import type { JsonObject } from "../protocol/verify/strict-json.js";
import { today } from "./environment.js";
import type { ReportPlace } from "./files/attach.js";
import { HandlerError } from "./handler-error.js";
import type { HandlerInbox } from "./handler-inbox.js";
import { findLine } from "./handover/handover.js";
import { parseAddress } from "./http/address.js";
import { ClientError, isFinal, isProblem } from "./http/errors.js";
import { entryApi, entryPath } from "./http/inbox-api.js";
import {
  type AnswerKind,
  type HandlerDraft,
  type HandlerTag,
  type HandlerWords,
  type Label,
  sealAnswer,
} from "./messages/answer.js";
import { type Posted, type Sent, send } from "./messages/delivery.js";
import { keepDraft, readKeptDraft } from "./messages/kept-draft.js";
import { addMissingWraps } from "./messages/missing-wraps.js";
import { suggestion, suggestionText } from "./messages/referral.js";
import { type HandlerThread, invitedTo } from "./thread/handler-thread.js";
import type { ThreadMessage } from "./thread/message.js";
import type { Status } from "./thread/status.js";

/** A report in a handler's inbox. `Handler.read` gives it. */
export class HandlerReport {
  readonly #inbox: HandlerInbox;
  #thread: HandlerThread;
  #isStale = false;
  #unsent: { readonly asked: string; readonly draft: HandlerDraft } | undefined;

  constructor(inbox: HandlerInbox, thread: HandlerThread) {
    this.#inbox = inbox;
    this.#thread = thread;
  }

  /** The report's name in this inbox, in hexadecimal. */
  get entry(): Hex {
    return this.#thread.entry;
  }

  /** The report as it was last fetched: show `alarms` first, then `notices`. */
  get thread(): HandlerThread {
    return this.#thread;
  }

  /** In causal order. */
  get messages(): readonly ThreadMessage[] {
    return this.#thread.messages;
  }

  /** State and terms, by what was signed. */
  get status(): Status {
    return this.#thread.status;
  }

  get #today(): Day {
    return today(this.#inbox.transport.environment);
  }

  /** Fetch the report again. @throws As `HandlerInbox.readThread`. */
  async refresh(): Promise<HandlerThread> {
    this.#thread = await this.#inbox.readThread(this.entry);
    this.#isStale = false;
    return this.#thread;
  }

  /** Tell the reporter that the report was received. The same words again are sent as the same message. */
  async acknowledge(words: HandlerWords): Promise<Sent> {
    return this.#once("acknowledgement", words);
  }

  /** Write to the reporter and the other readers: a question, an answer. */
  async reply(words: HandlerWords): Promise<Sent> {
    return this.#once("message", words);
  }

  /** Write to the readers of this line alone. */
  async note(words: HandlerWords): Promise<Sent> {
    return this.#once("message", words, {}, true);
  }

  /** Write labels down, in a note that says so in its text. */
  async label(labels: readonly Label[], words: HandlerWords): Promise<Sent> {
    const content = {
      ...words.content,
      labels: labels.map(({ field, value }) => ({ field, value })),
    };
    return this.note({ ...words, content });
  }

  /** Tell the reporter what was done with the report. */
  async feedback(words: HandlerWords): Promise<Sent> {
    return this.#once("feedback", words);
  }

  /** Pause the clocks, up to and including a day, with a reason that the reporter reads. */
  async pause(words: HandlerWords & { readonly until: Day }): Promise<Sent> {
    const { until, ...said } = words;
    return this.#once("pause", said, { until });
  }

  /** Close the report, after feedback. */
  async close(words: HandlerWords): Promise<Sent> {
    return this.#once("closing", words);
  }

  /** Take a closed report up again. */
  async reopen(words: HandlerWords): Promise<Sent> {
    return this.#once("reopening", words);
  }

  /**
   * Let a colleague in, and give them the keys of the earlier messages. The reporter sees it, and decides by their next
   * message whether the colleague reads on.
   *
   * @throws {@link RefusedError} `left-out`, `reader-not-allowed`, `past-term`, `wrap-reader`.
   */
  async admit(newcomer: Hex, words: HandlerWords): Promise<Sent> {
    const fields = { admits: participantText(newcomer) };
    const sent = await this.#once("admit", words, fields, false, newcomer);
    await this.refresh();
    await this.passOn();
    return sent;
  }

  /**
   * Suggest to hand the report to another line of this host. Only the reporter can hand it over.
   *
   * @param line - its address.
   * @throws {@link ClientError} `same-line`, `other-host`, `line-unread`; `address`.
   */
  async propose(line: string, words: HandlerWords): Promise<Sent> {
    await this.#current();
    const { id } = await findLine(this, line);
    return this.#once("proposal", words, { proposes: id });
  }

  /**
   * Accept a report that its reporter hands over: from then on this line answers it.
   *
   * @throws {@link HandlerError} `no-consent`; `not-received` if a message of the consent does not open.
   */
  async accept(words: HandlerWords): Promise<Sent> {
    const thread = await this.#current();
    const consent = this.#waitingConsent(thread);
    const { messages } = thread.report.log.access.handed.consents.get(consent) ?? { messages: [] };
    const opened = thread.messages.filter(({ contentKey }) => contentKey !== undefined);
    const isMissing = messages.some((id) => !opened.some((each) => each.id === hex(id)));
    if (isMissing) throw new HandlerError("not-received");
    return this.#once("acceptance", words, { consent: encodeBase64url(unhex(consent)) });
  }

  /** Refuse a report that its reporter hands over. The text tells the reporter why. */
  async refuse(words: HandlerWords): Promise<Sent> {
    const consent = this.#waitingConsent(await this.#current());
    return this.#once("refusal", words, { consent: encodeBase64url(unhex(consent)) });
  }

  #waitingConsent(thread: HandlerThread): Hex {
    const { waiting } = thread.report.log.access.handed;
    const isAsked = invitedTo(thread, this.#today).includes(thread.me);
    if (waiting === undefined || !isAsked) throw new HandlerError("no-consent");
    return waiting;
  }

  /**
   * Suggest another line, of any host, to the reporter. The two lines exchange nothing: the reporter's device makes a
   * new report from the summary, if the reporter wants that.
   *
   * @param line - its address, with a pin of the document that this handler saw.
   * @param summary - what the other line would read.
   */
  async refer(
    line: string,
    summary: string,
    words: Omit<HandlerWords, "text"> & { text?: string },
  ): Promise<Sent> {
    parseAddress(line);
    const text = words.text ?? suggestionText(words.language);
    const content = { ...words.content, ...suggestion(line, summary) };
    return this.#once("message", { ...words, text, content });
  }

  /** What the functions for files need: `attach` and `download`. */
  get place(): ReportPlace {
    const { keys, lines } = this.#thread.report;
    const { transport, file } = this.#inbox;
    const line = lines.birth.document.lineId;
    const { signing: key } = file.keys;
    return { transport, key, line, report: keys.report, path: entryPath(this.entry) };
  }

  /** Mark the alarms of this report as known: they stay shown, and a new message raises new ones. */
  markKnown(): readonly Alarm[] {
    const found = this.#inbox.file.memory.markKnown(this.#thread);
    this.#thread = this.#inbox.file.memory.withoutKnown(this.#thread);
    return found;
  }

  /**
   * Add the wraps that colleagues lack: after an ended key, after a lost device, or as newcomers. How many wraps.
   *
   * @throws {@link RefusedError} `past-term`. {@link NotPassedOnError} Some could not be passed on; all others were.
   */
  async passOn(): Promise<number> {
    const thread = await this.#current();
    const { transport, file } = this.#inbox;
    const api = entryApi(transport, file.keys.signing, this.entry);
    return addMissingWraps(thread, api.putWraps, transport.environment);
  }

  async #current(): Promise<HandlerThread> {
    return this.#isStale ? this.refresh() : this.#thread;
  }

  async #once(
    tag: HandlerTag,
    words: HandlerWords,
    fields: JsonObject = {},
    isNote = false,
    newcomer?: Hex,
  ): Promise<Sent> {
    const asked = JSON.stringify([tag, words, fields, isNote]);
    if (this.#unsent?.asked !== asked) {
      this.#unsent = { asked, draft: await this.seal(words, { tag, fields, isNote, newcomer }) };
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
   * Seal a message to the reporter and the readers of the report. Nothing is sent.
   *
   * @throws {@link ClientError} `erased`. {@link HandlerError} `not-with-you`, `not-taken-up`, `reporter-key`.
   * {@link RefusedError} `reader-not-allowed` when the reporter no longer lets this handler read; `gap`, `unknown-seen`,
   * `succeeded` when the host may be hiding whom the reporter left out; what a reader would refuse.
   */
  async seal(words: HandlerWords, kind: AnswerKind = {}): Promise<HandlerDraft> {
    const { file, transport } = this.#inbox;
    const { environment } = transport;
    const sealed = sealAnswer(await this.#current(), words, kind, file.keys, environment);
    return {
      readers: sealed.own.header.readers,
      sealed,
      notices: sealed.notices,
      keep: () => keepDraft(sealed, file.keys.signing.seed, environment.entropy),
      send: () => this.#send(sealed),
    };
  }

  /**
   * Send a message again that `HandlerDraft.keep` kept, as the same message: if it has arrived, nothing changes.
   *
   * @throws {@link RefusedError} It was kept under another key, or is damaged; `other-report`.
   */
  async resend(kept: Uint8Array): Promise<Sent> {
    const draft = readKeptDraft(kept, this.#inbox.file.keys.signing.seed);
    const isOfThis = same(draft.own.header.reportId, this.#thread.report.keys.report);
    return isOfThis ? this.#send(draft) : refuse("other-report");
  }

  async #send(posted: Posted): Promise<Sent> {
    this.#isStale = true;
    const { transport, file } = this.#inbox;
    const api = entryApi(transport, file.keys.signing, this.entry);
    const put = () => api.putMessage(posted.own.sealed);
    try {
      return await send(transport, posted, file.keys.lineId, put);
    } catch (error) {
      throw isProblem(error, "conflict") ? new ClientError("number-taken") : error;
    }
  }
}

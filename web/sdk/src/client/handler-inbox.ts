/** A handler's inbox: the reports that are theirs, and what the host shows of each. */

import { type Hex, hex } from "../protocol/verify/encoding.js";
import { RefusedError } from "../protocol/verify/errors.js";
import { inboxEntry, reportId } from "../protocol/verify/ids.js";
import { HandlerLine } from "./handler-line.js";
import { sideBySide } from "./http/concurrency.js";
import { AnswerError, ClientError, isProblem } from "./http/errors.js";
import {
  type EntryClaim,
  type EntryState,
  entryApi,
  type InboxPage,
  inboxApi,
} from "./http/inbox-api.js";
import type { FetchedLine } from "./lines/line.js";
import { fetchHandlerThread, type HandlerThread } from "./thread/handler-thread.js";
import { checkMemory } from "./thread/memory.js";
import { lastKnown, type RememberedReport } from "./thread/remembered-report.js";
import { healedAlarms } from "./thread/second-look.js";
import { isOdd } from "./thread/thread.js";

const MAX_ENTRIES = 1_000_000;
/** The most pages of an inbox: an honest host gives 50 entries on a page. */
const MAX_PAGES = 25_000;

/** A report that could not be read. It does not stop the others. */
export interface UnreadReport {
  readonly entry: Hex;
  readonly failure: RefusedError | ClientError;
}

/** Whether a report could not be read. */
export const isUnread = (read: HandlerThread | UnreadReport): read is UnreadReport =>
  "failure" in read;

/** A remembered report that the host does not list. */
export interface MissingReport {
  readonly entry: Hex;
  /** It may have ended in an ordinary way since it was listed: somebody closed or withdrew it. */
  readonly mayHaveEnded: boolean;
}

/** What the memory says about an inbox that was gone through to its end. */
export interface Absences {
  /** Reports that the host must still show. Ask colleagues about them. */
  readonly missing: readonly MissingReport[];
  /** Reports whose term is over. Tell each, and then `forget` it. */
  readonly ended: readonly (RememberedReport & { readonly entry: Hex })[];
}

interface Fetched {
  readonly thread: HandlerThread;
  /** The documents of the line by which it was read. */
  readonly documents: readonly Hex[];
}

/** Reads reports on one line. */
export class HandlerInbox extends HandlerLine {
  /** Entries of others that the host listed. An honest host lists none. */
  readonly foreign = new Set<Hex>();
  readonly #endingAnew = new Set<Hex>();
  #isLocated = false;

  override async line(): Promise<FetchedLine> {
    const line = await super.line();
    this.#isLocated = true;
    return line;
  }

  /**
   * A page of the inbox, as the host claims it: `read` verifies a report.
   *
   * @throws {@link ProblemError} `not-found` while the line does not list this handler.
   */
  async page(state?: EntryState, cursor?: string): Promise<InboxPage> {
    if (!this.#isLocated) await this.line(); // a host that the line has left still shows what it had
    const { keys } = this.file;
    return inboxApi(this.transport, keys.lineId, keys.signing).page(state, cursor);
  }

  /**
   * Go through the whole inbox. Each page is fetched only when it is wanted, and nothing is decrypted.
   *
   * @throws {@link AnswerError} `endless-list`. As `page`.
   */
  async *inbox(state?: EntryState): AsyncGenerator<EntryClaim & { readonly id: Hex }> {
    const seen = new Set<Hex>();
    let cursor: string | undefined;
    for (let pages = 1; ; pages += 1) {
      const page = await this.page(state, cursor);
      const before = seen.size;
      for (const listed of page.entries) {
        const id = hex(listed.entry);
        if (seen.has(id)) continue;
        seen.add(id);
        if (this.#isOwn(listed)) {
          this.#note(id, listed);
          yield { ...listed, id };
        } else this.foreign.add(id);
      }
      cursor = page.cursor;
      if (cursor === undefined) return;
      const isStill = seen.size === before;
      if (isStill || seen.size > MAX_ENTRIES || pages === MAX_PAGES)
        throw new AnswerError("endless-list");
    }
  }

  /** Whether an entry is named after this handler, on their line, and its report. */
  #isOwn({ entry, birthKeys: { signingKey, boxKey } }: EntryClaim): boolean {
    const own = inboxEntry(this.file.keys.rawId, reportId(signingKey, boxKey));
    return hex(own) === hex(entry);
  }

  #note(id: Hex, listed: EntryClaim): void {
    const { memory } = this.file;
    memory.noteListed(id, this.today);
    if (memory.isNews(listed)) this.#endingAnew.add(id);
  }

  /**
   * Read again each remembered report that ends on another day now, as `inbox` listed it: somebody closed, reopened or
   * withdrew it. Show what this gives: reports that are odd, and those that could not be read.
   */
  async readNewsOfEnds(): Promise<(HandlerThread | UnreadReport)[]> {
    const wanted = [...this.#endingAnew].sort();
    this.#endingAnew.clear();
    const found: (HandlerThread | UnreadReport)[] = [];
    if (wanted.length === 0) return found;
    for await (const each of this.readEach(wanted)) if (isToTell(each)) found.push(each);
    return found;
  }

  /** What the memory says about an inbox whose entries are all `listed`. */
  absences(listed: Iterable<Hex>): Absences {
    const { memory } = this.file;
    const [all, day] = [[...listed], this.today];
    const missing = memory.unlisted(all, day);
    return {
      missing: missing.map((entry) => ({ entry, mayHaveEnded: memory.mayHaveEnded(entry, day) })),
      ended: memory.ended(all, day).map(([entry, seen]) => ({ ...seen, entry })),
    };
  }

  /** Forget reports whose end was told. */
  forget(entries: Iterable<Hex>): void {
    this.file.memory.forget(entries);
  }

  /**
   * Fetch a report, verify it, compare it with what was seen before, and open what this handler may read.
   *
   * @param line - as `line` gave it, for a caller who reads many reports. If it does not fit any more, it is fetched
   * again.
   * @throws {@link RefusedError} As `fetchThread`. {@link ProblemError} `not-found` for a report that is not here.
   */
  async readThread(entry: Hex, line?: FetchedLine): Promise<HandlerThread> {
    const { memory } = this.file;
    const known = memory.reports.get(entry); // before: another reading may add what comes meanwhile
    let { found, isHealed } = await this.#firstLook(entry, line, known);
    let checked = checkMemory(found.thread, known);
    if (checked.alarms.length !== found.thread.alarms.length) {
      const [first, before] = [checked, found.documents];
      found = await this.#fetch(entry, known);
      checked = checkMemory(found.thread, known);
      isHealed ||= heals(first, checked, before.length !== found.documents.length);
    }
    if (isHealed) checked = withSecondLook(checked);
    memory.remember(checked, this.today);
    return memory.withoutKnown(checked);
  }

  /** The line may have changed since it was fetched, or between two answers: look again before an alarm is raised. */
  async #firstLook(entry: Hex, line: FetchedLine | undefined, known: RememberedReport | undefined) {
    let found: Fetched;
    let isHealed = false;
    try {
      found = await this.#fetch(entry, known, line);
    } catch (error) {
      if (line === undefined || !(error instanceof RefusedError)) throw error;
      found = await this.#fetch(entry, known);
      isHealed = found.documents.at(-1) === hex(line.documentHash) && !found.thread.erased;
    }
    if (found.thread.alarms.some(({ reason }) => reason === "document-unknown")) {
      const first = found;
      found = await this.#fetch(entry, known);
      isHealed ||= heals(
        first.thread,
        found.thread,
        first.documents.length !== found.documents.length,
      );
    }
    return { found, isHealed };
  }

  async #fetch(
    entry: Hex,
    known: RememberedReport | undefined,
    line?: FetchedLine,
  ): Promise<Fetched> {
    const own = line ?? (await this.line());
    const { transport } = this;
    const { keys, history } = this.file;
    const remembered = known && lastKnown(known);
    const thread = await fetchHandlerThread({ transport, keys, history }, own, entry, remembered);
    return { thread, documents: history.documents };
  }

  /**
   * Read many reports, a few at a time, in the order given. What cannot be read comes as an {@link UnreadReport}.
   */
  async *readEach(
    entries: Iterable<Hex> | AsyncIterable<Hex>,
  ): AsyncGenerator<HandlerThread | UnreadReport> {
    const line = await this.line();
    yield* sideBySide(entries, async (entry) => {
      try {
        return await this.readThread(entry, line);
      } catch (failure) {
        if (failure instanceof RefusedError || failure instanceof ClientError)
          return { entry, failure };
        throw failure;
      }
    });
  }

  /** The status of one report, as the host claims it. */
  async status(entry: Hex): Promise<EntryClaim> {
    return entryApi(this.transport, this.file.keys.signing, entry).status();
  }
}

/**
 * Whether a later look heals what no honest host gets wrong.
 *
 * @param hasGrown - the line has a new document since, which explains an unknown one.
 */
function heals(first: HandlerThread, second: HandlerThread, hasGrown: boolean): boolean {
  if (second.erased) return false;
  if (first.notices.some(({ kind }) => kind === "second-look")) return true;
  const told = first.alarms.filter(({ reason }) => !hasGrown || reason !== "document-unknown");
  return healedAlarms(told, second.alarms);
}

function withSecondLook(thread: HandlerThread): HandlerThread {
  if (thread.notices.some(({ kind }) => kind === "second-look")) return thread;
  return { ...thread, notices: [...thread.notices, { kind: "second-look" }] };
}

/** Whether a person must hear of a report that was read unasked. */
const isToTell = (read: HandlerThread | UnreadReport): boolean =>
  isUnread(read) ? !isProblem(read.failure, "not-found") : isOdd(read);

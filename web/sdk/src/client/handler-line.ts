/** A handler on their line: the documents that they know of it, their box keys there, and their key file. */

import { sha256 } from "@noble/hashes/sha2.js";
import { addDays, type Day } from "../protocol/verify/days.js";
import {
  type Bytes,
  encodeBase64url,
  encodeLineId,
  type Hex,
  hex,
  same,
} from "../protocol/verify/encoding.js";
import { activeHandlers, findHandler } from "../protocol/verify/line-document.js";
import { today } from "./environment.js";
import { HandlerError } from "./handler-error.js";
import { writeAddress } from "./http/address.js";
import { isFinal, isProblem } from "./http/errors.js";
import { putBoxKeys } from "./http/inbox-api.js";
import type { Transport } from "./http/transport.js";
import type { HandlerFile } from "./keys/handler-file.js";
import { AHEAD, type HandlerKeys } from "./keys/handler-keys.js";
import { followHistory } from "./lines/history.js";
import { deliver, type FetchedLine, fetchLine } from "./lines/line.js";
import type { Notice } from "./thread/notices.js";

/**
 * Keeps a key file where the person has it. It replaces the file as a whole, durably, before it answers.
 *
 * @param file - the new bytes.
 * @param replaced - SHA-256 of the file that they take the place of, in hexadecimal; empty for a new file. If another
 * one is there, it must not be replaced: give its bytes instead. They are merged, and saved again.
 */
export type SaveKeyFile = (file: Bytes, replaced: Hex) => Promise<Uint8Array | undefined>;

/** What the office needs to list a handler. */
export interface HandlerEntry {
  readonly lineId: string;
  readonly name: string;
  readonly role: string;
  readonly signingKey: string;
}

const KEYS_AT_ONCE = 16;
const MOST_MERGES = 5;

/** A handler on their line. */
export class HandlerLine {
  readonly transport: Transport;
  /** The open key file. What is learned stays in it: `save` keeps it. */
  readonly file: HandlerFile;
  readonly #save: SaveKeyFile;
  /** Names of box keys that were made here and that no host can have yet. */
  readonly #unpublished = new Set<Hex>();

  constructor(transport: Transport, file: HandlerFile, save: SaveKeyFile) {
    this.transport = transport;
    this.file = file;
    this.#save = save;
  }

  /** The handler's id on the line, in hexadecimal. */
  get id(): Hex {
    return this.file.keys.id;
  }

  /** The line's address, with a pin to the newest document that this handler knows. */
  get address(): string {
    return writeAddress(this.file.address);
  }

  /** What the office needs to list this handler: it travels as JSON. */
  get entry(): HandlerEntry {
    const { keys, name, role } = this.file;
    const signingKey = encodeBase64url(keys.signing.publicKey);
    return { lineId: encodeLineId(keys.lineId), name, role, signingKey };
  }

  protected get today(): Day {
    return today(this.transport.environment);
  }

  /**
   * Keep what was learned since: of the line, of reports, of keys. Another window may have published its keys already,
   * so new keys of this one give way to those in the file.
   *
   * @throws {@link HandlerError} `key-file-busy`; `other-keys`, `passphrase` for another file in the place of this one.
   */
  async save(): Promise<void> {
    for (let i = 0; i < MOST_MERGES; i += 1) {
      const written = this.file.write(this.transport.environment.entropy);
      const other = await this.#save(written, this.file.digest);
      if (other === undefined) {
        this.file.digest = hex(sha256(written));
        return;
      }
      await this.file.join(other, undefined, this.#unpublished.size > 0 ? "theirs" : "mine");
      this.file.digest = hex(sha256(other));
    }
    throw new HandlerError("key-file-busy");
  }

  /**
   * Fetch and verify the line, and follow its documents back to the known ones.
   *
   * @throws {@link RefusedError} As `fetchLine` and `followHistory`.
   */
  async line(): Promise<FetchedLine> {
    const { file, transport } = this;
    const line = await fetchLine(transport, file.keys.lineId, file.address.pin);
    file.history = await followHistory(transport, line, file.history);
    file.origin = transport.origin;
    return line;
  }

  /**
   * Publish box keys ahead, and give the last day that they cover. Repeating it is safe.
   *
   * @throws {@link HandlerError} `keys-elsewhere` if another device published others under the same numbers.
   * {@link ProblemError} `not-found` while the line does not list this handler.
   */
  async publishKeys(): Promise<Day> {
    const before = this.file.keys;
    this.file.keys = before.extend(this.today, this.transport.environment.entropy);
    const added = this.file.keys.published.slice(before.published.length);
    for (const { keyId } of added) this.#unpublished.add(hex(keyId));
    await this.save();
    try {
      await this.#putKeys(this.file.keys);
    } catch (error) {
      if (!isFinal(error)) this.#unpublished.clear(); // the host may have them all the same
      if (!isProblem(error, "conflict")) throw error;
      this.file.keys = this.file.keys.without(this.#unpublished); // nobody seals to them
      this.#unpublished.clear();
      await this.save();
      throw new HandlerError("keys-elsewhere");
    }
    return this.file.keys.until as Day;
  }

  async #putKeys(keys: HandlerKeys): Promise<void> {
    const upcoming = keys.upcoming(this.today);
    for (let i = 0; i < upcoming.length; i += KEYS_AT_ONCE) {
      const some = upcoming.slice(i, i + KEYS_AT_ONCE);
      await deliver(this.transport, keys.lineId, () =>
        putBoxKeys(this.transport, keys.lineId, some, keys.signing),
      );
      this.#unpublished.clear();
    }
  }

  /**
   * Publish box keys if less than half a year is published, or the host lacks today's key; whether it did. It only adds
   * keys, so it may run unasked. If `keyNotice` still finds something afterwards, tell the person.
   *
   * @param line - as `line` gave it.
   */
  async publishWhenDue(line: FetchedLine): Promise<boolean> {
    const isLacking = !line.boxKeys.has(this.id) || this.keyNotice(line) !== undefined;
    const isDue = isLacking || !this.file.keys.reaches(addDays(this.today, AHEAD));
    if (isDue) await this.publishKeys();
    return isDue;
  }

  /**
   * Compare the own box key that a host serves with the one that authors should seal to. A host that goes on serving an
   * old key keeps messages readable to whoever has a lost device.
   */
  keyNotice({ document, boxKeys }: FetchedLine): Notice | undefined {
    const { id: handler, today: day } = this;
    const served = boxKeys.get(handler);
    if (served === undefined) {
      const isActive = activeHandlers(document, day).includes(handler);
      return isActive ? { kind: "no-box-key", handler } : undefined;
    }
    const { keys } = this.file;
    const own = keys.sealedTo(day, findHandler(document, handler)?.firstBoxKey ?? 0);
    const isOlder = own !== undefined && served.number < own.number;
    const isOwn = keys.published.some(({ keyId }) => same(keyId, served.keyId));
    if (isOwn && !isOlder) return undefined;
    return { kind: isOlder ? "old-box-key" : "unknown-box-key", handler };
  }

  /**
   * Take in what a copy of this key file has learned, such as on another device, publish its keys and save.
   *
   * @throws {@link HandlerError} `other-keys`, `passphrase`, `keys-elsewhere`. {@link RefusedError} `document-fork`.
   */
  async merge(file: Uint8Array, passphrase: string): Promise<Day> {
    await this.file.join(file, passphrase);
    try {
      return await this.publishKeys();
    } catch (error) {
      if (!isElsewhere(error)) throw error;
    }
    const mine = this.file.write(this.transport.environment.entropy);
    await this.file.join(file, passphrase, "theirs"); // of two keys of one number the host may have this one
    try {
      return await this.publishKeys();
    } catch (error) {
      if (!isElsewhere(error)) throw error;
      await this.file.join(mine, undefined, "theirs"); // a third copy has published: lose no key of this one
      await this.save();
      throw error;
    }
  }
}

const isElsewhere = (error: unknown): boolean =>
  error instanceof HandlerError && error.code === "keys-elsewhere";

/** The office's side: its line key, and the line documents signed with it. */

import { sign } from "../protocol/keys.js";
import { type Pin, pinOf, type VerifiedLine, verifyLine } from "../protocol/line.js";
import { daysBetween } from "../protocol/verify/days.js";
import { type Bytes, type Hex, hex, same } from "../protocol/verify/encoding.js";
import { refuse } from "../protocol/verify/errors.js";
import { documentHash, textHash } from "../protocol/verify/ids.js";
import {
  checkHandlersKept,
  findHandler,
  type LineDocument,
  parseDocument,
} from "../protocol/verify/line-document.js";
import { type Environment, platform, today } from "./environment.js";
import { isProblem } from "./http/errors.js";
import { officeApi } from "./http/office-api.js";
import { Transport } from "./http/transport.js";
import { type LineKeys, type LineSecrets, lineIdOf, successorOf } from "./keys/line-keys.js";
import { fetchLine, fetchText } from "./lines/line.js";
import { allTexts, checkPlanTexts, type LinePlan, planOf, writeDocument } from "./lines/plan.js";
import { OfficeError } from "./office-errors.js";

/** How long before its end a document is due, in days. */
const NOTICE = 21;
/** How far a first box key may be above the key that the host serves. */
const MAX_AHEAD = 128;

/** Stores the secrets durably, in place of those before: `writeKeyFile` makes the bytes. */
export type SaveSecrets = (secrets: LineSecrets) => Promise<void>;

/**
 * Publishes the documents of one line. Whatever it learns or makes goes to `save` at once.
 *
 * @example
 * ```ts
 * import {
 *   createLineKeys,
 *   LineOwner,
 *   lineContent,
 *   lineIdOf,
 *   NONCE_SIZE,
 *   newKeyFile,
 *   openKeyFile,
 *   SALT_SIZE,
 *   withHandlers,
 *   writeKeyFile,
 * } from "@meldpunt/client/office";
 *
 * const entropy = (size: number) => crypto.getRandomValues(new Uint8Array(size));
 * const passphrase = "correct horse battery";
 * const file = await newKeyFile(passphrase, entropy(SALT_SIZE));
 * const keys = createLineKeys(entropy);
 * let stored = new Uint8Array();
 * const owner = new LineOwner({ origin: host, keys }, async (secrets) => {
 *   stored = writeKeyFile(file, lineContent(secrets), entropy(NONCE_SIZE)); // your program saves it
 * });
 * const today = new Date().toISOString().slice(0, 10);
 * await owner.publish(withHandlers(plan, lineIdOf(keys), entries, today), invite);
 * console.log((await openKeyFile(stored, passphrase)).content.kind);
 * ```
 */
export class LineOwner {
  readonly #transport: Transport;
  readonly #save: SaveSecrets;
  #secrets: LineSecrets;
  /** After publishing: whether the host's receipt key differs from the document's before. */
  hasNewReceiptKey = false;

  /** @param secrets - of a key file, or of {@link createLineKeys}. */
  constructor(secrets: LineSecrets, save: SaveSecrets, given: Partial<Environment> = {}) {
    this.#secrets = secrets;
    this.#save = save;
    this.#transport = new Transport(secrets.origin, platform(given));
  }

  /** What the key file keeps now. */
  get secrets(): LineSecrets {
    return this.#secrets;
  }

  get #line(): Bytes {
    return lineIdOf(this.#secrets.keys);
  }

  async #keep(change: Partial<LineSecrets>): Promise<void> {
    this.#secrets = { ...this.#secrets, ...change };
    await this.#save(this.#secrets);
  }

  /**
   * The line as it is published; undefined before its first document.
   *
   * @throws {@link ProblemError} `not-found` if the host has lost it; {@link RefusedError} as `verifyLine`.
   */
  async line(): Promise<VerifiedLine | undefined> {
    const { pin } = this.#secrets;
    try {
      const found = await fetchLine(this.#transport, this.#line, pin);
      await this.#pin(pinOf(found));
      return found;
    } catch (error) {
      if (pin === undefined && isProblem(error, "not-found")) return undefined;
      throw error;
    }
  }

  async #pin(pin: Pin): Promise<void> {
    const known = this.#secrets.pin;
    if (known === undefined || !same(known.document, pin.document)) await this.#keep({ pin });
  }

  /**
   * Sign the next document of the line and publish it.
   *
   * @param invite - the operator's one-time invite: for the first document only.
   * @throws {@link OfficeError} `box-key-ahead`; {@link RefusedError} a rule of documents or texts, or `rotation` if this
   * is not the key in force; {@link ProblemError} `conflict` if somebody published another document meanwhile.
   */
  async publish(plan: LinePlan, invite?: string): Promise<VerifiedLine> {
    const current = await this.line();
    const { keys } = this.#secrets;
    if (current !== undefined && !isInForce(keys, current)) refuse("rotation");
    checkFirstBoxKeys(plan, current);
    checkNewTexts(plan, current?.document);
    return this.#publish(plan, current, keys, invite);
  }

  async #publish(
    plan: LinePlan,
    current: VerifiedLine | undefined,
    keys: LineKeys,
    invite?: string,
  ): Promise<VerifiedLine> {
    const api = officeApi(this.#transport);
    const { signing, firstKey, rotations } = keys;
    const host = await api.host();
    const day = today(this.#transport.environment);
    const before = current && pinOf(current);
    const document = writeDocument(plan, this.#line, rotations.length, host, before, day);
    const made = parseDocument(document, this.#line);
    if (current !== undefined) checkHandlersKept(made, current.document);
    const put = {
      firstKey,
      rotations,
      document,
      signature: sign(signing, "mp1/line-document", document),
      texts: allTexts(plan.texts),
      invite: current === undefined ? invite : undefined,
    };
    const served = await api.putLine(this.#line, put, signing);
    const published = verifyLine(served, this.#line, day, before);
    if (!same(published.documentHash, documentHash(document))) refuse("document-fork");
    await this.#pin(pinOf(published));
    const known = current?.document.receiptKey;
    this.hasNewReceiptKey = known !== undefined && !same(known, host.receiptKey);
    return published;
  }

  /** The plan of a published document, with its texts from the host. */
  async plan(line: VerifiedLine): Promise<LinePlan> {
    const fetched = (hash: Bytes) => fetchText(this.#transport, line, hash);
    const { form, guide, procedure, theme, pages = [], texts } = line.document;
    const found = { form: await fetched(form), guide: await fetched(guide) };
    const many = async (hashes: readonly Bytes[]) => {
      const all: Bytes[] = [];
      for (const hash of hashes) all.push(await fetched(hash));
      return all;
    };
    return planOf(line.document, {
      ...found,
      procedure: await fetched(procedure),
      theme: theme && (await fetched(theme)),
      pages: await many(pages),
      further: await many(texts),
    });
  }

  /**
   * Publish the same plan again, for another 90 days.
   *
   * @param force - also where the document has more than three weeks left.
   * @throws {@link OfficeError} `unpublished`, `not-due`; as {@link publish}.
   */
  async renew({ force = false } = {}): Promise<VerifiedLine> {
    const current = await this.#published();
    const day = today(this.#transport.environment);
    if (!force && daysBetween(day, current.document.expiresOn) > NOTICE)
      throw new OfficeError("not-due");
    return this.publish(await this.plan(current));
  }

  /**
   * Replace the line key: a new key signs the same plan, and the old one is destroyed. After an interruption, call it
   * again with the saved secrets: it goes on where it stopped.
   *
   * @throws {@link OfficeError} `unpublished`; {@link RefusedError} `rotation` if another device has replaced the key.
   */
  async rotate(): Promise<VerifiedLine> {
    let current = await this.#published();
    const { keys, successor: begun } = this.#secrets;
    const successor = begun ?? successorOf(keys, this.#transport.environment.entropy);
    if (!isInForce(successor, current)) {
      if (!isInForce(keys, current)) refuse("rotation");
      await this.#keep({ successor });
      current = await this.#handOver(current, successor);
    }
    await this.#keep({ keys: successor, successor: undefined, pin: pinOf(current) });
    return current;
  }

  async #handOver(current: VerifiedLine, successor: LineKeys): Promise<VerifiedLine> {
    try {
      return await this.#publish(await this.plan(current), current, successor);
    } catch (error) {
      if (!isProblem(error, "conflict")) throw error;
      if (isInForce(this.#secrets.keys, await this.#published())) throw error;
      return refuse("rotation");
    }
  }

  async #published(): Promise<VerifiedLine> {
    const current = await this.line();
    if (current === undefined) throw new OfficeError("unpublished");
    return current;
  }
}

const isInForce = ({ signing }: LineKeys, line: VerifiedLine): boolean =>
  same(signing.publicKey, line.keys.at(-1) as Bytes);

/** How far a first box key is above the key that the host serves: mistyped, or the host withholds newer ones. */
export function firstBoxKeyAhead(
  current: VerifiedLine | undefined,
  handler: Hex,
  number: number,
): number {
  const listed = current && findHandler(current.document, handler);
  const served = current?.boxKeys.get(handler);
  return number - Math.max(listed?.firstBoxKey ?? 0, served?.number ?? 0);
}

function checkFirstBoxKeys({ handlers }: LinePlan, current: VerifiedLine | undefined): void {
  const isFar = handlers.some(
    ({ id, firstBoxKey }) => firstBoxKeyAhead(current, hex(id), firstBoxKey) > MAX_AHEAD,
  );
  if (isFar) throw new OfficeError("box-key-ahead");
}

/** Texts and clocks that a line has published already can be published again. */
function checkNewTexts(plan: LinePlan, current: LineDocument | undefined): void {
  const { form, guide, procedure, theme, pages = [] } = plan.texts;
  const read = [form, guide, procedure, ...pages, ...(theme === undefined ? [] : [theme])];
  const known = current && [
    ...[current.form, current.guide, current.procedure, ...(current.pages ?? [])],
    ...(current.theme === undefined ? [] : [current.theme]),
    ...current.texts,
  ];
  const isKnown = read.every((text) => known?.some((hash) => same(hash, textHash(text))));
  const isSame = JSON.stringify(plan.clocks) === JSON.stringify(current?.clocks);
  if (!isKnown || !isSame) checkPlanTexts(plan);
}

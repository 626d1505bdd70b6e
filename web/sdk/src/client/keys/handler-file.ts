/**
 * A handler's key file while it is open: keys, what is known of the line, and what was seen of each report
 * (openapi/files.md section 4).
 */

import { sha256 } from "@noble/hashes/sha2.js";

import type { Alarm } from "../../protocol/alarms.js";
import {
  type Cost,
  NONCE_SIZE,
  newKeyFile,
  type OpenedKeyFile,
  openKeyFile,
  reopenKeyFile,
  SALT_SIZE,
  writeKeyFile,
} from "../../protocol/key-file.js";
import type {
  HandlerContent,
  KnownAlarm,
  LineContent,
  SavedConsultation,
  SeenReport,
} from "../../protocol/key-file-content.js";
import { mergeKeyFiles } from "../../protocol/key-merge.js";
import { signingKey } from "../../protocol/keys.js";
import type { Entropy } from "../../protocol/message.js";
import type { Progress } from "../../protocol/receipt.js";
import {
  type Bytes,
  decodeBase64url,
  decodeLineId,
  encodeBase64url,
  encodeLineId,
  type Hex,
  hex,
  same,
  unhex,
} from "../../protocol/verify/encoding.js";
import { RefusedError } from "../../protocol/verify/errors.js";
import { participantText } from "../../protocol/verify/fields.js";
import { HandlerError } from "../handler-error.js";
import type { LineAddress } from "../http/address.js";
import { historyPin, type LineHistory } from "../lines/history.js";
import { Memory } from "../thread/memory.js";
import type { RememberedReport } from "../thread/remembered-report.js";
import { HandlerKeys, publishedKey } from "./handler-keys.js";

type Sealing = Pick<OpenedKeyFile, "header" | "key">;

const b64 = (value: Bytes | undefined) =>
  value === undefined ? undefined : encodeBase64url(value);
const raw = (written: string): Bytes => decodeBase64url(written);
const hexOf = (written: string): Hex => hex(raw(written));
const written = (value: Hex): string => encodeBase64url(unhex(value));
const digestOf = (file: Uint8Array): Hex => hex(sha256(file));

/** An open key file of a handler. Nothing is stored: `write` gives the bytes to keep. */
export class HandlerFile {
  readonly #sealing: Sealing;
  /** Who the handler is, as the office was told. */
  readonly name: string;
  readonly role: string;
  readonly #sheet: number | undefined;
  /** Of the line's host. */
  origin: string;
  keys: HandlerKeys;
  history: LineHistory;
  memory: Memory;
  /** Consultations of other lines, with the codes that open the answers. */
  consultations: readonly SavedConsultation[];
  /** SHA-256 of the file as it was read or last written. */
  digest: Hex;

  private constructor(sealing: Sealing, content: HandlerContent, digest: Hex) {
    this.#sealing = sealing;
    this.name = content.name;
    this.role = content.role;
    this.#sheet = content.sheet;
    this.origin = content.origin;
    this.digest = digest;
    this.keys = keysOf(content);
    const { documents, keyNumber, consultations } = content;
    this.history = { documents: documents.map(hexOf), keyNumber };
    this.memory = memoryOf(content);
    this.consultations = consultations;
  }

  /**
   * Open a key file.
   *
   * @throws {@link HandlerError} `passphrase`; `key-file` for no key file of a handler; `key-file-damaged`.
   */
  static async open(
    file: Uint8Array,
    passphrase: string,
    progress: Progress = {},
  ): Promise<HandlerFile> {
    const { header, key, content } = await told(() => openKeyFile(file, passphrase, progress));
    return new HandlerFile({ header, key }, handlers(content), digestOf(file));
  }

  /** Make keys for a line, in a new file. `write` gives it. */
  static async create(
    { origin, lineId }: LineAddress,
    { name, role, passphrase }: { name: string; role: string; passphrase: string },
    entropy: Entropy,
    { cost, ...progress }: Progress & { readonly cost?: Cost | undefined } = {},
  ): Promise<HandlerFile> {
    const sealing = await newKeyFile(passphrase, entropy(SALT_SIZE), cost, progress);
    const keys = HandlerKeys.create(lineId, entropy);
    const content: HandlerContent = {
      kind: "handler",
      origin,
      lineId: encodeLineId(lineId),
      name,
      role,
      seed: encodeBase64url(keys.signing.seed),
      chains: [],
      statements: [],
      documents: [],
      keyNumber: 0,
      seen: [],
      unmoved: [],
      consultations: [],
    };
    return new HandlerFile(sealing, content, "");
  }

  /** The line, with a pin to the newest document known. */
  get address(): LineAddress {
    return { origin: this.origin, lineId: this.keys.lineId, pin: historyPin(this.history) };
  }

  /** What the file holds, as it is written. */
  get content(): HandlerContent {
    const { origin, name, role, keys, history, memory } = this;
    return {
      kind: "handler",
      origin,
      lineId: encodeLineId(keys.lineId),
      name,
      role,
      seed: encodeBase64url(keys.signing.seed),
      chains: keys.chains.map(({ first, number, value }) => ({
        firstNumber: first,
        number,
        value: encodeBase64url(value),
      })),
      statements: keys.published.map(({ statement, signature }) => ({
        statement: encodeBase64url(statement),
        signature: encodeBase64url(signature),
      })),
      documents: history.documents.map(written),
      keyNumber: history.keyNumber,
      seen: [...memory.reports].sort().map(([entry, seen]) => savedReport(entry, seen)),
      unmoved: [...memory.unmoved]
        .sort()
        .map(([entry, since]) => ({ entry: written(entry), since })),
      ...(this.#sheet === undefined ? {} : { sheet: this.#sheet }),
      consultations: [...this.consultations],
    };
  }

  /** The file's bytes as they are now, to replace the file as a whole. */
  write(entropy: Entropy): Bytes {
    return writeKeyFile(this.#sealing, this.content, entropy(NONCE_SIZE));
  }

  /**
   * Join what a copy of this file has learned.
   *
   * @param passphrase - needed for a copy that was made under another one, or on another device.
   * @param first - whose keys stay, of two of one number.
   * @throws {@link ClientError} As `open`; `passphrase` for a copy under another one where none is given; `other-keys`
   * for another handler's. {@link RefusedError} `document-fork`: the host showed the two devices different lines.
   */
  async join(
    file: Uint8Array,
    passphrase?: string,
    first: "mine" | "theirs" = "mine",
  ): Promise<void> {
    const theirs = handlers(await this.#contentOf(file, passphrase));
    const mine = this.content;
    const isMine = theirs.lineId === mine.lineId && theirs.seed === mine.seed;
    if (!isMine) throw new HandlerError("other-keys");
    const joined = mergeKeyFiles(mine, theirs);
    this.keys = keysOf(first === "mine" ? joined : mergeKeyFiles(theirs, mine));
    this.history = { documents: joined.documents.map(hexOf), keyNumber: joined.keyNumber };
    this.memory = memoryOf(joined);
    this.consultations = joined.consultations;
  }

  async #contentOf(file: Uint8Array, passphrase: string | undefined) {
    if (passphrase !== undefined) return (await told(() => openKeyFile(file, passphrase))).content;
    return told(async () => openWithKey(file, this.#sealing));
  }
}

/** A copy under the same header opens with the same key. */
function openWithKey(file: Uint8Array, { header, key }: Sealing) {
  if (!same(file.subarray(0, header.length), header)) throw new HandlerError("passphrase");
  return reopenKeyFile(file, key).content;
}

const REASONS: Partial<Record<string, "passphrase" | "key-file-damaged">> = {
  ciphertext: "passphrase",
  "body-hash": "key-file-damaged",
  length: "key-file-damaged",
};

async function told<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new HandlerError(REASONS[error.reason] ?? "key-file");
  }
}

function handlers(content: HandlerContent | LineContent): HandlerContent {
  if (content.kind !== "handler") throw new HandlerError("key-file");
  return content;
}

const keysOf = ({ lineId, seed, chains, statements }: HandlerContent): HandlerKeys =>
  new HandlerKeys(
    decodeLineId(lineId),
    signingKey(raw(seed)),
    chains.map(({ firstNumber, number, value }) => ({
      first: firstNumber,
      number,
      value: raw(value),
    })),
    statements.map(({ statement, signature }) => publishedKey(raw(statement), raw(signature))),
  );

const memoryOf = ({ seen, unmoved }: HandlerContent): Memory =>
  new Memory(
    seen.map((each) => [hexOf(each.entry), rememberedReport(each)]),
    unmoved.map(({ entry, since }) => [hexOf(entry), since]),
  );

const rememberedReport = ({
  entry: _,
  heads,
  document,
  knownAlarms = [],
  reporterN = 0,
  ...days
}: SeenReport): RememberedReport => ({
  ...days,
  reporterN,
  heads: heads.map(hexOf),
  document: document === undefined ? undefined : raw(document),
  knownAlarms: knownAlarms.map(alarmOf),
});

function savedReport(entry: Hex, seen: RememberedReport): SeenReport {
  const { heads, document, knownAlarms, ...days } = seen;
  const alarms = knownAlarms.map(savedAlarm).map((each) => JSON.stringify(each));
  const found = {
    entry: written(entry),
    ...days,
    heads: heads.map(written),
    document: b64(document),
    knownAlarms: [...new Set(alarms)].sort().map((each) => JSON.parse(each) as KnownAlarm),
  };
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => value !== undefined),
  ) as SeenReport;
}

const alarmOf = ({ reason, author, n }: KnownAlarm): Alarm => ({
  reason: reason as Alarm["reason"],
  author: author === undefined || author === "reporter" ? "reporter" : hexOf(author),
  ...(n === undefined ? {} : { n }),
});

const savedAlarm = ({ reason, author, n }: Alarm): KnownAlarm => ({
  reason,
  author: participantText(author),
  ...(n === undefined ? {} : { n }),
});

/** A host's whole answer about a line, verified (openapi/protocol.md section 5.3). */

import { isBoxKey } from "./primitives/x-wing.js";
import {
  SIGNED_BOX_KEY,
  type SignedBoxKey,
  type VerifiedBoxKey,
  verifyBoxKey,
} from "./verify/box-key.js";
import { addDays, type Day, TOLERANCE } from "./verify/days.js";
import { type Bytes, type Hex, hex, same } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import * as f from "./verify/fields.js";
import { documentHash } from "./verify/ids.js";
import { MAX_ROTATIONS, ROTATION, verifyKeyChain } from "./verify/key-chain.js";
import {
  activeHandlers,
  findHandler,
  type LineDocument,
  verifyDocument,
} from "./verify/line-document.js";

const GRACE = 30;

const SERVED = {
  firstKey: f.raw(32),
  rotations: f.optional(f.list(ROTATION, 0, MAX_ROTATIONS), []),
  document: f.raw(),
  signature: f.raw(64),
  boxKeys: f.optional(f.list(SIGNED_BOX_KEY, 0, 4096), []),
  moved: f.optional(f.flag, false),
};

/** What is read of a host's answer about a line. */
export type ServedLine = typeof SERVED;

/** Read a host's answer about a line. Nothing of it is verified. */
export const readServedLine = (data: Uint8Array) => f.readAnswer(data, SERVED);

/** What a client remembers of the newest document that it has accepted. */
export interface Pin {
  readonly number: number;
  /** The document's hash, 32 bytes. */
  readonly document: Bytes;
  readonly keyNumber: number;
}

/** `current`; `expired`: a client warns; `past-grace`: nothing is sealed. */
export type Freshness = "current" | "expired" | "past-grace";

/** A line whose keys, document and box keys hold. */
export interface VerifiedLine {
  readonly document: LineDocument;
  readonly documentHash: Bytes;
  /** The line's keys, oldest first. */
  readonly keys: readonly Bytes[];
  /** The keys to seal to, by handler. A handler without a usable key has none. */
  readonly boxKeys: ReadonlyMap<Hex, VerifiedBoxKey>;
  readonly freshness: Freshness;
  /** The host says that the line lives elsewhere now; only the document can show it. */
  readonly moved: boolean;
}

/** What to remember of a line. */
export const pinOf = ({ document, documentHash }: VerifiedLine): Pin => ({
  number: document.number,
  document: documentHash,
  keyNumber: document.keyNumber,
});

/**
 * Verify a host's answer about a line.
 *
 * The documents between the pinned one and the newest are not in it: a client fetches them, and checks
 * that they lead to the pin.
 *
 * @param line - 20 bytes: the id that the client was configured with.
 * @throws {@link RefusedError} A reason of sections 5 and 6.
 */
export function verifyLine(
  data: Uint8Array,
  line: Uint8Array,
  today: Day,
  pin?: Pin,
): VerifiedLine {
  const served = readServedLine(data);
  const keys = verifyKeyChain(line, served.firstKey, served.rotations);
  const document = verifyDocument(served.document, served.signature, line, keys);
  if (document.keyNumber !== keys.length - 1) refuse("key-number");
  if (document.signedOn > addDays(today, TOLERANCE)) refuse("document-dates");
  const ownHash = documentHash(served.document);
  if (pin !== undefined) checkPin(document, ownHash, pin);
  return {
    document,
    documentHash: ownHash,
    keys,
    boxKeys: currentBoxKeys(served.boxKeys, document, today),
    freshness: freshnessOf(document, today),
    moved: served.moved,
  };
}

function checkPin(document: LineDocument, ownHash: Bytes, pin: Pin): void {
  if (document.number < pin.number) refuse("document-below-pin");
  if (document.number === pin.number && !same(ownHash, pin.document)) refuse("document-fork");
  const isNext = document.number === pin.number + 1;
  if (isNext && !same(document.previous as Bytes, pin.document)) refuse("document-previous");
  if (document.keyNumber < pin.keyNumber) refuse("key-number");
}

/** The highest key of each active handler that counts today; a handler whose highest is unusable has none. */
function currentBoxKeys(
  signed: readonly SignedBoxKey[],
  document: LineDocument,
  today: Day,
): Map<Hex, VerifiedBoxKey> {
  const active = activeHandlers(document, today);
  const current = new Map<Hex, VerifiedBoxKey>();
  for (const each of signed) {
    const key = verifyBoxKey(each, document);
    const handler = hex(key.handlerId);
    const isNewest = key.number > (current.get(handler)?.number ?? -1);
    if (active.includes(handler) && isNewest && counts(key, document, today))
      current.set(handler, key);
  }
  return new Map([...current].filter(([, key]) => isBoxKey(key.publicKey)));
}

function counts(key: VerifiedBoxKey, document: LineDocument, today: Day): boolean {
  const inTime =
    today >= addDays(key.notBefore, -TOLERANCE) && today <= addDays(key.notAfter, TOLERANCE);
  return inTime && key.number >= (findHandler(document, hex(key.handlerId))?.firstBoxKey ?? 0);
}

function freshnessOf({ expiresOn }: LineDocument, today: Day): Freshness {
  if (today <= addDays(expiresOn, TOLERANCE)) return "current";
  return today <= addDays(expiresOn, GRACE) ? "expired" : "past-grace";
}

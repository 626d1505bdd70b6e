/** A line's keys, the one in force and the public keys before it, and the key file that keeps them (openapi/files.md section 4). */

import { LINE_CONTENT, type LineContent } from "../../protocol/key-file-content.js";
import { type SigningKey, sign, signingKey } from "../../protocol/keys.js";
import type { Pin } from "../../protocol/line.js";
import type { Entropy } from "../../protocol/message.js";
import {
  type Bytes,
  decodeBase64url,
  encodeBase64url,
  encodeLineId,
} from "../../protocol/verify/encoding.js";
import { lineId } from "../../protocol/verify/ids.js";
import { ROTATION, type SignedRotation } from "../../protocol/verify/key-chain.js";
import { dumpJson, type JsonObject } from "../../protocol/verify/strict-json.js";

const SEED_SIZE = 32;

/** The key in force of a line, and the public keys before it. */
export interface LineKeys {
  readonly signing: SigningKey;
  readonly firstKey: Bytes;
  readonly rotations: readonly SignedRotation[];
}

/** Make the first key of a new line: the line's id follows from it. */
export function createLineKeys(entropy: Entropy): LineKeys {
  const signing = signingKey(entropy(SEED_SIZE));
  return { signing, firstKey: signing.publicKey, rotations: [] };
}

/** The line's id, 20 bytes. */
export const lineIdOf = ({ firstKey }: LineKeys): Bytes => lineId(firstKey);

/** Make the key that replaces this one, with a statement that both sign (openapi/protocol.md section 5.1). */
export function successorOf(keys: LineKeys, entropy: Entropy): LineKeys {
  const { signing: old, firstKey, rotations } = keys;
  const signing = signingKey(entropy(SEED_SIZE));
  const statement = dumpJson({
    version: 1,
    lineId: encodeLineId(lineIdOf(keys)),
    number: rotations.length + 1,
    oldKey: encodeBase64url(old.publicKey),
    newKey: encodeBase64url(signing.publicKey),
  });
  const [oldSignature, newSignature] = [old, signing].map((key) =>
    sign(key, "mp1/line-rotation", statement),
  ) as [Bytes, Bytes];
  return {
    signing,
    firstKey,
    rotations: [...rotations, { statement, oldSignature, newSignature }],
  };
}

/** A rotation as it travels. */
export const writtenRotation = ({ statement, oldSignature, newSignature }: SignedRotation) => ({
  statement: encodeBase64url(statement),
  oldSignature: encodeBase64url(oldSignature),
  newSignature: encodeBase64url(newSignature),
});

/** What an office keeps of its line. */
export interface LineSecrets {
  /** Of the line's host. */
  readonly origin: string;
  readonly keys: LineKeys;
  /** The newest document that was published; undefined before the first. */
  readonly pin?: Pin | undefined;
  /** The keys of a rotation that was begun, and that no host has confirmed yet. */
  readonly successor?: LineKeys | undefined;
}

/** The content of an office's key file: `writeKeyFile` seals it. */
export function lineContent({ origin, keys, pin, successor }: LineSecrets): LineContent {
  const next = successor?.rotations.at(-1);
  return {
    kind: "line",
    origin,
    seed: encodeBase64url(keys.signing.seed),
    firstKey: encodeBase64url(keys.firstKey),
    rotations: keys.rotations.map(writtenRotation),
    number: pin?.number ?? 0,
    ...(pin === undefined ? {} : { document: encodeBase64url(pin.document) }),
    ...(successor === undefined || next === undefined
      ? {}
      : {
          nextSeed: encodeBase64url(successor.signing.seed),
          nextRotation: writtenRotation(next),
        }),
  };
}

/** What an office's key file keeps: `openKeyFile` gives its content. @throws {@link RefusedError} `fields`. */
export function lineSecrets(content: JsonObject): LineSecrets {
  const found = LINE_CONTENT(content);
  const firstKey = decodeBase64url(found.firstKey, 32);
  const rotations = (found.rotations ?? []).map(ROTATION);
  const keysOf = (seed: string, more: readonly SignedRotation[] = []): LineKeys => ({
    signing: signingKey(decodeBase64url(seed, 32)),
    firstKey,
    rotations: [...rotations, ...more],
  });
  const { origin, seed, number = 0, document, nextSeed, nextRotation } = found;
  const pin = document === undefined ? undefined : decodeBase64url(document, 32);
  return {
    origin,
    keys: keysOf(seed),
    pin: pin && { number, document: pin, keyNumber: rotations.length },
    successor:
      nextSeed === undefined || nextRotation === undefined
        ? undefined
        : keysOf(nextSeed, [ROTATION(nextRotation)]),
  };
}

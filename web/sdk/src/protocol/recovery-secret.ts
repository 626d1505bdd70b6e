/** What a handler's recovery sheets hold together (openapi/files.md section 2). */

import { advance, CHAIN_LENGTH, chainKey, signingKey } from "./keys.js";
import { addDays, type Day } from "./verify/days.js";
import { type Bytes, type Hex, hex } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import { boxKeyId, handlerId } from "./verify/ids.js";

const EPOCH: Day = "2020-01-01";
const HEAD_SIZE = 34;
const CHAIN_SIZE = 40;
const LONGEST = 61;

/** A key of a chain, and its days. */
export interface RecoveredKey {
  readonly number: number;
  readonly keyId: Hex;
  readonly notBefore: Day;
  readonly notAfter: Day;
}

/** What a recovery secret holds, on a line. */
export interface RecoveredSecret {
  /** Seed of the signing key: 32 secret bytes. */
  readonly seed: Bytes;
  /** 16 bytes. */
  readonly handler: Bytes;
  readonly keys: readonly RecoveredKey[];
}

interface SavedChain {
  readonly first: number;
  /** How many of its keys are destroyed. */
  readonly destroyed: number;
  readonly start: Day;
  /** How many days each key has. */
  readonly days: number;
  readonly value: Bytes;
}

const number = (data: Uint8Array): number => data.reduce((found, byte) => found * 256 + byte, 0);

/** Read a recovery secret. @throws {@link RefusedError} `fields`, `length`, `key-number`, `box-key-dates`, `order`. */
export function readRecoverySecret(secret: Bytes, line: Bytes): RecoveredSecret {
  if (secret[0] !== 1) refuse("fields");
  const size = HEAD_SIZE + CHAIN_SIZE * (secret[1] ?? 0);
  if (secret.length < HEAD_SIZE || secret.length !== size) refuse("length");
  const seed = secret.slice(2, HEAD_SIZE);
  const handler = handlerId(line, signingKey(seed).publicKey);
  const chains: SavedChain[] = [];
  for (let place = HEAD_SIZE; place < secret.length; place += CHAIN_SIZE) {
    chains.push(readChain(secret.slice(place, place + CHAIN_SIZE)));
  }
  const follows = ({ first }: SavedChain, i: number) =>
    first >= (chains[i - 1]?.first ?? -CHAIN_LENGTH) + CHAIN_LENGTH;
  if (!chains.every(follows)) refuse("order");
  return { seed, handler, keys: chains.flatMap((chain) => keysOf(chain, line, handler)) };
}

function readChain(data: Bytes): SavedChain {
  const [destroyed, days] = [data[4] ?? 0, data[7] ?? 0];
  if (destroyed >= CHAIN_LENGTH) refuse("key-number");
  if (days < 1 || days > LONGEST) refuse("box-key-dates");
  const start = addDays(EPOCH, number(data.subarray(5, 7)));
  return { first: number(data.subarray(0, 4)), destroyed, start, days, value: data.slice(8) };
}

function keysOf(
  { first, destroyed, start, days, value }: SavedChain,
  line: Bytes,
  handler: Bytes,
): RecoveredKey[] {
  const found: RecoveredKey[] = [];
  let chain = { first, number: first + destroyed, value };
  for (let i = destroyed; i < CHAIN_LENGTH; i += 1) {
    chain = advance(chain, first + i);
    const { publicKey } = chainKey(chain, first + i);
    const notBefore = addDays(start, days * i);
    found.push({
      number: first + i,
      keyId: hex(boxKeyId(line, handler, first + i, publicKey)),
      notBefore,
      notAfter: addDays(notBefore, days - 1),
    });
  }
  return found;
}

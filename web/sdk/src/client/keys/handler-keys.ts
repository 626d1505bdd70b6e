/**
 * A handler's keys: one signing key per line, and chains of box keys, published in advance.
 *
 * With the ratchet a handler can publish keys for a holiday, and still destroy each ended key. A chain is 8 keys of 46
 * days: just over a year.
 */

import {
  advance,
  type BoxChain,
  CHAIN_LENGTH,
  chainKey,
  chainSeed,
  type SigningKey,
  sign,
  signingKey,
} from "../../protocol/keys.js";
import type { BoxSeeds, Entropy } from "../../protocol/message.js";
import { type BoxKeyStatement, parseBoxKey } from "../../protocol/verify/box-key.js";
import { addDays, type Day, later, TOLERANCE } from "../../protocol/verify/days.js";
import {
  type Bytes,
  encodeBase64url,
  encodeLineId,
  type Hex,
  hex,
} from "../../protocol/verify/encoding.js";
import { handlerId } from "../../protocol/verify/ids.js";
import { dumpJson } from "../../protocol/verify/strict-json.js";

/** Days for which a key is valid, first and last day included; the protocol allows 61. */
const KEY_DAYS = 46;
/** Published keys should reach at least so many days ahead; a new chain adds a year. */
export const AHEAD = 180;
const SEED_SIZE = 32;

/** A box key that its handler vouches for: the statement as it travels, and what it says. */
export interface PublishedKey extends BoxKeyStatement {
  readonly statement: Bytes;
  readonly signature: Bytes;
}

/** Read a statement of one's own. */
export const publishedKey = (statement: Bytes, signature: Bytes): PublishedKey => ({
  ...parseBoxKey(statement),
  statement,
  signature,
});

const lastOf = ({ first }: BoxChain): number => first + CHAIN_LENGTH - 1;

/** All secret keys of a handler on one line, with their box key statements. */
export class HandlerKeys {
  /** 20 bytes. */
  readonly lineId: Bytes;
  readonly signing: SigningKey;
  readonly chains: readonly BoxChain[];
  /** By number; also of destroyed keys. */
  readonly published: readonly PublishedKey[];

  constructor(
    lineId: Bytes,
    signing: SigningKey,
    chains: readonly BoxChain[] = [],
    published: readonly PublishedKey[] = [],
  ) {
    this.lineId = lineId;
    this.signing = signing;
    this.chains = chains;
    this.published = published;
  }

  /** Make a signing key for one line; `extend` makes the box keys. */
  static create(lineId: Bytes, entropy: Entropy): HandlerKeys {
    return new HandlerKeys(lineId, signingKey(entropy(SEED_SIZE)));
  }

  /** The handler's name on the line, 16 bytes. */
  get rawId(): Bytes {
    return handlerId(this.lineId, this.signing.publicKey);
  }

  /** The same in hexadecimal. */
  get id(): Hex {
    return hex(this.rawId);
  }

  /** How many box keys are held: published, and not destroyed. */
  get held(): number {
    return this.chains.reduce((sum, chain) => sum + lastOf(chain) - chain.number + 1, 0);
  }

  /** The last day that published keys cover. */
  get until(): Day | undefined {
    return this.published.at(-1)?.notAfter;
  }

  /** Whether published keys cover every day up to this one. */
  reaches(day: Day): boolean {
    return (this.until ?? "") >= day;
  }

  /** Keys that authors can still seal to. */
  upcoming(today: Day): PublishedKey[] {
    return this.published.filter(({ notAfter }) => addDays(notAfter, TOLERANCE) >= today);
  }

  /** Names of the keys that have ended: no author's clock allows them now. */
  ended(today: Day): Set<Hex> {
    const over = this.published.filter(({ notAfter }) => addDays(notAfter, 2 * TOLERANCE) < today);
    return new Set(over.map(({ keyId }) => hex(keyId)));
  }

  /** The newest key of today. */
  current(today: Day): PublishedKey | undefined {
    return this.published.filter((key) => key.notBefore <= today && today <= key.notAfter).at(-1);
  }

  /**
   * The oldest key that an honest host may serve as the newest one today: its day may be two days behind.
   *
   * @param first - the lowest number that counts, as the line document says.
   */
  sealedTo(today: Day, first: number): PublishedKey | undefined {
    return this.published
      .filter(({ notBefore, notAfter, number }) => {
        const hasBegun = addDays(notBefore, TOLERANCE) <= today;
        return hasBegun && today <= addDays(notAfter, TOLERANCE) && number >= first;
      })
      .at(-1);
  }

  /**
   * The keys, with enough new chains to reach half a year ahead. Save them before publishing: nobody can open a report
   * that is sealed to a lost key.
   */
  extend(today: Day, entropy: Entropy): HandlerKeys {
    let keys: HandlerKeys = this;
    while (!keys.reaches(addDays(today, AHEAD))) keys = keys.#withChain(today, entropy);
    return keys;
  }

  #withChain(today: Day, entropy: Entropy): HandlerKeys {
    const last = this.published.at(-1);
    const number = last === undefined ? 0 : last.number + 1;
    const start = last === undefined ? today : later(addDays(last.notAfter, 1), today);
    const chain = { first: number, number, value: entropy(SEED_SIZE) };
    const added = Array.from({ length: CHAIN_LENGTH }, (_, i) =>
      this.#state(chain, number + i, addDays(start, KEY_DAYS * i)),
    );
    return this.#with([...this.chains, chain], [...this.published, ...added]);
  }

  #with(chains: readonly BoxChain[], published = this.published): HandlerKeys {
    return new HandlerKeys(this.lineId, this.signing, chains, published);
  }

  #state(chain: BoxChain, number: number, start: Day): PublishedKey {
    const statement = dumpJson({
      version: 1,
      lineId: encodeLineId(this.lineId),
      handlerId: encodeBase64url(this.rawId),
      number,
      publicKey: encodeBase64url(chainKey(chain, number).publicKey),
      notBefore: start,
      notAfter: addDays(start, KEY_DAYS - 1),
    });
    return publishedKey(statement, sign(this.signing, "mp1/box-key", statement));
  }

  /** Seeds of the wanted keys, without those that are destroyed. */
  seeds(wanted: Iterable<Hex>): BoxSeeds {
    const names = new Set(wanted);
    const found = new Map<Hex, Bytes>();
    for (const { keyId, number } of this.published) {
      if (!names.has(hex(keyId))) continue;
      const chain = this.chains.find((each) => each.number <= number && number <= lastOf(each));
      if (chain !== undefined) found.set(hex(keyId), chainSeed(chain, number));
    }
    return found;
  }

  /** The keys without the chains that hold only these keys: as if they had never been made. */
  without(keyIds: ReadonlySet<Hex>): HandlerKeys {
    const kept = this.published.filter(({ keyId }) => !keyIds.has(hex(keyId)));
    const numbers = new Set(kept.map(({ number }) => number));
    const chains = this.chains.filter(({ number }) => numbers.has(number));
    return this.#with(chains, kept);
  }

  /** The keys without the box keys below a number. They open nothing any more. */
  forget(before: number): HandlerKeys {
    const kept = this.chains.filter((chain) => lastOf(chain) >= before);
    return this.#with(kept.map((chain) => advance(chain, Math.max(before, chain.number))));
  }
}

/** What a client takes from around it: network, randomness and clocks. Each can be handed in. */

import type { Entropy } from "../protocol/message.js";
import { type Day, dayOf } from "../protocol/verify/days.js";
import { LIMITS, type Limits } from "./http/limits.js";

/** The `fetch` of a platform, as far as it is used. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** What a client takes from around it. */
export interface Environment {
  readonly fetch: Fetch;
  /** Gives so many random bytes. */
  readonly entropy: Entropy;
  /** Milliseconds since 1970: only the day in UTC is used. */
  readonly now: () => number;
  /** Milliseconds of a clock that never runs backwards. */
  readonly elapsed: () => number;
  /** Waits so many milliseconds, or until a signal aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** How slow and how large a host may be. */
  readonly limits: Limits;
}

/** Wait, or stop waiting when a signal aborts. */
function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** The platform's own, but for what is handed in. */
export const platform = (given: Partial<Environment> = {}): Environment => ({
  fetch: (input, init) => fetch(input, init),
  entropy: (size) => crypto.getRandomValues(new Uint8Array(size)),
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep,
  limits: LIMITS,
  ...given,
});

/** Today in UTC: a local date would show the time zone. */
export const today = ({ now }: Environment): Day => dayOf(now());

const WORD = 4;
const WORDS = 2 ** (8 * WORD);

/** A number from 0 to `limit` - 1, each equally likely. */
function below(limit: number, entropy: Entropy): number {
  const fair = WORDS - (WORDS % limit);
  for (;;) {
    const number = new DataView(entropy(WORD).buffer).getUint32(0);
    if (number < fair) return number % limit;
  }
}

/** Draw so many different items, or all if there are fewer. Each is equally likely. */
export function draw<T>(items: readonly T[], count: number, entropy: Entropy): T[] {
  const left = [...items];
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0) {
    drawn.push(...left.splice(below(left.length, entropy), 1));
  }
  return drawn;
}

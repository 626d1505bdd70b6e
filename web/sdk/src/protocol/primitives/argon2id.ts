/** Argon2id, without a page that stands still for as long as it takes: many seconds where a browser has no JIT. */

import { type ArgonOpts, argon2idAsync } from "@noble/hashes/argon2.js";

import type { Bytes } from "../verify/encoding.js";

/** What newer browsers have; TypeScript does not know it yet. */
declare const scheduler:
  | {
      postTask?<T>(work: () => Promise<T>, options: { priority: "background" }): Promise<T>;
    }
  | undefined;

/**
 * Stretch a password. noble gives way every 10 milliseconds by `scheduler.yield()`, whose callers go before every timer
 * and answer: so the work has the lowest priority, which its continuations keep.
 */
export async function argon2id(
  password: Uint8Array,
  salt: Uint8Array,
  options: ArgonOpts,
): Promise<Bytes> {
  const work = () => argon2idAsync(password, salt, options);
  if (typeof scheduler === "undefined" || scheduler.postTask === undefined) return work();
  return scheduler.postTask(work, { priority: "background" });
}

/** Limits of an exchange with a host: time, rate and bytes (openapi/protocol.md section 10.1). */

/** How slow a host may be. The usual ones leave room for a slow circuit of Tor. */
export interface Limits {
  /** Milliseconds for a request with all its attempts and waits. Bulletins and files have none. */
  readonly deadline: number;
  /** Milliseconds that an exchange may fall behind the lowest rate. */
  readonly grace: number;
  /** The lowest rate in bytes per millisecond, of bodies in both directions. */
  readonly rate: number;
  /** Milliseconds before each further attempt. */
  readonly delays: readonly number[];
  /** Milliseconds before each further attempt of an upload, as long as nothing arrives. */
  readonly patience: readonly number[];
  /** The longest `Retry-After` to wait for, in milliseconds. After a longer one the caller decides. */
  readonly longestWait: number;
}

/** The usual limits. */
export const LIMITS: Limits = {
  deadline: 300_000,
  grace: 90_000,
  rate: 0.512,
  delays: [500, 1000, 2000, 4000],
  patience: [1000, 2000, 4000, 8000, 15_000, 30_000, 60_000],
  longestWait: 60_000,
};

/** The longest answer that names no limit of its own, in bytes. */
export const MAX_ANSWER = 1 << 20;
/** The longest page of messages, in bytes. */
export const MAX_PAGE = 16 << 20;
/** The most header fields of an answer, of those that a page can see. */
export const MAX_HEADER_FIELDS = 100;
/** The most bytes of all header fields of an answer. */
export const MAX_HEADER_BYTES = 16 << 10;

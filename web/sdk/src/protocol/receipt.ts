/** The receipt code (openapi/protocol.md section 3): all that a reporter keeps. It never leaves the device. */

import { isIn } from "./characters.js";
import { argon2id } from "./primitives/argon2id.js";
import { type Bytes, bytes } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import { hash } from "./verify/hashing.js";

/** How many random bytes make a code. */
export const ENTROPY_SIZE = 12;

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SECRET_SYMBOLS = 18;
const CHECK_SYMBOLS = 2;

/** Argon2id as version 1 fixes it: memory in KiB, passes, lanes. */
const ARGON2 = { m: 19_456, t: 2, p: 1, version: 0x13, dkLen: 32 } as const;

/** The first bits of a value, 5 to a symbol. */
function symbolsOf(value: Uint8Array, count: number): string {
  let bits =
    value.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) >>
    BigInt(8 * value.length - 5 * count);
  let found = "";
  for (; found.length < count; bits >>= 5n) found = ALPHABET[Number(bits & 31n)] + found;
  return found;
}

const checkSymbols = (secret: string): string =>
  symbolsOf(hash(2, "mp1/receipt-check", bytes(secret)), CHECK_SYMBOLS);

/** Make a code of 12 random bytes: `XXXX-XXXX-XXXX-XXXX-XXXX`. @throws {@link RefusedError} `length`. */
export function makeReceipt(entropy: Uint8Array): string {
  if (entropy.length !== ENTROPY_SIZE) refuse("length");
  const secret = symbolsOf(entropy, SECRET_SYMBOLS);
  return (secret + checkSymbols(secret)).replace(/.{4}(?=.)/g, "$&-");
}

const isPassedOver = (code: number): boolean =>
  isIn("separators", code) || isIn("ignorable", code) || isIn("blank", code);

/**
 * The 18 secret symbols of what a person typed or pasted.
 *
 * @throws {@link RefusedError} `receipt-symbol`, `receipt-length` or `receipt-check`, in this order.
 */
export function parseReceipt(typed: string): string {
  const symbols = Array.from(typed)
    .filter((symbol) => !isPassedOver(symbol.codePointAt(0) as number))
    .join("")
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/[IL]/g, "1")
    .replace(/O/g, "0");
  if (Array.from(symbols).some((symbol) => !ALPHABET.includes(symbol))) refuse("receipt-symbol");
  if (symbols.length !== SECRET_SYMBOLS + CHECK_SYMBOLS) refuse("receipt-length");
  const secret = symbols.slice(0, SECRET_SYMBOLS);
  return symbols.slice(SECRET_SYMBOLS) === checkSymbols(secret) ? secret : refuse("receipt-check");
}

/** What a slow derivation may tell and be told. */
export interface Progress {
  /** Told from time to time how much is done, 0 to 1. A throw ends the derivation. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/**
 * The seed (32 bytes) of a typed code on a line: some 0.3 seconds, or 15 in a browser without JIT.
 * It yields to the page in between.
 *
 * @throws {@link RefusedError} As {@link parseReceipt}.
 */
export async function receiptSeed(
  typed: string,
  line: Uint8Array,
  { onProgress }: Progress = {},
): Promise<Bytes> {
  const salt = hash(16, "mp1/receipt-salt", line);
  const options = onProgress === undefined ? ARGON2 : { ...ARGON2, onProgress };
  return argon2id(bytes(parseReceipt(typed)), salt, options);
}

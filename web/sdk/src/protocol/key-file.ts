/** Key files: the secrets of an office or a handler, under a passphrase (openapi/files.md section 4). */

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { CONTENT, type HandlerContent, type LineContent } from "./key-file-content.js";
import { argon2id } from "./primitives/argon2id.js";
import type { Progress } from "./receipt.js";
import {
  type Bytes,
  bytes,
  concat,
  decodeBase64url,
  encodeBase64url,
  hex,
  text,
} from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import * as f from "./verify/fields.js";
import { dumpJson, parseJson } from "./verify/strict-json.js";

/** How many random bytes the salt and the nonce are. */
export const SALT_SIZE = 16;
export const NONCE_SIZE = 24;

const MAX_SIZE = 134_217_728;
const BEGINNING = '{"format":"meldpunt-key-file","version":';
const LINES = 4;

const HEADER = {
  format: f.oneOf("meldpunt-key-file"),
  version: f.version,
  memoryKib: f.integer(65_536, 1_048_576),
  passes: f.integer(1, 10),
  salt: f.raw(SALT_SIZE),
};
type Header = f.Output<typeof HEADER>;

/** How much work each guess of the passphrase costs. */
export interface Cost {
  readonly memoryKib: number;
  readonly passes: number;
}

/** What new files cost: the second recommended option of RFC 9106, with one lane. */
export const COST: Cost = { memoryKib: 65_536, passes: 3 };

/** An opened file. Keep `header` and `key` to write it again without asking for the passphrase. */
export interface OpenedKeyFile {
  /** The first line. */
  readonly header: Bytes;
  /** 32 secret bytes. */
  readonly key: Bytes;
  readonly content: HandlerContent | LineContent;
}

const stretch = (passphrase: string, { salt, memoryKib, passes }: Header, progress: Progress) =>
  argon2id(bytes(passphrase), salt, {
    m: memoryKib,
    t: passes,
    p: 1,
    version: 0x13,
    dkLen: 32,
    ...(progress.onProgress === undefined ? {} : { onProgress: progress.onProgress }),
  });

/** Composed, with plain single spaces: every keyboard gives this one. */
const plainPassphrase = (passphrase: string): string =>
  passphrase
    .normalize("NFC")
    .replace(/\p{White_Space}+/gu, " ")
    .replace(/^ | $/g, "");

/** The forms of a passphrase that look alike, in the order in which to try them. */
const formsOf = (passphrase: string): Set<string> =>
  new Set([passphrase.normalize("NFC"), passphrase.normalize("NFD"), plainPassphrase(passphrase)]);

const checksum = (header: Uint8Array, body: Uint8Array): string =>
  hex(sha256(concat(header, bytes("\n"), body)));

/**
 * Open a key file.
 *
 * @throws {@link RefusedError} `fields`: no such file, or of another version or strength. `length`: cut
 * short. `body-hash`: damaged. `ciphertext`: another passphrase. Or a reason of its content.
 */
export async function openKeyFile(
  data: Uint8Array,
  passphrase: string,
  progress: Progress = {},
): Promise<OpenedKeyFile> {
  const { header, fields, sealed } = readLines(data);
  for (const form of formsOf(passphrase)) {
    const key = await stretch(form, fields, progress);
    const content = decrypted(header, sealed, key);
    if (content !== undefined) return { header, key, content: readContent(content) };
  }
  return refuse("ciphertext");
}

/** Open a key file with the key that it was opened with before. @throws {@link RefusedError} As {@link openKeyFile}. */
export function reopenKeyFile(data: Uint8Array, key: Bytes): OpenedKeyFile {
  const { header, sealed } = readLines(data);
  const content = decrypted(header, sealed, key) ?? refuse("ciphertext");
  return { header, key, content: readContent(content) };
}

function readLines(data: Uint8Array): { header: Bytes; fields: Header; sealed: Bytes } {
  if (data.length > MAX_SIZE) refuse("fields");
  const lines = new TextDecoder().decode(data).split("\n");
  const [header, body, check] = lines.map(bytes);
  if (header === undefined || !text(header).startsWith(BEGINNING)) refuse("fields");
  if (parseJson(header, 1024)["version"] !== 1) refuse("fields");
  if (lines.length !== LINES || lines.at(-1) !== "") refuse("length");
  if (text(check as Bytes) !== checksum(header, body as Bytes)) refuse("body-hash");
  const fields = f.readSigned(header, HEADER, 1024);
  return { header, fields, sealed: decodeBase64url(text(body as Bytes)) };
}

function decrypted(header: Bytes, sealed: Bytes, key: Bytes): Uint8Array | undefined {
  try {
    const cipher = xchacha20poly1305(key, sealed.slice(0, NONCE_SIZE), header);
    return cipher.decrypt(sealed.slice(NONCE_SIZE));
  } catch {
    return undefined;
  }
}

/** Read what a file holds. @throws {@link RefusedError} A reason of strict JSON, or `fields`. */
export const readContent = (data: Uint8Array): HandlerContent | LineContent =>
  CONTENT(parseJson(data, MAX_SIZE));

/**
 * Write a key file anew, under the header and the key that it was opened with.
 *
 * @param nonce - 24 fresh random bytes.
 */
export function writeKeyFile(
  { header, key }: Pick<OpenedKeyFile, "header" | "key">,
  content: HandlerContent | LineContent,
  nonce: Uint8Array,
): Bytes {
  const sealed = xchacha20poly1305(key, nonce, header).encrypt(dumpJson(content));
  const body = bytes(encodeBase64url(concat(nonce, sealed)));
  const end = bytes("\n");
  return concat(header, end, body, end, bytes(checksum(header, body)), end);
}

/**
 * Make header and key of a new file.
 *
 * @param salt - 16 fresh random bytes.
 */
export async function newKeyFile(
  passphrase: string,
  salt: Bytes,
  { memoryKib, passes }: Cost = COST,
  progress: Progress = {},
): Promise<Pick<OpenedKeyFile, "header" | "key">> {
  const format = "meldpunt-key-file";
  const written = { format, version: 1, memoryKib, passes, salt: encodeBase64url(salt) };
  const fields = f.record(HEADER)(written);
  const key = await stretch(passphrase.normalize("NFC"), fields, progress);
  return { header: dumpJson(written), key };
}

/** Strict JSON (openapi/protocol.md section 2.4): `JSON.parse`, and checks of what it forgives. */

import { bytes, same, text } from "./encoding.js";
import { refuse } from "./errors.js";

/** A value of strict JSON: no `null`, and every number a safe integer. */
export type Json = string | number | boolean | Json[] | JsonObject;
/** An object of strict JSON. */
export interface JsonObject {
  [name: string]: Json;
}

/** The longest statement that names no limit of its own, in bytes. */
export const MAX_STATEMENT = 65_536;

const MAX_DEPTH = 8;
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s"{}[\],:]+|[{}[\],:]/g;
const NUMBER = /^(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$|NaN|-?Infinity)/;

const isPlainInteger = (token: string): boolean =>
  /^-?\d+$/.test(token) && token !== "-0" && Number.isSafeInteger(Number(token));

/** Refuse what `JSON.parse` takes without a word: equal keys, numbers that it rounds, and any depth. */
function checkTokens(written: string): void {
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of written.matchAll(TOKEN)) {
    if (token === "{" || token === "[") open.push(token === "{" ? new Set() : undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") checkKey(open.at(-1), JSON.parse(last));
    else if (NUMBER.test(token) && !isPlainInteger(token)) refuse("json-number");
    if (open.length > MAX_DEPTH) refuse("json-depth");
    last = token;
  }
}

function checkKey(known: Set<string> | undefined, key: string): void {
  if (known?.has(key)) refuse("json-duplicate-key");
  known?.add(key);
}

function parsed(written: string): unknown {
  try {
    checkTokens(written);
    return JSON.parse(written);
  } catch (error) {
    if (error instanceof SyntaxError) refuse("json-syntax");
    throw error;
  }
}

/** Refuse what the grammar of JSON allows and ours does not. */
function check(value: unknown): void {
  if (value === null) refuse("json-null");
  if (typeof value === "string" && !value.isWellFormed()) refuse("json-surrogate");
  if (typeof value !== "object") return;
  for (const [key, item] of Object.entries(value)) {
    if (!Array.isArray(value) && !/^[a-z][A-Za-z]*$/.test(key)) refuse("json-key");
    check(item);
  }
}

function decoded(data: Uint8Array): string {
  let found: string;
  try {
    found = text(data);
  } catch {
    return refuse("json-encoding");
  }
  return found.startsWith("\ufeff") ? refuse("json-encoding") : found;
}

/**
 * Read a JSON object of a request or an answer: white space and escapes are free.
 *
 * @param maxSize - the most bytes that it may have.
 * @throws {@link RefusedError} A `json-…` reason.
 */
export function parseJson(data: Uint8Array, maxSize: number): JsonObject {
  if (data.length > maxSize) refuse("json-size");
  const value = parsed(decoded(data));
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse("json-root");
  check(value);
  return value as JsonObject;
}

/**
 * Read signed bytes: they must be what {@link dumpJson} writes for their value.
 *
 * @throws {@link RefusedError} As {@link parseJson}, and `json-not-canonical`.
 */
export function parseSigned(data: Uint8Array, maxSize: number = MAX_STATEMENT): JsonObject {
  const value = parseJson(data, maxSize);
  return same(dumpJson(value), data) ? value : refuse("json-not-canonical");
}

/** The one form of a value in a signed statement, as UTF-8. Members that are `undefined` are left out. */
export const dumpJson = (value: object): Uint8Array<ArrayBuffer> => bytes(JSON.stringify(value));

/** Strict JSON (openapi/protocol.md section 2.4): a parser of its own, because `JSON.parse` forgives. */

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
const ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** What the grammar of JSON allows; objects are maps, because any key may stand in them. */
type Parsed = string | number | boolean | null | Parsed[] | Map<string, Parsed>;

class Parser {
  readonly #text: string;
  #place = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Parsed {
    const value = this.#value(0);
    this.#space();
    return this.#place === this.#text.length ? value : refuse("json-syntax");
  }

  #space(): void {
    while (" \t\n\r".includes(this.#text[this.#place] ?? "x")) this.#place += 1;
  }

  #take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#place)) return false;
    this.#place += expected.length;
    return true;
  }

  #need(expected: string): void {
    if (!this.#take(expected)) refuse("json-syntax");
  }

  #value(depth: number): Parsed {
    if (depth > 1000) refuse("json-depth"); // long before the stack ends
    this.#space();
    if (this.#take("{")) return this.#object(depth + 1);
    if (this.#take("[")) return this.#array(depth + 1);
    if (this.#take('"')) return this.#string();
    if (this.#take("true")) return true;
    if (this.#take("false")) return false;
    if (this.#take("null")) return null;
    return this.#number();
  }

  #object(depth: number): Map<string, Parsed> {
    const pairs = new Map<string, Parsed>();
    for (this.#space(); !this.#take("}"); this.#space()) {
      if (pairs.size > 0) {
        this.#need(",");
        this.#space();
      }
      this.#need('"');
      const key = this.#string();
      this.#space();
      this.#need(":");
      if (pairs.has(key)) refuse("json-duplicate-key");
      pairs.set(key, this.#value(depth));
    }
    if (depth > MAX_DEPTH) refuse("json-depth");
    return pairs;
  }

  #array(depth: number): Parsed[] {
    const items: Parsed[] = [];
    for (this.#space(); !this.#take("]"); this.#space()) {
      if (items.length > 0) this.#need(",");
      items.push(this.#value(depth));
    }
    if (depth > MAX_DEPTH) refuse("json-depth");
    return items;
  }

  #string(): string {
    let found = "";
    for (;;) {
      found += this.#run();
      if (this.#take('"')) return found;
      if (!this.#take("\\")) refuse("json-syntax");
      found += this.#escape();
    }
  }

  /** What stands until the next quote, escape or control character: whole bodies are one run. */
  #run(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they end a run
    const plain = /[^"\\\u0000-\u001f]*/y;
    plain.lastIndex = this.#place;
    const [run = ""] = plain.exec(this.#text) ?? [];
    this.#place += run.length;
    return run;
  }

  #escape(): string {
    if (this.#take("u")) {
      const digits = this.#text.slice(this.#place, this.#place + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) refuse("json-syntax");
      this.#place += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const symbol = this.#text[this.#place] ?? "";
    if (!Object.hasOwn(ESCAPES, symbol)) refuse("json-syntax");
    this.#place += 1;
    return ESCAPES[symbol] as string;
  }

  #number(): number {
    const ahead = this.#text.slice(this.#place, this.#place + 9);
    if (/^(NaN|-?Infinity)/.test(ahead)) refuse("json-number");
    const pattern = /(-?(?:0|[1-9][0-9]*))((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/y;
    pattern.lastIndex = this.#place;
    const [, whole, rest] = pattern.exec(this.#text) ?? refuse("json-syntax");
    if (rest || whole === "-0" || !Number.isSafeInteger(Number(whole))) refuse("json-number");
    this.#place = pattern.lastIndex;
    return Number(whole);
  }
}

/** Refuse what the grammar of JSON allows and ours does not; maps become plain objects. */
function checked(value: Parsed): Json {
  if (value === null) refuse("json-null");
  if (typeof value === "string" && !value.isWellFormed()) refuse("json-surrogate");
  if (Array.isArray(value)) return value.map(checked);
  return value instanceof Map ? checkedObject(value) : value;
}

function checkedObject(value: Map<string, Parsed>): JsonObject {
  for (const key of value.keys()) if (!/^[a-z][A-Za-z]*$/.test(key)) refuse("json-key");
  return Object.fromEntries([...value].map(([key, item]) => [key, checked(item)]));
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
  const value = new Parser(decoded(data)).whole();
  return value instanceof Map ? checkedObject(value) : refuse("json-root");
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

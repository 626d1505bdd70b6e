// Strict JSON (openapi/protocol.md section 2.4): a parser of its own, because JSON.parse forgives.

import { bytes, refuse, same } from "./encoding.js";

const MAX_DEPTH = 8;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class Parser {
  constructor(text) {
    this.text = text;
    this.place = 0;
  }

  space() {
    while (" \t\n\r".includes(this.text[this.place] ?? "x")) this.place += 1;
  }

  take(expected) {
    if (!this.text.startsWith(expected, this.place)) return false;
    this.place += expected.length;
    return true;
  }

  need(expected) {
    if (!this.take(expected)) refuse("json-syntax");
  }

  value(depth) {
    if (depth > 1000) refuse("json-depth"); // long before the stack ends
    this.space();
    if (this.take("{")) return this.object(depth + 1);
    if (this.take("[")) return this.array(depth + 1);
    if (this.take('"')) return this.string();
    if (this.take("true")) return true;
    if (this.take("false")) return false;
    if (this.take("null")) return null;
    return this.number();
  }

  object(depth) {
    const pairs = new Map();
    for (this.space(); !this.take("}"); this.space()) {
      if (pairs.size > 0) {
        this.need(",");
        this.space();
      }
      this.need('"');
      const key = this.string();
      this.space();
      this.need(":");
      if (pairs.has(key)) refuse("json-duplicate-key");
      pairs.set(key, this.value(depth));
    }
    if (depth > MAX_DEPTH) refuse("json-depth");
    return pairs;
  }

  array(depth) {
    const items = [];
    for (this.space(); !this.take("]"); this.space()) {
      if (items.length > 0) this.need(",");
      items.push(this.value(depth));
    }
    if (depth > MAX_DEPTH) refuse("json-depth");
    return items;
  }

  string() {
    let found = "";
    while (!this.take('"')) {
      const symbol = this.text[this.place];
      if (symbol === undefined || symbol < " ") refuse("json-syntax");
      this.place += 1;
      found += symbol === "\\" ? this.escape() : symbol;
    }
    return found;
  }

  escape() {
    if (this.take("u")) {
      const digits = this.text.slice(this.place, this.place + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) refuse("json-syntax");
      this.place += 4;
      return String.fromCharCode(parseInt(digits, 16));
    }
    const plain = ESCAPES[this.text[this.place]];
    if (plain === undefined) refuse("json-syntax");
    this.place += 1;
    return plain;
  }

  number() {
    if (/^(NaN|-?Infinity)/.test(this.text.slice(this.place, this.place + 9))) refuse("json-number");
    const pattern = /(-?(?:0|[1-9][0-9]*))((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/y;
    pattern.lastIndex = this.place;
    const match = pattern.exec(this.text);
    if (match === null) refuse("json-syntax");
    if (match[2] || match[1] === "-0" || !Number.isSafeInteger(Number(match[1]))) {
      refuse("json-number");
    }
    this.place = pattern.lastIndex;
    return Number(match[1]);
  }
}

/** Refuse what the grammar of JSON allows and ours does not; objects become plain ones. */
function checked(value) {
  if (value === null) refuse("json-null");
  if (typeof value === "string" && !value.isWellFormed()) refuse("json-surrogate");
  if (Array.isArray(value)) return value.map(checked);
  if (!(value instanceof Map)) return value;
  for (const key of value.keys()) if (!/^[a-z][A-Za-z]*$/.test(key)) refuse("json-key");
  return Object.fromEntries([...value].map(([key, item]) => [key, checked(item)]));
}

/** Read a JSON object of a request or an answer: white space and escapes are free. */
export function parse(data, maxSize) {
  if (data.length > maxSize) refuse("json-size");
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    refuse("json-encoding");
  }
  if (text.startsWith("\ufeff")) refuse("json-encoding");
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.space();
  if (parser.place !== text.length) refuse("json-syntax");
  if (!(value instanceof Map)) refuse("json-root");
  return checked(value);
}

/** Read signed bytes: they must be what `dump` writes for their value. */
export function parseSigned(data, maxSize = 65536) {
  const value = parse(data, maxSize);
  if (!same(bytes(dump(value)), data)) refuse("json-not-canonical");
  return value;
}

export const dump = (value) => JSON.stringify(value);

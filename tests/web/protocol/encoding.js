// Text forms of bytes, hashes and terms (openapi/protocol.md sections 2.1, 2.2 and 5.4).

import sodium from "libsodium-wrappers-sumo";

await sodium.ready;
export { sodium };

/** Something untrusted broke a rule; `reason` is one of section 12, `field` the member it is about. */
export class Refused extends Error {
  constructor(reason, field) {
    super(reason);
    this.reason = reason;
    this.field = field;
  }
}

export function refuse(reason, field) {
  throw new Refused(reason, field);
}

export const bytes = (text) => new TextEncoder().encode(text);
export const hex = (value) => Buffer.from(value).toString("hex");
export const unhex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
export const concat = (...parts) => Uint8Array.from(Buffer.concat(parts));
export const same = (a, b) => Buffer.compare(a, b) === 0;

export function lp(value) {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, value.length);
  return concat(length, value);
}

export function int8(number) {
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigUint64(0, BigInt(number));
  return value;
}

export function hash(size, label, ...parts) {
  return sodium.crypto_generichash(size, concat(lp(bytes(label)), ...parts.map(lp)));
}

export function derive(key, label) {
  return sodium.crypto_generichash(32, bytes(label), key);
}

export const encodeBase64url = (value) => Buffer.from(value).toString("base64url");

export function decodeBase64url(text, size) {
  const value = Uint8Array.from(Buffer.from(text, "base64url"));
  if (encodeBase64url(value) !== text) refuse("base64url");
  if (size !== undefined && value.length !== size) refuse("length");
  return value;
}

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

export function encodeLineId(line) {
  const bits = [...line].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{5}/g).map((five) => BASE32[parseInt(five, 2)]).join("");
}

export function decodeLineId(text) {
  if (!/^[a-z2-7]{32}$/.test(text) || text.length !== 32) refuse("line-id");
  const bits = [...text].map((c) => BASE32.indexOf(c).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g), (eight) => parseInt(eight, 2));
}

// Days are their ISO text: it sorts as the days do.

export const LAST_DAY = "9999-12-31";

const written = (year, month, day) =>
  `${`${year}`.padStart(4, "0")}-${`${month}`.padStart(2, "0")}-${`${day}`.padStart(2, "0")}`;

export function parseDay(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null || text.length !== 10) refuse("fields");
  const [year, month, day] = match.slice(1).map(Number);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > lastOf(year, month)) refuse("fields");
  return text;
}

function lastOf(year, month) {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
}

export function addDays(day, number) {
  const [year, month, date] = day.split("-").map(Number);
  const later = new Date(Date.UTC(2000, month - 1, date));
  later.setUTCFullYear(year, month - 1, date + number);
  if (Number.isNaN(later.getTime()) || later.getUTCFullYear() > 9999) return LAST_DAY;
  return written(later.getUTCFullYear(), later.getUTCMonth() + 1, later.getUTCDate());
}

export function parseTerm(text) {
  if (!/^P[1-9]\d{0,3}[DWMY]$/.test(text) || text.endsWith("\n")) refuse("fields");
  return text;
}

export function after(term, day) {
  const number = Number(term.slice(1, -1));
  const unit = term.at(-1);
  if (unit === "D" || unit === "W") return addDays(day, number * (unit === "W" ? 7 : 1));
  const [year, month, date] = day.split("-").map(Number);
  const months = year * 12 + month - 1 + number * (unit === "Y" ? 12 : 1);
  const [newYear, newMonth] = [Math.floor(months / 12), (months % 12) + 1];
  if (newYear > 9999) return LAST_DAY;
  return written(newYear, newMonth, Math.min(date, lastOf(newYear, newMonth)));
}

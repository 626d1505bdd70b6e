/** Days and terms (openapi/protocol.md sections 2.1 and 5.4). A day is its ISO text: it sorts as days do. */

import { refuse } from "./errors.js";

/** A day of the Gregorian calendar in UTC, `YYYY-MM-DD`. */
export type Day = string;
/** A number of days, weeks, months or years, such as `P3M`. */
export type Term = string;

/** Nothing goes past it. */
export const LAST_DAY: Day = "9999-12-31";
/** Clocks of devices may differ by so many days. */
export const TOLERANCE = 2;

const pad = (number: number, size: number): string => `${number}`.padStart(size, "0");
/** Write a day. */
export const writeDay = (year: number, month: number, day: number): Day =>
  `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;

/** Year, month (1 to 12) and day of the month. */
export function partsOf(day: Day): [year: number, month: number, date: number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
}

const lastOf = (year: number, month: number): number =>
  partsOf(addDays(writeDay(year, month + 1, 1), -1))[2];

/** Read a day. @throws {@link RefusedError} `fields`. */
export function parseDay(text: string): Day {
  const isWritten = /^\d{4}-\d{2}-\d{2}$/.test(text) && text > "0001";
  return isWritten && addDays(text, 0) === text ? text : refuse("fields");
}

/** The day `number` days after another, or before it. */
export function addDays(day: Day, number: number): Day {
  const [year, month, date] = partsOf(day);
  const later = new Date(Date.UTC(2000, month - 1, date));
  later.setUTCFullYear(year, month - 1, date + number);
  if (Number.isNaN(later.getTime()) || later.getUTCFullYear() > 9999) return LAST_DAY;
  return writeDay(later.getUTCFullYear(), later.getUTCMonth() + 1, later.getUTCDate());
}

/** How many days lie between two. */
export const daysBetween = (from: Day, to: Day): number =>
  (Date.parse(to) - Date.parse(from)) / 86_400_000;
/** The later of two days. */
export const later = (a: Day, b: Day): Day => (a > b ? a : b);
/** The earlier of two days. */
export const earlier = (a: Day, b: Day): Day => (a < b ? a : b);
/** 0 for Sunday to 6 for Saturday. */
export const weekday = (day: Day): number => new Date(day).getUTCDay();
/** Today in UTC, of a clock that tells milliseconds since 1970. */
export const dayOf = (milliseconds: number): Day =>
  new Date(milliseconds).toISOString().slice(0, 10);

/** Read a term. @throws {@link RefusedError} `fields`. */
export function parseTerm(text: string): Term {
  return /^P[1-9]\d{0,3}[DWMY]$/.test(text) ? text : refuse("fields");
}

/** Number and unit of a term. */
export const splitTerm = (term: Term): [number: number, unit: string] => [
  Number(term.slice(1, -1)),
  term.slice(-1),
];

/** The day a term after a day. */
export function after(term: Term, day: Day): Day {
  const [number, unit] = splitTerm(term);
  if (unit === "D" || unit === "W") return addDays(day, number * (unit === "W" ? 7 : 1));
  const [year, month, date] = partsOf(day);
  const months = year * 12 + month - 1 + number * (unit === "Y" ? 12 : 1);
  const [newYear, newMonth] = [Math.floor(months / 12), (months % 12) + 1];
  if (newYear > 9999) return LAST_DAY;
  return writeDay(newYear, newMonth, Math.min(date, lastOf(newYear, newMonth)));
}

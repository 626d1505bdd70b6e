/** Bulletins: on which days something came (openapi/extensions.md section 10.6). */

import { addDays, type Day, parseDay, partsOf, TOLERANCE, writeDay } from "./days.js";
import { checkSignature } from "./ed25519.js";
import { type Bytes, bytes, hex, same } from "./encoding.js";
import { refuse } from "./errors.js";
import * as f from "./fields.js";
import { hash } from "./hashing.js";

/** A tag's length in bytes. */
export const TAG_SIZE = 6;
const MIN_TAGS = 256;
const MAX_TAGS = 1_048_576;
const INDEX_SIZE = 1 << 20;
const WINDOW_MONTHS = 3;

/** A report's tag (6 bytes) on a day. */
export const bulletinTag = (key: Uint8Array, day: Day): Bytes =>
  hash(TAG_SIZE, "mp1/bulletin-tag", key, bytes(day));

/** A file's hash: 32 bytes. */
export const bulletinHash = (name: string, content: Uint8Array): Bytes =>
  hash(32, "mp1/bulletin", bytes(name), content);

/** How many tags the file of a day with so many real ones has. @throws {@link RefusedError} `bulletin-size`. */
export function paddedCount(tags: number): number {
  if (tags > MAX_TAGS) refuse("bulletin-size");
  let padded = MIN_TAGS;
  while (padded < tags) padded *= 2;
  return padded;
}

const isDay = (name: string): boolean => name.length === 10;

const name: f.Read<string> = (value) => {
  if (typeof value !== "string" || !/^\d{4}(-\d{2}){0,2}$/.test(value)) refuse("fields");
  parseDay(`${value}-01-01`.slice(0, 10));
  return value;
};

const ENTRY = f.record({ name, tags: f.integer(MIN_TAGS, 400 * MAX_TAGS), hash: f.raw(32) });
/** A file that an index names. */
export type BulletinEntry = ReturnType<typeof ENTRY>;

const INDEX = { version: f.version, bulletins: f.list(ENTRY, 1, Number.POSITIVE_INFINITY) };

/** A host's index of bulletins, verified. */
export interface BulletinIndex {
  readonly entries: readonly BulletinEntry[];
  /** The entries of days. */
  readonly days: readonly BulletinEntry[];
  readonly firstDay: Day;
  readonly lastDay: Day;
}

/** Names of all files from one day to another: a month follows its last day, a year its last month. */
function namesThrough(first: Day, last: Day): string[] {
  const names: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) {
    const next = addDays(day, 1);
    names.push(day);
    if (next.slice(0, 7) !== day.slice(0, 7)) names.push(day.slice(0, 7));
    if (next.slice(0, 4) !== day.slice(0, 4)) names.push(day.slice(0, 4));
  }
  return names;
}

/** Whether each month and year has as many tags as its days. */
function addsUp(entries: readonly BulletinEntry[]): boolean {
  const sums = new Map<string, number>();
  for (const { name: file, tags } of entries.filter((entry) => isDay(entry.name))) {
    for (const whole of [file.slice(0, 7), file.slice(0, 4)]) {
      sums.set(whole, (sums.get(whole) ?? 0) + tags);
    }
  }
  return entries.every((entry) => isDay(entry.name) || sums.get(entry.name) === entry.tags);
}

/**
 * Verify a host's index under the receipt key of a verified document.
 *
 * @throws {@link RefusedError} `signature`, of the form, `bulletin-size`, `bulletin-index`, `bulletin-dates`.
 */
export function verifyIndex(
  statement: Uint8Array,
  signature: Uint8Array,
  receiptKey: Uint8Array,
  today: Day,
): BulletinIndex {
  checkSignature("mp1/bulletin-index", statement, signature, receiptKey);
  const entries = f.readSigned(statement, INDEX, INDEX_SIZE).bulletins;
  const days = entries.filter((entry) => isDay(entry.name));
  const firstDay = entries[0]?.name ?? "";
  if (!isDay(firstDay)) refuse("bulletin-index");
  if (days.some(({ tags }) => tags > MAX_TAGS || tags !== paddedCount(tags)))
    refuse("bulletin-size");
  const lastDay =
    days
      .map((entry) => entry.name)
      .sort()
      .at(-1) ?? firstDay;
  const expected = namesThrough(firstDay, lastDay).join();
  if (entries.map((entry) => entry.name).join() !== expected) refuse("bulletin-index");
  if (!addsUp(entries)) refuse("bulletin-index");
  if (addDays(lastDay, 1) > addDays(today, TOLERANCE)) refuse("bulletin-dates");
  return { entries, days, firstDay, lastDay };
}

/** The first day of the window. */
export function windowStart(today: Day): Day {
  const [year, month] = partsOf(today);
  const months = year * 12 + month - 1 - WINDOW_MONTHS;
  return writeDay(Math.floor(months / 12), (months % 12) + 1, 1);
}

/** Files that hold the days from one to before another, as whole months where there are. */
function covering({ entries, days }: BulletinIndex, first: Day, end: Day): string[] {
  const names = new Set(entries.map((entry) => entry.name));
  const found = days
    .map((entry) => entry.name)
    .filter((day) => first <= day && day < end)
    .map((day) => {
      const month = day.slice(0, 7);
      return names.has(month) && month < end.slice(0, 7) ? month : day;
    });
  return [...new Set(found)];
}

/** The files that every look fetches, in the order of the index. */
export const window = (index: BulletinIndex, today: Day): string[] =>
  covering(index, windowStart(today), today);

/** The files further back than the window, as whole years where there are. */
export function wholeYears(index: BulletinIndex, today: Day): string[] {
  const years = index.entries.map((entry) => entry.name).filter((file) => file.length === 4);
  const rest = covering(index, index.firstDay, windowStart(today));
  return [...years, ...rest.filter((file) => !years.includes(file.slice(0, 4)))];
}

/** The tags of a day, in hexadecimal. */
export interface DayTags {
  readonly day: Day;
  readonly tags: ReadonlySet<string>;
}

/**
 * Read a file that an index names.
 *
 * @throws {@link RefusedError} `bulletin-index`, `bulletin-size`, `bulletin-hash`, `bulletin-order`.
 */
export function readBulletin(file: string, content: Uint8Array, index: BulletinIndex): DayTags[] {
  const entry = index.entries.find((each) => each.name === file) ?? refuse("bulletin-index");
  if (content.length !== entry.tags * TAG_SIZE) refuse("bulletin-size");
  if (!same(bulletinHash(file, content), entry.hash)) refuse("bulletin-hash");
  let start = 0;
  return index.days
    .filter((day) => day.name.startsWith(file))
    .map((day) => {
      const end = start + day.tags * TAG_SIZE;
      const tags = readDay(day, content.subarray(start, end));
      start = end;
      return { day: day.name, tags };
    });
}

function readDay(entry: BulletinEntry, content: Uint8Array): Set<string> {
  if (!same(bulletinHash(entry.name, content), entry.hash)) refuse("bulletin-hash");
  const tags: string[] = [];
  for (let i = 0; i < content.length; i += TAG_SIZE)
    tags.push(hex(content.subarray(i, i + TAG_SIZE)));
  if (tags.some((tag, i) => i > 0 && (tags[i - 1] as string) >= tag)) refuse("bulletin-order");
  return new Set(tags);
}

/** The days on which a key finds its tag. */
export const findDays = (key: Uint8Array, days: readonly DayTags[]): Day[] =>
  days.filter(({ day, tags }) => tags.has(hex(bulletinTag(key, day)))).map(({ day }) => day);

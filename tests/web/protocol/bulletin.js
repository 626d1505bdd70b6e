// Bulletins: on which days something came (openapi/protocol.md section 10.6).

import { checkSignature } from "./crypto.js";
import { addDays, bytes, hash, hex, parseDay, refuse, same } from "./encoding.js";
import * as f from "./fields.js";

const TAG_SIZE = 6;
const MIN_TAGS = 256;
const MAX_TAGS = 1048576;

export const bulletinTag = (key, day) => hash(TAG_SIZE, "mp1/bulletin-tag", key, bytes(day));

const bulletinHash = (name, content) => hash(32, "mp1/bulletin", bytes(name), content);

export function paddedCount(tags) {
  if (tags > MAX_TAGS) refuse("bulletin-size");
  let padded = MIN_TAGS;
  while (padded < tags) padded *= 2;
  return padded;
}

const isDay = (name) => name.length === 10;

function name(value) {
  if (typeof value !== "string") refuse("fields");
  const match = /^\d{4}(-\d{2}){0,2}$/.exec(value);
  if (match === null) refuse("fields");
  parseDay(`${value}-01-01`.slice(0, 10));
  return value;
}

const INDEX = {
  version: f.version,
  bulletins: f.list(
    f.record({ name, tags: f.integer(MIN_TAGS, 400 * MAX_TAGS), hash: f.raw(32) }),
    1,
    Infinity,
  ),
};

/** Names of all files from one day to another: a month follows its last day, a year its last month. */
function namesThrough(first, last) {
  const names = [];
  for (let day = first; day <= last; day = addDays(day, 1)) {
    names.push(day);
    const next = addDays(day, 1);
    if (next.slice(0, 7) !== day.slice(0, 7)) names.push(day.slice(0, 7));
    if (next.slice(0, 4) !== day.slice(0, 4)) names.push(day.slice(0, 4));
  }
  return names;
}

function addsUp(entries) {
  const sums = new Map();
  for (const { name, tags } of entries) {
    if (isDay(name)) {
      for (const whole of [name.slice(0, 7), name.slice(0, 4)]) {
        sums.set(whole, (sums.get(whole) ?? 0) + tags);
      }
    } else if (sums.get(name) !== tags) return false;
  }
  return true;
}

export function verifyIndex(statement, signature, receiptKey, today) {
  checkSignature("mp1/bulletin-index", statement, signature, receiptKey);
  const entries = f.readSigned(statement, INDEX, 1 << 20).bulletins;
  if (!isDay(entries[0].name)) refuse("bulletin-index");
  const days = entries.filter((entry) => isDay(entry.name));
  if (days.some(({ tags }) => tags > MAX_TAGS || tags !== paddedCount(tags))) refuse("bulletin-size");
  const firstDay = days[0].name;
  const lastDay = days.map((entry) => entry.name).sort().at(-1);
  const expected = namesThrough(firstDay, lastDay).join();
  if (entries.map((entry) => entry.name).join() !== expected) refuse("bulletin-index");
  if (!addsUp(entries)) refuse("bulletin-index");
  if (addDays(lastDay, 1) > addDays(today, 2)) refuse("bulletin-dates");
  return { entries, days, firstDay, lastDay };
}

function windowStart(today) {
  const months = Number(today.slice(0, 4)) * 12 + Number(today.slice(5, 7)) - 1 - 3;
  const month = `${(months % 12) + 1}`.padStart(2, "0");
  return `${Math.floor(months / 12)}-${month}-01`;
}

function covering({ entries, days }, first, end) {
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

export const window = (index, today) => covering(index, windowStart(today), today);

export function wholeYears(index, today) {
  const years = index.entries.map((entry) => entry.name).filter((name) => name.length === 4);
  const rest = covering(index, index.firstDay, windowStart(today));
  return [...years, ...rest.filter((name) => !years.includes(name.slice(0, 4)))];
}

/** The days of a file, checked, on which a key finds its tag. */
export function findDays(file, content, index, key) {
  const entry = index.entries.find(({ name }) => name === file);
  if (entry === undefined) refuse("bulletin-index");
  if (content.length !== entry.tags * TAG_SIZE) refuse("bulletin-size");
  if (!same(bulletinHash(file, content), entry.hash)) refuse("bulletin-hash");
  const found = [];
  let start = 0;
  for (const day of index.days.filter(({ name }) => name.startsWith(file))) {
    const end = start + day.tags * TAG_SIZE;
    if (readDay(day, content.slice(start, end)).has(hex(bulletinTag(key, day.name)))) {
      found.push(day.name);
    }
    start = end;
  }
  return found;
}

function readDay(entry, content) {
  if (!same(bulletinHash(entry.name, content), entry.hash)) refuse("bulletin-hash");
  const tags = [];
  for (let i = 0; i < content.length; i += TAG_SIZE) tags.push(hex(content.slice(i, i + TAG_SIZE)));
  if (tags.some((tag, i) => i > 0 && tags[i - 1] >= tag)) refuse("bulletin-order");
  return new Set(tags);
}

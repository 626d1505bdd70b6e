// Closed field sets: what each signed statement holds, and in which form.

import * as e from "./encoding.js";
import { parse, parseSigned } from "./json.js";

const MAX_INTEGER = Number.MAX_SAFE_INTEGER;

const text = (read) => (value) => {
  if (typeof value !== "string") e.refuse("fields");
  return read(value);
};

export const raw = (size) => text((value) => e.decodeBase64url(value, size));
export const lineId = text(e.decodeLineId);
export const day = text(e.parseDay);
export const term = text(e.parseTerm);

export const integer = (least, most = MAX_INTEGER) => (value) => {
  if (typeof value !== "number" || value < least || value > most) e.refuse("fields");
  return value;
};

export const version = integer(1, 1);

export const flag = (value) => (typeof value === "boolean" ? value : e.refuse("fields"));

export const matching = (pattern) =>
  text((value) => (pattern.test(value) && !value.endsWith("\n") ? value : e.refuse("fields")));

/** Characters are Unicode code points. */
export const sized = (least, most) =>
  text((value) => {
    const length = [...value].length;
    return length >= least && length <= most ? value : e.refuse("fields");
  });

export const oneOf = (...values) =>
  text((value) => (values.includes(value) ? value : e.refuse("fields")));

export const list = (item, least, most) => (value) => {
  if (!Array.isArray(value)) e.refuse("fields");
  const items = value.map(item);
  return items.length >= least && items.length <= most ? items : e.refuse("fields");
};

/** A list in strictly ascending order. */
export const ascending = (item, least, most, key) => (value) => {
  const items = list(item, least, most)(value);
  for (let i = 1; i < items.length; i += 1) {
    if (key(items[i - 1]) >= key(items[i])) e.refuse("order");
  }
  return items;
};

export const participant = text((value) =>
  value === "reporter" ? value : e.hex(e.decodeBase64url(value, 16)),
);

export const handler = text((value) => e.hex(e.decodeBase64url(value, 16)));

/** How a participant is written, by which lists of participants are sorted. */
export const participantText = (name) =>
  name === "reporter" ? name : e.encodeBase64url(e.unhex(name));

export const optional = (item, otherwise) => Object.assign((v) => item(v), { optional: true, otherwise });

export const record = (fields) => (value) => {
  if (typeof value !== "object" || Array.isArray(value)) e.refuse("fields");
  if (Object.keys(value).some((name) => !Object.hasOwn(fields, name))) e.refuse("fields");
  return readFields(fields, value);
};

/** Two reasons name the member of the whole statement. */
function named(field, read) {
  try {
    return read();
  } catch (error) {
    if (["fields", "order"].includes(error.reason)) error.field = field;
    throw error;
  }
}

function readFields(fields, value) {
  const found = {};
  for (const [name, read] of Object.entries(fields)) {
    if (Object.hasOwn(value, name)) found[name] = named(name, () => read(value[name]));
    else if (read.optional) found[name] = read.otherwise;
    else e.refuse("fields", name);
  }
  return found;
}

export const readSigned = (data, schema, maxSize) => record(schema)(parseSigned(data, maxSize));
/** Members that a later host adds are passed over. */
export const readAnswer = (data, schema) => readFields(schema, parse(data, data.length));

export const language = matching(/^[a-z]{2,3}(-[a-zA-Z0-9]{1,8}){0,3}$/);

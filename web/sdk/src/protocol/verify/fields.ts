/** Closed field sets: which members a signed statement has, and in which form (openapi/protocol.md section 2.4). */

import { parseDay, parseTerm } from "./days.js";
import {
  type Bytes,
  bytes,
  decodeBase64url,
  decodeLineId,
  encodeBase64url,
  type Hex,
  hex,
  unhex,
} from "./encoding.js";
import { RefusedError, refuse } from "./errors.js";
import { type Json, type JsonObject, parseJson, parseSigned } from "./strict-json.js";

/** Reads one value, or refuses it. */
export type Read<T> = (value: Json) => T;

/** A member that may be missing, and what it is then. `item` is there for types alone. */
export interface Optional<T, R = unknown> extends Read<T> {
  readonly otherwise: T;
  readonly item?: R;
}

/** Reads an object, or a list. What it reads inside is there for types alone. */
export interface ReadRecord<S extends Schema> extends Read<Output<S>> {
  readonly members?: S;
}
export interface ReadList<R extends Read<unknown>> extends Read<ReturnType<R>[]> {
  readonly items?: R;
}

/** Who writes or reads: the reporter, or a handler by their id in hexadecimal. */
export type Participant = Hex | "reporter";

// biome-ignore lint/suspicious/noExplicitAny: a schema holds readers of every type
type Schema = Record<string, Read<any>>;
/** What a schema reads. */
export type Output<S extends Schema> = { readonly [K in keyof S]: ReturnType<S[K]> };

const written =
  <T>(read: (text: string) => T): Read<T> =>
  (value) =>
    typeof value === "string" ? read(value) : refuse("fields");

/** Bytes in base64url, `size` of them if given. */
export const raw = (size?: number): Read<Bytes> => written((text) => decodeBase64url(text, size));
export const lineId = written(decodeLineId);
export const day = written(parseDay);
export const term = written(parseTerm);

export const integer =
  (least: number, most: number = Number.MAX_SAFE_INTEGER): Read<number> =>
  (value) =>
    typeof value === "number" && value >= least && value <= most ? value : refuse("fields");

export const version = integer(1, 1);

export const flag: Read<boolean> = (value) =>
  typeof value === "boolean" ? value : refuse("fields");

/** A text of which `test` holds. */
export const matching = (test: (text: string) => boolean): Read<string> =>
  written((text) => (test(text) ? text : refuse("fields")));

/** A text that a pattern describes as a whole. */
export const pattern = (expected: RegExp): Read<string> => matching((text) => expected.test(text));

/** A text of so many characters, which are Unicode code points. */
export const sized = (least: number, most: number): Read<string> =>
  matching((text) => {
    const length = [...text].length;
    return length >= least && length <= most;
  });

export const oneOf = <const T extends string>(...values: readonly T[]): Read<T> =>
  written((text) => values.find((value) => value === text) ?? refuse("fields"));

export const list =
  <R extends Read<unknown>>(item: R, least: number, most: number): ReadList<R> =>
  (value) => {
    if (!Array.isArray(value)) refuse("fields");
    const items = value.map(item) as ReturnType<R>[];
    return items.length >= least && items.length <= most ? items : refuse("fields");
  };

/** A list that ascends strictly by a text of each item. */
export const ascending =
  <T>(item: Read<T>, least: number, most: number, key: (item: T) => string): Read<T[]> =>
  (value) => {
    const items = list(item, least, most)(value);
    const keys = items.map(key);
    if (keys.some((each, i) => i > 0 && (keys[i - 1] as string) >= each)) refuse("order");
    return items;
  };

/** A handler's id, in hexadecimal. */
export const handler: Read<Hex> = written((text) => hex(decodeBase64url(text, 16)));
export const participant: Read<Participant> = (value) =>
  value === "reporter" ? "reporter" : handler(value);

/** How a participant is written, by which lists of participants are sorted. */
export const participantText = (name: Participant): string =>
  name === "reporter" ? name : encodeBase64url(unhex(name));

/** A member that may be missing. */
export function optional<R extends Read<unknown>>(item: R): Optional<ReturnType<R> | undefined, R>;
export function optional<R extends Read<unknown>>(
  item: R,
  otherwise: ReturnType<R>,
): Optional<ReturnType<R>, R>;
export function optional(item: Read<unknown>, otherwise?: unknown): Optional<unknown> {
  return Object.assign((value: Json) => item(value), { otherwise });
}

const isOptional = <T>(read: Read<T>): read is Optional<T> => "otherwise" in read;

/** Whether a value is an object. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && !Array.isArray(value);

/** An object with these members and no other. */
export const record =
  <S extends Schema>(schema: S): ReadRecord<S> =>
  (value) => {
    if (!isObject(value)) refuse("fields");
    if (Object.keys(value).some((name) => !Object.hasOwn(schema, name))) refuse("fields");
    return readMembers(schema, value);
  };

/** An object of which members that a later host adds are passed over. */
export const open =
  <S extends Schema>(schema: S): ReadRecord<S> =>
  (value) =>
    isObject(value) ? readMembers(schema, value) : refuse("fields");

function readMembers<S extends Schema>(schema: S, value: JsonObject): Output<S> {
  const found: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(schema)) {
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    if (member !== undefined) found[name] = named(name, () => read(member));
    else found[name] = isOptional(read) ? read.otherwise : refuse("fields", name);
  }
  return found as Output<S>;
}

/** Two reasons name the member of the whole statement. */
function named<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RefusedError && ["fields", "order"].includes(error.reason)) {
      throw new RefusedError(error.reason, field);
    }
    throw error;
  }
}

/** Read a signed statement of at most `maxSize` bytes. */
export const readSigned = <S extends Schema>(
  data: Uint8Array,
  schema: S,
  maxSize?: number,
): Output<S> => record(schema)(parseSigned(data, maxSize));

/** Read an answer of a host. */
export const readAnswer = <S extends Schema>(data: Uint8Array, schema: S): Output<S> =>
  open(schema)(parseJson(data, data.length));

/** A language tag. */
export const language = pattern(/^[a-z]{2,3}(-[a-zA-Z0-9]{1,8}){0,3}$/);

/** The length of a text in bytes of UTF-8. */
export const byteLength = (text: string): number => bytes(text).length;

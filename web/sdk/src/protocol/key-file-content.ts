/** What a key file holds, as it is written (openapi/files.md section 4.2). Its values stay text: they travel on. */

import { refuse } from "./verify/errors.js";
import * as f from "./verify/fields.js";
import type { Json, JsonObject } from "./verify/strict-json.js";

/** Reads like another reader, and keeps the value as it was written. */
const as =
  <T extends Json>(read: f.Read<unknown>): f.Read<T> =>
  (value) => {
    read(value);
    return value as T;
  };

const b64 = (size?: number) => as<string>(f.raw(size));
const lineId = as<string>(f.lineId);
const text = f.sized(0, Number.MAX_SAFE_INTEGER);
const many = <T>(item: f.Read<T>) => f.list(item, 0, Number.MAX_SAFE_INTEGER);

/** A record as it was written: `undefined` members are absent. */
const written = <T extends JsonObject>(schema: Record<string, f.Read<unknown>>): f.Read<T> =>
  as<T>(f.record(schema));

/** What is left of a chain of box keys. */
export interface SavedChain extends JsonObject {
  firstNumber: number;
  number: number;
  value: string;
}

/** A box key statement as it travels. */
export interface SavedStatement extends JsonObject {
  statement: string;
  signature: string;
}

/** An alarm that a handler has looked into. */
export interface KnownAlarm extends JsonObject {
  reason: string;
  author?: string;
  n?: number;
}

/** What is remembered of a report. */
export interface SeenReport extends JsonObject {
  entry: string;
  heads: string[];
  receivedOn: string;
  until: string;
  reporterN?: number;
  withdrawnOn?: string;
  wholeOn?: string;
  claimedEnd?: string;
  listedOn?: string;
  retention?: string;
  document?: string;
  ending?: "closed" | "longest-term" | "withdrawn" | "handed-over";
  knownAlarms?: KnownAlarm[];
}

/** A report that the newest renewal could not move. */
export interface Unmoved extends JsonObject {
  entry: string;
  since: string;
}

/** A consultation of another line, with the code that opens the answers. */
export interface SavedConsultation extends JsonObject {
  number: number;
  /** Of the line that was asked. */
  address: string;
  receipt: string;
  askedOn: string;
  /** The day on which the other line erases it, if known. */
  until?: string;
  /** How many answers the handler has read. */
  read?: number;
}

/** A handler's secrets on one line, and what they know of it. */
export interface HandlerContent extends JsonObject {
  kind: "handler";
  origin: string;
  lineId: string;
  name: string;
  role: string;
  seed: string;
  chains: SavedChain[];
  statements: SavedStatement[];
  documents: string[];
  keyNumber: number;
  seen: SeenReport[];
  unmoved: Unmoved[];
  /** Number of the last box key on the newest recovery sheet. */
  sheet?: number;
  consultations: SavedConsultation[];
}

/** A rotation as it travels. */
export interface SavedRotation extends JsonObject {
  statement: string;
  oldSignature: string;
  newSignature: string;
}

/** An office's secrets of its line. */
export interface LineContent extends JsonObject {
  kind: "line";
  origin: string;
  seed: string;
  firstKey: string;
  rotations?: SavedRotation[];
  number?: number;
  document?: string;
  nextSeed?: string;
  nextRotation?: SavedRotation;
}

const count = f.integer(0);
const ROTATION = f.record({ statement: f.raw(), oldSignature: f.raw(64), newSignature: f.raw(64) });

/** Read an office's content. @throws {@link RefusedError} `fields`. */
export const LINE_CONTENT = written<LineContent>({
  kind: f.oneOf("line"),
  origin: text,
  seed: b64(32),
  firstKey: b64(32),
  rotations: f.optional(many(ROTATION)),
  number: f.optional(count),
  document: f.optional(b64(32)),
  nextSeed: f.optional(b64(32)),
  nextRotation: f.optional(ROTATION),
});

const ALARM = written<KnownAlarm>({
  reason: text,
  author: f.optional(f.participant),
  n: f.optional(count),
});

const SEEN = written<SeenReport>({
  entry: b64(16),
  heads: many(b64(32)),
  receivedOn: f.day,
  until: f.day,
  reporterN: f.optional(count),
  withdrawnOn: f.optional(f.day),
  wholeOn: f.optional(f.day),
  claimedEnd: f.optional(f.day),
  listedOn: f.optional(f.day),
  retention: f.optional(f.term),
  document: f.optional(b64(32)),
  ending: f.optional(f.oneOf("closed", "longest-term", "withdrawn", "handed-over")),
  knownAlarms: f.optional(many(ALARM)),
});

const HANDLER = written<HandlerContent>({
  kind: f.oneOf("handler"),
  origin: text,
  lineId,
  name: f.sized(1, 200),
  role: f.sized(1, 200),
  seed: b64(32),
  chains: f.optional(many(f.record({ firstNumber: count, number: count, value: f.raw(32) }))),
  statements: f.optional(many(f.record({ statement: f.raw(), signature: f.raw(64) }))),
  documents: f.optional(many(b64(32))),
  keyNumber: f.optional(count),
  seen: f.optional(many(SEEN)),
  unmoved: f.optional(many(f.record({ entry: f.raw(16), since: f.day }))),
  sheet: f.optional(count),
  consultations: f.optional(
    many(
      f.record({
        number: f.integer(1),
        address: text,
        receipt: text,
        askedOn: f.day,
        until: f.optional(f.day),
        read: f.optional(count),
      }),
    ),
  ),
});

/** What a list or number is that an older program did not write. */
const HANDLER_DEFAULTS = {
  chains: [],
  statements: [],
  documents: [],
  keyNumber: 0,
  seen: [],
  unmoved: [],
  consultations: [],
};

/** Read a content of either kind. @throws {@link RefusedError} `fields`. */
export const CONTENT: f.Read<HandlerContent | LineContent> = (value) => {
  if (!f.isObject(value)) refuse("fields");
  if (value["kind"] === "line") return LINE_CONTENT(value);
  const found = HANDLER(value);
  const missing = Object.entries(HANDLER_DEFAULTS).filter(([name]) => !Object.hasOwn(found, name));
  return { ...found, ...Object.fromEntries(missing) }; // behind: what was written stays in its order
};

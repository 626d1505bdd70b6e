/** What all texts of a line have in common: ids, translations, contacts (openapi/texts.md section 1). */

import { refuse } from "../verify/errors.js";
import * as f from "../verify/fields.js";
import { type LocalText, TEXT } from "../verify/line-document.js";
import { TEXT_SIZE } from "../verify/sizes.js";

/** A name of a part of a text, for programs. */
export const id = f.pattern(/^[a-z][a-zA-Z0-9-]{0,39}$/);
export const webAddress = f.pattern(/^https:\/\/[!-~]{1,1000}$/);

/** One text in several languages; none twice. */
export const translations: f.Read<LocalText[]> = (value) => {
  const found = f.list(TEXT, 1, 40)(value);
  const languages = new Set(found.map(({ language }) => language));
  return languages.size === found.length ? found : refuse("text-language");
};

export const CONTACT = f.record({
  name: translations,
  telephone: f.optional(f.pattern(/^[0-9+() /-]{3,30}$/)),
  email: f.optional(f.pattern(/^[!-?A-~]{1,200}@[!-?A-~]{1,200}$/)),
  address: f.optional(webAddress),
  hours: f.optional(translations),
  always: f.optional(f.flag),
  note: f.optional(translations),
});
/** Somebody outside this service who can be reached. */
export type Contact = ReturnType<typeof CONTACT>;

/** Read a value, and refuse it unless a rule about its members holds. */
export const checked =
  <T>(read: f.Read<T>, holds: (value: T) => boolean): f.Read<T> =>
  (value) => {
    const found = read(value);
    return holds(found) ? found : refuse("fields");
  };

/** Read a text as its bytes are hashed. */
export const readText = <S extends Parameters<typeof f.record>[0]>(
  data: Uint8Array,
  schema: S,
): f.Output<S> => f.readSigned(data, schema, TEXT_SIZE);

/** The ids of a list, none of which may be there twice. */
export function checkIds(found: readonly { readonly id: string }[]): ReadonlySet<string> {
  const ids = new Set(found.map((each) => each.id));
  return ids.size === found.length ? ids : refuse("text-id");
}

/** Refuse an id that names nothing. */
export function checkKnown(named: readonly string[], known: ReadonlySet<string>): void {
  if (!named.every((each) => known.has(each))) refuse("text-id");
}

const isTranslations = (value: object): value is LocalText[] =>
  Array.isArray(value) && value[0]?.language !== undefined && value[0].text !== undefined;

function* said(value: unknown): Generator<LocalText[]> {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  if (isTranslations(value)) yield value;
  else for (const item of Object.values(value)) yield* said(item);
}

/** Refuse a text that does not say everything in every language of the line, and in no other. */
export function checkTranslations(text: object, languages: readonly string[]): void {
  const expected = [...languages].sort().join();
  for (const each of said(text)) {
    const found = each.map(({ language }) => language).sort();
    if (found.join() !== expected) refuse("text-language");
  }
}

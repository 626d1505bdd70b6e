/** The page's own words: one file per language, each of the same shape. */

import { en } from "./en/index.js";
import { nl, type Words } from "./nl/index.js";
import { nlSimple } from "./nl-simple/index.js";

export type { Words };

/** Languages that the page speaks itself. */
const SPOKEN: Readonly<Record<string, Words>> = { nl, en, "nl-simple": nlSimple };

/** Scripts that run from right to left, by the languages written in them. */
const RIGHT_TO_LEFT = ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"];

/** The tag of the page's own words that come nearest to a language. */
export function spoken(language: string): string {
  const [stem = ""] = language.split("-");
  return language in SPOKEN ? language : stem in SPOKEN ? stem : "en";
}

/** The page's own words in a language, else in English. */
export const wordsOf = (language: string): Words => SPOKEN[spoken(language)] ?? en;

/** In which direction a language is written. */
export const directionOf = (language: string): "ltr" | "rtl" =>
  RIGHT_TO_LEFT.includes(language.split("-")[0] ?? "") ? "rtl" : "ltr";

/** What a language calls itself. */
export function nameOf(language: string): string {
  if (language in SPOKEN) return wordsOf(language).name;
  return new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
}

/** The language to begin with: the browser's if the line has it, else the line's first. */
export function firstLanguage(languages: readonly string[]): string {
  const wanted = navigator.language.split("-")[0];
  return languages.find((each) => each === wanted) ?? languages[0] ?? "nl";
}

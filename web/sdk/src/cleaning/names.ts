/** Names of files: a name may say who somebody is, and may turn letters around to hide its type. */

import { shownText } from "../protocol/shown-text.js";

const ENDINGS: Readonly<Record<string, string>> = {
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "image/gif": ".gif",
  "image/webp": ".webp",
  "application/pdf": ".pdf",
};

/** A name that says nothing: a word in the person's language, a number, and the ending of the type. */
export const neutralName = (word: string, number: number, mediaType: string): string =>
  `${word}-${number}${ENDINGS[mediaType] ?? ""}`;

/** The name of a file as a person is shown it, without the folder: marks that turn letters around show as U+FFFD. */
export const shownName = (name: string): string =>
  shownText(name.replace(/^.*[/\\]/s, "")).replace(/[\u061c\u200e\u200f]/g, "\ufffd");

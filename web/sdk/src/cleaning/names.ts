/** Names of files: a name may say who somebody is. */

const ENDINGS: Readonly<Record<string, string>> = {
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "image/gif": ".gif",
  "image/webp": ".webp",
};

/** A name that says nothing: a word in the person's language, a number, and the ending of the type. */
export const neutralName = (word: string, number: number, mediaType: string): string =>
  `${word}-${number}${ENDINGS[mediaType] ?? ""}`;

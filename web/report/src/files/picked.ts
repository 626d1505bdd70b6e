/** A file that a person wants to send along, and what is known of it. */

import { CleaningError, cleanPicture, neutralName } from "@meldpunt/client/cleaning";

/** What was done to a file. */
export type Cleaning = "cleaned" | "not-cleaned" | "empty" | "large" | "broken";

/** A file that was picked. */
export interface Picked {
  /** Tells two files of one name apart. */
  readonly key: number;
  readonly name: string;
  readonly mediaType: string;
  readonly content: Blob;
  readonly cleaning: Cleaning;
  /** Whether it may go along. What was not cleaned waits for the person's word. */
  readonly goes: boolean;
}

const UNNAMED = "bestand";
const MOST = 255;
/** What a name may not have: paths, control characters, and marks that turn the direction of a text. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  /[\u0000-\u001f\u007f-\u009f/\\\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/;

/** A name that a message can carry. */
export function carriedName(name: string): string {
  let kept = name.replace(FORBIDDEN, "").toWellFormed();
  while (new TextEncoder().encode(kept).length > MOST) kept = [...kept].slice(1).join("");
  return ["", ".", ".."].includes(kept) ? UNNAMED : kept;
}

/** A media type that a message can carry. */
export function carriedType(type: string): string {
  const [bare = ""] = type.toLowerCase().split(";");
  return MEDIA_TYPE.test(bare) ? bare : "application/octet-stream";
}

let picked = 0;

/**
 * Look a file over, and clean it if it is a picture. A cleaned picture gets a name that says nothing.
 *
 * @param word - what a picture is called, in the language of the page.
 */
export async function pick(file: File, word: string): Promise<Picked> {
  picked += 1;
  const name = carriedName(file.name);
  const found = { key: picked, name, mediaType: carriedType(file.type), content: file };
  try {
    const { data, mediaType } = await cleanPicture(file);
    const content = new Blob([data], { type: mediaType });
    const neutral = neutralName(word, picked, mediaType);
    return { key: picked, name: neutral, mediaType, content, cleaning: "cleaned", goes: true };
  } catch (error) {
    if (!(error instanceof CleaningError)) throw error;
    if (error.failure === "empty") return { ...found, cleaning: "empty", goes: false };
    if (error.failure === "unknown-type") return { ...found, cleaning: "not-cleaned", goes: false };
    const cleaning = error.failure === "too-large" ? "large" : "broken";
    return { ...found, cleaning, goes: false };
  }
}

/** The files that go along. */
export const going = (files: readonly Picked[]): Picked[] => files.filter(({ goes }) => goes);

/** A file that a person wants to send along, and what is known of it. */

/** What was done to a file. */
export type Cleaning = "cleaned" | "not-cleaned" | "empty" | "refused";

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

/** Look a file over, and clean it if the page can. */
export async function pick(file: File): Promise<Picked> {
  picked += 1;
  const name = carriedName(file.name);
  const found = { key: picked, name, mediaType: carriedType(file.type), content: file };
  if (file.size === 0) return { ...found, cleaning: "empty", goes: true };
  return { ...found, cleaning: "not-cleaned", goes: false };
}

/** The files that go along. */
export const going = (files: readonly Picked[]): Picked[] => files.filter(({ goes }) => goes);

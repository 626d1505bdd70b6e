/** What cleaning a picture gives: what was removed, what remains, or why it was refused. */

import type { Bytes } from "../protocol/verify/encoding.js";

/** Something that a file says besides its content, and that cleaning removes. */
export type Trace =
  | "location"
  | "device"
  | "time"
  | "person"
  | "comment"
  | "further-data"
  | "colour-profile"
  | "further-pictures";

/** Something that cleaning found and left: a profile that names nothing, but may point at one device. */
export type Remainder = "colour-profile";

export interface Cleaned {
  readonly data: Bytes;
  readonly mediaType: string;
  /** Sorted; empty if the file said nothing. */
  readonly removed: readonly Trace[];
  readonly remaining: readonly Remainder[];
}

/** Why a file was not cleaned. Only `unknown-type` may be sent as it is, if the person says so. */
export type CleaningFailure = "unknown-type" | "too-large" | "empty" | "broken" | "unreadable";

export class CleaningError extends Error {
  override readonly name = "CleaningError";
  readonly failure: CleaningFailure;

  constructor(failure: CleaningFailure) {
    super(failure);
    this.failure = failure;
  }
}

/** Refuse a picture that is damaged, or is not of the type that it seems. @throws {@link CleaningError} */
export function broken(): never {
  throw new CleaningError("broken");
}

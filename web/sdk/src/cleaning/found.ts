/** What a picture says besides its pixels, gathered while it is read. */

import { type Bytes, findJpeg } from "./bytes.js";
import { orientationExif, readExif, UPRIGHT } from "./exif.js";
import { bareProfile, isCommon } from "./profile.js";
import { type Cleaned, CleaningError, type Remainder, type Trace } from "./results.js";

const NOTHING: Bytes = new Uint8Array(0);

export class Found {
  readonly removed = new Set<Trace>();
  /** The colour profile to keep, without names; empty if there is none. */
  profile: Bytes = NOTHING;
  readonly #remaining = new Set<Remainder>();
  #orientation: number | undefined;

  /** Note what EXIF says. As in every viewer, only the first one turns the picture. */
  addExif(data: Bytes): void {
    const { orientation, traces } = readExif(data);
    for (const trace of traces) this.removed.add(trace);
    this.#orientation ??= orientation;
  }

  /** Keep what a colour profile computes. Leave out one that nothing can read. */
  addProfile(data: Bytes): void {
    const bare = readable(data);
    if (bare !== undefined) this.profile = bare;
    if (bare === undefined || String(bare) !== String(data)) this.removed.add("colour-profile");
    if (bare !== undefined && !isCommon(bare)) this.#remaining.add("colour-profile");
  }

  /** Note what follows the end of a picture: often a second one. */
  addRest(data: Bytes): void {
    if (data.length > 0)
      this.removed.add(findJpeg(data) >= 0 ? "further-pictures" : "further-data");
  }

  /** The EXIF to write: empty for a picture that is not turned. */
  get exif(): Bytes {
    const orientation = this.#orientation ?? UPRIGHT;
    return orientation === UPRIGHT ? NOTHING : orientationExif(orientation);
  }

  cleaned(data: Bytes, mediaType: string): Cleaned {
    const [removed, remaining] = [[...this.removed].sort(), [...this.#remaining].sort()];
    return { data, mediaType, removed, remaining };
  }
}

function readable(data: Bytes): Bytes | undefined {
  try {
    return bareProfile(data);
  } catch (error) {
    if (error instanceof CleaningError) return undefined;
    throw error;
  }
}

/** Upload files, so that a message can list them. */

import { type Attached, attach, type Visit } from "@meldpunt/client";
import type { Picked } from "./picked.js";

/** Told which file is on its way, and how much of it has arrived, 0 to 1. */
export type Told = (at: number, share: number) => void;

/** What has been uploaded, by the key of its file: a second attempt does not upload it again. */
export type Uploaded = Map<number, Attached>;

/** Upload those files to an open report that are not there yet. */
export async function uploadFiles(
  visit: Visit,
  files: readonly Picked[],
  uploaded: Uploaded,
  told: Told,
): Promise<Attached[]> {
  for (const [at, file] of files.entries()) {
    if (uploaded.has(file.key)) continue;
    const found = await attach(visit, [file], (done, of) => told(at, of === 0 ? 1 : done / of));
    for (const each of found) uploaded.set(file.key, each);
  }
  const listed = files.flatMap(({ key }) => uploaded.get(key) ?? []);
  return listed.sort((a, b) => (a.id < b.id ? -1 : 1));
}

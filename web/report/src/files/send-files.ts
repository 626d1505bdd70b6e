/** Upload files, so that a message can list them. */

import { type Attached, attach, ProblemError, type Visit } from "@meldpunt/client";
import type { Picked } from "./picked.js";

/** Told which file is on its way, and how much of it has arrived, 0 to 1. Throws to stop. */
export type Told = (at: number, share: number) => void;

/** What has been uploaded, by the key of its file: a second attempt does not upload it again. */
export type Uploaded = Map<number, Attached>;

/** One file cannot go along, however often it is tried: without it the others can. */
export class FileFailure extends Error {
  readonly file: Picked;
  override readonly cause: unknown;

  constructor(file: Picked, cause: unknown) {
    super();
    this.file = file;
    this.cause = cause;
  }
}

/** Whether it is this file's fault: too large for the host, or moved or changed since it was chosen. */
const isOfFile = (error: unknown): boolean =>
  error instanceof DOMException
    ? error.name.startsWith("Not") // NotReadableError, NotFoundError
    : error instanceof ProblemError && error.kind === "content-too-large";

/**
 * Upload files to an open report that are not there yet.
 *
 * @throws {@link FileFailure} and what `attach` throws.
 */
export async function uploadFiles(
  visit: Visit,
  files: readonly Picked[],
  uploaded: Uploaded,
  told: Told,
): Promise<Attached[]> {
  for (const [at, file] of files.entries()) {
    if (uploaded.has(file.key)) continue;
    const progress = (done: number, of: number) => told(at, of === 0 ? 1 : done / of);
    try {
      for (const found of await attach(visit, [file], progress)) uploaded.set(file.key, found);
    } catch (error) {
      throw isOfFile(error) ? new FileFailure(file, error) : error;
    }
  }
  const listed = files.flatMap(({ key }) => uploaded.get(key) ?? []);
  return listed.sort((a, b) => (a.id < b.id ? -1 : 1));
}

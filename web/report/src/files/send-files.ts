/** Upload files, and list them in a message. */

import { type Attached, attach, type Sent, type Visit } from "@meldpunt/client";
import type { Picked } from "./picked.js";

/** Told which file is on its way, and how much of it has arrived, 0 to 1. */
export type Told = (at: number, share: number) => void;

/** Upload files to an open report. */
export async function uploadFiles(
  visit: Visit,
  files: readonly Picked[],
  told: Told,
): Promise<Attached[]> {
  const attached: Attached[] = [];
  for (const [at, file] of files.entries()) {
    const found = await attach(visit, [file], (done, of) => told(at, of === 0 ? 1 : done / of));
    attached.push(...found);
  }
  return attached.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Upload files, and send a message that lists them. */
export async function sendFiles(
  visit: Visit,
  files: readonly Picked[],
  text: string,
  language: string,
  told: Told,
): Promise<Sent> {
  const attachments = await uploadFiles(visit, files, told);
  return visit.reply({ text, language, attachments });
}

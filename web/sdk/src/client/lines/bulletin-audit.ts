/**
 * The audit of a host's bulletins: the signed index, and every file that it names.
 *
 * A host could give different files to different people, or change a day that is over. Two indexes that contradict each
 * other are evidence: somebody has to keep one to notice.
 */

import {
  type BulletinEntry,
  type BulletinIndex,
  readBulletin,
  TAG_SIZE,
  verifyIndex,
} from "../../protocol/verify/bulletin.js";
import { addDays, type Day } from "../../protocol/verify/days.js";
import { type Bytes, same } from "../../protocol/verify/encoding.js";
import { RefusedError } from "../../protocol/verify/errors.js";
import { bulletinApi } from "../http/api.js";
import { AnswerError, isProblem } from "../http/errors.js";
import type { Transport } from "../http/transport.js";
import type { Finding } from "./findings.js";

/** The last day may be so old: a day's file comes in the hours after midnight (UTC). */
const LATE = 2;

/** A host's index of bulletins, and its signature. */
export interface ServedIndex {
  readonly index: Bytes;
  readonly signature: Bytes;
}

/** What an audit of the bulletins found. */
export interface BulletinAudit {
  readonly findings: readonly Finding[];
  /** The index, if it holds. */
  readonly index: ServedIndex | undefined;
}

const verified = ({ index, signature }: ServedIndex, key: Bytes, day: Day): BulletinIndex =>
  verifyIndex(index, signature, key, day);

/**
 * Check the index and all files of a host.
 *
 * @param receiptKey - the host's, from a verified document.
 * @param kept - the index of an earlier audit.
 * @param earlier - receipt keys that older documents of the line name.
 * @throws {@link ClientError} if the host does not answer at all.
 */
export async function auditBulletins(
  transport: Transport,
  receiptKey: Bytes,
  day: Day,
  kept: ServedIndex | undefined,
  earlier: readonly Bytes[],
): Promise<BulletinAudit> {
  const check = "bulletins";
  let served: ServedIndex;
  let index: BulletinIndex;
  try {
    served = await bulletinApi(transport).index();
    index = verified(served, receiptKey, day);
  } catch (error) {
    const none = { index: undefined };
    if (error instanceof RefusedError)
      return { ...none, findings: [{ level: "alarm", check, reason: error.reason }] };
    if (error instanceof AnswerError) return { ...none, findings: [{ level: "alarm", check }] };
    if (!isProblem(error, "not-found")) throw error;
    return { ...none, findings: [{ level: kept === undefined ? "note" : "alarm", check }] };
  }
  const isLate = addDays(index.lastDay, LATE) < day;
  const findings: Finding[] = [
    { level: "fine", check },
    { level: isLate ? "note" : "fine", check: "bulletin-days", day: index.lastDay },
  ];
  if (kept !== undefined) findings.push(compare(index, kept, receiptKey, earlier, day));
  const bad: Finding[] = [];
  for (const entry of index.entries) bad.push(...(await file(transport, entry, index)));
  const files: Finding[] = bad.length > 0 ? bad : [{ level: "fine", check: "bulletin-files" }];
  return { findings: [...findings, ...files], index: served };
}

/**
 * Compare an index with one that was kept. If a key that an older document names signed the kept one, the line has moved
 * since, or the host has a new key.
 */
function compare(
  index: BulletinIndex,
  kept: ServedIndex,
  receiptKey: Bytes,
  earlier: readonly Bytes[],
  day: Day,
): Finding {
  const check = "bulletin-history";
  try {
    const name = firstDifference(index, verified(kept, receiptKey, day));
    return name === undefined ? { level: "fine", check } : { level: "alarm", check, file: name };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const isOfEarlier = earlier.some((key) => holds(kept, key, day));
    return isOfEarlier
      ? { level: "note", check: "bulletin-move" }
      : { level: "note", check, reason: error.reason };
  }
}

/** The first file of an earlier index that this one does not have in its place. */
function firstDifference(index: BulletinIndex, earlier: BulletinIndex): string | undefined {
  return earlier.entries.find(({ name, tags, hash }, place) => {
    const now = index.entries[place];
    return now?.name !== name || now.tags !== tags || !same(now.hash, hash);
  })?.name;
}

function holds(kept: ServedIndex, key: Bytes, day: Day): boolean {
  try {
    return verified(kept, key, day) !== undefined;
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
}

/** What is wrong with a file, if anything is. A month or a year is checked day by day. */
async function file(
  transport: Transport,
  { name, tags }: BulletinEntry,
  index: BulletinIndex,
): Promise<Finding[]> {
  const bad = { level: "alarm", check: "bulletin-files", file: name } as const;
  try {
    readBulletin(name, await bulletinApi(transport).file(name, tags * TAG_SIZE), index);
    return [];
  } catch (error) {
    if (error instanceof RefusedError) return [{ ...bad, reason: error.reason }];
    if (error instanceof AnswerError || isProblem(error, "not-found")) return [bad];
    throw error;
  }
}

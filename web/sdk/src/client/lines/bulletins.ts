/**
 * Look whether something arrived, without telling the host for which report (openapi/extensions.md section 10.6).
 *
 * Every look fetches the same files in the same order, before anybody types a code.
 */

import type { VerifiedLine } from "../../protocol/line.js";
import {
  type BulletinIndex,
  type DayTags,
  findDays,
  readBulletin,
  TAG_SIZE,
  verifyIndex,
  wholeYears,
  window,
  windowStart,
} from "../../protocol/verify/bulletin.js";
import { addDays, type Day, earlier } from "../../protocol/verify/days.js";
import { RefusedError } from "../../protocol/verify/errors.js";
import { today } from "../environment.js";
import { bulletinApi } from "../http/api.js";
import { AnswerError, isProblem } from "../http/errors.js";
import type { Transport } from "../http/transport.js";

/** The most bytes of all files of one look. Files beyond it stay unknown. */
const MAX_LOOK = 256 << 20;

/** The result of one look. */
export interface Bulletins {
  /** Days whose file holds, in order. */
  readonly days: readonly DayTags[];
  /** Days without a file that holds. Never tell a person that nothing arrived on them. */
  readonly unknown: readonly Day[];
  /** The first day that the look covers. */
  readonly first: Day;
  /** The last one: yesterday in UTC. */
  readonly last: Day;
  /** Whether the line's document names the origin that was asked. If not, tell the person: an alarm. */
  readonly isNamed: boolean;
}

/** The days on which something arrived for the report of a bulletin key. */
export const newsOf = (key: Uint8Array, { days }: Bulletins): Day[] => findDays(key, days);

/**
 * Fetch the files of every look: this month and the three before it.
 *
 * @param furtherBack - also whole years, as far back as the host has them.
 * @throws {@link RefusedError} As `verifyIndex`. {@link ProblemError} `not-found` if the host has no bulletins.
 */
export async function fetchBulletins(
  transport: Transport,
  { document }: VerifiedLine,
  furtherBack = false,
): Promise<Bulletins> {
  const day = today(transport.environment);
  const served = await bulletinApi(transport).index();
  const index = verifyIndex(served.index, served.signature, document.receiptKey, day);
  const names = furtherBack
    ? [...wholeYears(index, day), ...window(index, day)]
    : window(index, day);
  const found = new Map<Day, DayTags>();
  for (const name of withinLimit(names, index)) {
    for (const each of await fetchFile(transport, name, index)) found.set(each.day, each);
  }
  const start = windowStart(day);
  const first = furtherBack ? earlier(index.firstDay, start) : start;
  const wanted: Day[] = [];
  for (let each = first; each < day; each = addDays(each, 1)) wanted.push(each);
  return {
    days: [...found.values()].sort((a, b) => (a.day < b.day ? -1 : 1)),
    unknown: wanted.filter((each) => !found.has(each)),
    first,
    last: addDays(day, -1),
    isNamed: isNamed(transport.origin, document.origins),
  };
}

const sizeOf = (name: string, { entries }: BulletinIndex): number =>
  TAG_SIZE * (entries.find((entry) => entry.name === name)?.tags ?? 0);

/**
 * The names of the files that fit. Only the index decides, so all clients fetch these.
 *
 * Files count from the newest back, up to the first that does not fit: further back must not cost what came last.
 */
export function withinLimit(names: readonly string[], index: BulletinIndex): string[] {
  let left = MAX_LOOK;
  const newestFirst = [...names].reverse();
  const tooLarge = newestFirst.findIndex((name) => {
    left -= sizeOf(name, index);
    return left < 0;
  });
  return (tooLarge < 0 ? newestFirst : newestFirst.slice(0, tooLarge)).reverse();
}

/** Whether a document names an origin. One that nobody could reach names nothing. */
const isNamed = (origin: string, origins: readonly string[]): boolean =>
  origins.some((each) => URL.canParse(each) && new URL(each).origin === origin);

/** The days of a file. A missing or invalid file gives none. */
async function fetchFile(
  transport: Transport,
  name: string,
  index: BulletinIndex,
): Promise<DayTags[]> {
  try {
    const content = await bulletinApi(transport).file(name, sizeOf(name, index));
    return readBulletin(name, content, index);
  } catch (error) {
    const isBad = error instanceof RefusedError || error instanceof AnswerError;
    if (isBad || isProblem(error, "not-found")) return [];
    throw error;
  }
}

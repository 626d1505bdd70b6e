/** Whom the reporter's next message goes to, and what that ends (openapi/protocol.md section 9.4). */

import type { Day } from "../../protocol/verify/days.js";
import type { Hex } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { newestOf } from "../../protocol/verify/log/causality.js";
import type { ReporterTag } from "../../protocol/verify/log/header.js";
import { ClientError } from "../http/errors.js";
import type { Notice } from "./notices.js";
import { departedReaders, erasedSoon, newcomers, readersOf, type Thread } from "./thread.js";

/** Whom a person names, and whom they leave out. */
interface Choice {
  readonly readers?: readonly Hex[];
  readonly leaveOut?: readonly Hex[];
}

/** What the reporter should know before sending a message to these readers. */
export function sealingNotices(
  thread: Thread,
  readers: readonly Hex[],
  tag: ReporterTag,
  day: Day,
): Notice[] {
  const { admitted, asked } = thread.report.log;
  const left = admitted.filter((handler) => !readers.includes(handler));
  const drops =
    tag === "withdrawal" || tag === "consent" || !asked.some((h) => readers.includes(h));
  return [
    ...departedReaders(thread, day).map(
      (handler) => ({ kind: "reader-departed", handler }) as const,
    ),
    ...left.map((handler) => ({ kind: "newcomer-not-named", handler }) as const),
    ...(asked.length > 0 && drops ? [{ kind: "takes-back" } as const] : []),
    ...(erasedSoon(thread, day) === undefined ? [] : [{ kind: "erased-soon" } as const]),
  ];
}

/** The own-newest-readers rule, less whom the person drops, with those whom the person adds. */
export function chosenReaders(
  thread: Thread,
  { readers, leaveOut = [] }: Choice,
  day: string,
): readonly Hex[] {
  const known = readersOf(thread);
  const kept = known.length > 0 ? known : replacements(thread, readers, day);
  const chosen = (readers ?? kept).filter((each) => !leaveOut.includes(each));
  const allowed = [...kept, ...thread.report.log.admitted];
  if (!chosen.every((each) => allowed.includes(each))) refuse("reader-not-allowed");
  return chosen.length > 0 ? chosen : refuse("no-reader");
}

/** On a fork without a common reader nobody counts as having left: one may be left out on the other branch. */
function replacements(
  thread: Thread,
  readers: readonly Hex[] | undefined,
  day: string,
): readonly Hex[] {
  if (newestOf("reporter", thread.report.log.known).length > 1) refuse("fork");
  if (readers === undefined) throw new ClientError("readers-departed");
  return newcomers(thread, day);
}

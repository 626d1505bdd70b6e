/** What a person should know, though nothing was refused. */

import type { VerifiedLine } from "../../protocol/line.js";
import type { Hex } from "../../protocol/verify/encoding.js";
import type { FetchedLine } from "../lines/line.js";

/**
 * The closed list of notices to a reporter or a handler.
 *
 * - `line-moved`: the line is not on the host of its address; the client found it on its new host.
 * - `document-expired`: the line document is out of date; sealing still works for a while.
 * - `document-past-grace`: nothing is sealed any more.
 * - `key-missing`: a reader has no key now; they can read once a colleague adds a wrap.
 * - `reader-departed`: a handler whom the reporter chose has left the line.
 * - `newcomer-not-named`: a handler waits for the reporter's word, and stays out by this message: it does not name them.
 * - `takes-back`: this message takes back that another line may take the report up.
 * - `erased-soon`: the report is erased within 14 days; a closed one can be reopened first.
 * - `host-state`, `host-clocks`, `host-day`, `host-document`, `host-count`, `host-order`: the host claims
 *   something else than the messages show.
 * - `host-proof`: a proof of receipt is wrong, or is for another day: it proves nothing.
 * - `bulletin-withheld`: a message came on a day whose bulletin does not name it.
 * - `not-seen`: others wrote days after a message of the reporter, and had not seen it.
 * - `old-box-key`, `unknown-box-key`, `no-box-key`: the host serves an older key of this handler than they published,
 *   one that their key file does not hold, or none.
 * - `asker-unverified`: the line of whoever asks for advice was not verified: they may be anybody.
 * - `second-look`: the host's first answer was wrong: it left something out, or called the report erased.
 */
export type NoticeKind =
  | "line-moved"
  | "document-expired"
  | "document-past-grace"
  | "key-missing"
  | "reader-departed"
  | "newcomer-not-named"
  | "takes-back"
  | "erased-soon"
  | "host-state"
  | "host-clocks"
  | "host-day"
  | "host-document"
  | "host-count"
  | "host-order"
  | "host-proof"
  | "bulletin-withheld"
  | "not-seen"
  | "old-box-key"
  | "unknown-box-key"
  | "no-box-key"
  | "asker-unverified"
  | "second-look";

/** One notice, and whom or what it is about. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly handler?: Hex;
  readonly message?: Hex;
}

/** Notices that say nothing against the host. */
const ORDINARY: readonly NoticeKind[] = [
  "line-moved",
  "document-expired",
  "document-past-grace",
  "newcomer-not-named",
  "takes-back",
  "asker-unverified",
  "erased-soon",
];

/** Whether notices say something against the host. */
export const areOdd = (notices: readonly Notice[]): boolean =>
  notices.some(({ kind }) => !ORDINARY.includes(kind));

/** What a person should see about a line before sealing on it. */
export function lineNotices(line: VerifiedLine | FetchedLine): Notice[] {
  const found: Notice[] = [];
  if ("movedTo" in line && line.movedTo !== undefined) found.push({ kind: "line-moved" });
  if (line.freshness === "expired") found.push({ kind: "document-expired" });
  if (line.freshness === "past-grace") found.push({ kind: "document-past-grace" });
  return found;
}

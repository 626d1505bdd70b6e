/** An act of a visit, and what the page of each is given. */

import type { Desk, Thread, Visit } from "@meldpunt/client";
import type { Write, Written } from "./written.js";

/** Something that a reporter can do. */
export type Act =
  | "reply"
  | "reopen"
  | "checkIn"
  | "withdraw"
  | "takeover"
  | "handover"
  | "proof"
  | "story";

export interface ActProps {
  readonly visit: Visit;
  readonly thread: Thread;
  readonly desk: Desk | undefined;
  readonly written: Written;
  readonly write: Write;
  /** Leave the act, and read the report again. */
  readonly look: () => void;
  /** It is done: say so, and read the report again. */
  readonly done: (text?: string) => Promise<void>;
  readonly back: () => void;
}

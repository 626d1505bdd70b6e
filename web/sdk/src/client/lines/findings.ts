/** What an audit of a line can find. */

import type { Day } from "../../protocol/verify/days.js";
import type { Hex } from "../../protocol/verify/encoding.js";
import type { Reason } from "../../protocol/verify/errors.js";

/**
 * How serious a finding is. `note`: worth knowing; it may happen with an honest office and host. `alarm`: it does not
 * happen with them.
 */
export type Level = "fine" | "note" | "alarm";

/**
 * The subject of a check.
 *
 * - `line`: key chain, newest document and box keys, verified from the line id, and the address's pin.
 * - `keys`: how many line keys there were. `history`: every document back to number 1.
 * - `dates`; `people`: no handler disappears, comes back, or becomes somebody else; `texts`; `box-keys`; `origins`;
 *   `receipt-key`.
 * - `bulletins`: the index, its signature and form. `bulletin-days`: it reaches up to yesterday. `bulletin-files`: each
 *   file that it names is there. `bulletin-history`: it continues one that somebody kept. `bulletin-move`: the kept one
 *   is of an earlier host of the line.
 */
export type Check =
  | "line"
  | "keys"
  | "history"
  | "dates"
  | "people"
  | "texts"
  | "box-keys"
  | "origins"
  | "receipt-key"
  | "bulletins"
  | "bulletin-days"
  | "bulletin-files"
  | "bulletin-history"
  | "bulletin-move";

/** One finding of an audit. */
export interface Finding {
  readonly level: Level;
  readonly check: Check;
  /** The number of the document that it is about; for `keys`, how many. */
  readonly document?: number;
  readonly handler?: Hex;
  readonly day?: Day;
  readonly reason?: Reason;
  /** The name of the bulletin that it is about. */
  readonly file?: string;
}

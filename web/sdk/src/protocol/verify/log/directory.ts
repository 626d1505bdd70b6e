/** The lines that take part in a report (openapi/extensions.md section 9.7). */

import { type Bytes, type Hex, hex } from "../encoding.js";
import type { LineDocument, ListedHandler } from "../line-document.js";

/** The line on which a report was made, and the documents of all lines that take part. */
export interface Directory {
  readonly lineId: Bytes;
  /** That line's own document first. */
  readonly lines: readonly LineDocument[];
}

/** The handlers of all lines. */
export const allHandlers = ({ lines }: Directory): ListedHandler[] =>
  lines.flatMap(({ handlers }) => handlers);

/** Handlers with a last day. */
export const departedOf = (directory: Directory): Set<Hex> =>
  new Set(
    allHandlers(directory)
      .filter(({ until }) => until !== undefined)
      .map(({ id }) => hex(id)),
  );

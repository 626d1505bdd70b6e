/** What somebody is writing in a visit. A step back, or a look at what came in between, loses none of it.
 * A reply and a reopening are the same text: somebody may find out that the report was closed meanwhile. */

import type { CheckIn } from "@meldpunt/client";
import { useState } from "preact/hooks";
import type { Picked } from "../files/picked.js";

/** It lives in the page's memory alone, until it is sent. */
export interface Written {
  readonly text: string;
  readonly files: readonly Picked[];
  /** How they are, and what they say about it. */
  readonly checkIn: CheckIn | undefined;
  readonly about: string;
}

/** Change some of it, as it is at that moment. */
export type Write = (changed: Partial<Written> | ((before: Written) => Partial<Written>)) => void;

const NOTHING: Written = { text: "", files: [], checkIn: undefined, about: "" };

export function useWritten(): { written: Written; write: Write } {
  const [written, setWritten] = useState(NOTHING);
  const write: Write = (changed) =>
    setWritten((before) => ({
      ...before,
      ...(typeof changed === "function" ? changed(before) : changed),
    }));
  return { written, write };
}

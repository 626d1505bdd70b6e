/** The page's own words in Dutch. They say "je". Each language has a folder of this shape. */

import { report } from "./report.js";
import { visit } from "./visit.js";

export const nl = { ...report, ...visit };

/** A language of the page. */
export type Words = typeof nl;

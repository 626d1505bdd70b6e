/** The page's own words in plain Dutch: short sentences, common words. What is plain already is as in Dutch. */

import { nl, type Words } from "../nl/index.js";
import { report } from "./report.js";
import { visit } from "./visit.js";

export const nlSimple: Words = { ...nl, ...report, ...visit };

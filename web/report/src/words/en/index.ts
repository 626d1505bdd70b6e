/** The page's own words in English. */

import type { Words } from "../nl/index.js";
import { report } from "./report.js";
import { visit } from "./visit.js";

export const en: Words = { ...report, ...visit };

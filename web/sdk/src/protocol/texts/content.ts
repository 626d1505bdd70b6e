/** What the content of a message says besides its text (openapi/texts.md section 8). */

import * as f from "../verify/fields.js";
import type { Json, JsonObject } from "../verify/strict-json.js";
import { answerList } from "./answers.js";
import { id } from "./shapes.js";

const LABEL = f.record({ field: f.pattern(/^[a-z][a-zA-Z]{0,39}$/), value: f.sized(0, 200) });

// biome-ignore lint/suspicious/noExplicitAny: members of every type
const KNOWN: Record<string, f.Read<any>> = {
  kind: id,
  form: f.raw(32),
  answers: answerList,
  checkIn: f.oneOf("good", "notGood", "retaliation"),
  story: f.oneOf("given", "withdrawn", "takenDown"),
  labels: f.list(LABEL, 1, 20),
};
const ELSEWHERE = ["text", "referral"];

function isKnown([name, value]: [string, Json]): boolean {
  try {
    return Object.hasOwn(KNOWN, name) && KNOWN[name]?.(value) !== undefined;
  } catch {
    return false;
  }
}

/** A content, taken apart: what this version knows, and what a client shows as it is. */
export interface Content {
  readonly known: JsonObject;
  readonly raw: JsonObject;
}

/** Take a content apart. Nothing is refused: a known member of another form is shown raw too. */
export function readContent(content: JsonObject): Content {
  const members = Object.entries(content).filter(([name]) => !ELSEWHERE.includes(name));
  const known = members.filter(isKnown);
  const raw = members.filter((member) => !isKnown(member));
  return { known: Object.fromEntries(known), raw: Object.fromEntries(raw) };
}

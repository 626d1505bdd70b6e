/** Procedures: what happens with a report, in words that the clocks keep (openapi/texts.md section 5). */

import { refuse } from "../verify/errors.js";
import * as f from "../verify/fields.js";
import type { Clock } from "../verify/line-document.js";
import { TAG } from "../verify/log/header.js";
import { CONTACT, checked, checkIds, id, readText, translations } from "./shapes.js";

const STEP = checked(
  f.record({
    id,
    title: translations,
    text: f.optional(translations),
    clock: f.optional(f.pattern(/^[a-z][a-z-]{0,39}$/)),
    tag: f.optional(TAG),
  }),
  ({ clock, tag }) => clock === undefined || tag === undefined,
);
const LABELS = f.optional(f.list(f.record({ id, label: translations }), 1, 40));

const PROCEDURE = {
  version: f.version,
  introduction: f.optional(translations),
  steps: f.list(STEP, 1, 20),
  readers: translations,
  privacy: translations,
  outside: CONTACT,
  withdrawal: f.optional(translations),
  checkIn: f.optional(translations),
  outcomes: LABELS,
  categories: LABELS,
};
/** What a line promises in words. */
export type Procedure = f.Output<typeof PROCEDURE>;

/**
 * Read a procedure.
 *
 * @throws {@link RefusedError} A JSON reason, `fields`, `text-language`, `text-id`.
 */
export function readProcedure(data: Uint8Array): Procedure {
  const procedure = readText(data, PROCEDURE);
  for (const listed of [procedure.steps, procedure.outcomes, procedure.categories]) {
    checkIds(listed ?? []);
  }
  return procedure;
}

/** Refuse steps that do not name just the clocks of the document. */
export function checkClocks(procedure: Procedure, clocks: readonly Clock[]): void {
  const named = new Set(procedure.steps.flatMap(({ clock }) => clock ?? []));
  const known = clocks.map(({ name }) => name);
  if (named.size !== new Set(known).size || !known.every((name) => named.has(name))) {
    refuse("text-id");
  }
}

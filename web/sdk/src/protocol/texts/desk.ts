/** The desk: what handlers do in each step, and terms that only readers count (openapi/texts.md section 9). */

import * as f from "../verify/fields.js";
import type { Procedure } from "./procedure.js";
import { checkIds, checkKnown, id, readText, translations } from "./shapes.js";

const CHECKLIST = f.record({
  step: id,
  tasks: f.list(f.record({ id: f.pattern(/^[a-z][a-zA-Z]{0,35}$/), label: translations }), 1, 20),
});

const DESK = {
  version: f.version,
  checklists: f.optional(f.list(CHECKLIST, 1, 20)),
  storyTerm: f.optional(
    f.record({ term: f.term, roll: f.optional(f.oneOf("none", "termijnenwet"), "none") }),
  ),
};
/** How the handlers of a line work. */
export type Desk = f.Output<typeof DESK>;

/**
 * Read a desk.
 *
 * @throws {@link RefusedError} A JSON reason, `fields`, `text-language`, `text-id`.
 */
export function readDesk(data: Uint8Array): Desk {
  const desk = readText(data, DESK);
  const lists = desk.checklists ?? [];
  checkIds(lists.map(({ step }) => ({ id: step })));
  checkIds(lists.flatMap(({ tasks }) => tasks));
  return desk;
}

/** Return the field of the label that says that a task is done. */
export const tick = (task: string): string => `done${task.charAt(0).toUpperCase()}${task.slice(1)}`;

/** Refuse a checklist of a step that the procedure does not have. */
export function checkSteps(desk: Desk, procedure: Procedure): void {
  const known = new Set(procedure.steps.map((step) => step.id));
  checkKnown(
    (desk.checklists ?? []).map(({ step }) => step),
    known,
  );
}

/** Forms: what a line asks whoever reports (openapi/texts.md section 2). */

import { refuse } from "../verify/errors.js";
import * as f from "../verify/fields.js";
import { FUNCTION } from "../verify/line-document.js";
import { checked, checkIds, checkKnown, id, readText, translations } from "./shapes.js";

/** The most questions of a form. */
export const MAX_QUESTIONS = 100;
const WRITTEN = ["text", "when", "where", "contact"] as const;
const CHOSEN = ["choice", "choices"] as const;
type QuestionType = (typeof WRITTEN)[number] | (typeof CHOSEN)[number] | "date" | "files";

/** Whether a question is answered by free text. */
export const isWritten = (type: QuestionType | undefined): boolean =>
  WRITTEN.some((each) => each === type);
/** Whether a question is answered by one or more options. */
export const isChosen = (type: QuestionType): boolean => CHOSEN.some((each) => each === type);

const OPTION = f.record({
  id,
  label: translations,
  help: f.optional(translations),
  advice: f.optional(translations),
  urgent: f.optional(f.flag, false),
});

const ids = f.list(id, 1, 40);
const CONDITION = checked(
  f.record({ question: id, in: f.optional(ids), notIn: f.optional(ids) }),
  (condition) => (condition.in === undefined) !== (condition.notIn === undefined),
);
/** Whether an earlier question was answered with one of these options, or with none of them. */
export type QuestionCondition = ReturnType<typeof CONDITION>;

const QUESTION = checked(
  f.record({
    id,
    type: f.oneOf<QuestionType>(...WRITTEN, ...CHOSEN, "date", "files"),
    label: translations,
    help: f.optional(translations),
    page: f.optional(id),
    kinds: f.optional(ids),
    required: f.optional(f.flag, false),
    options: f.optional(f.list(OPTION, 1, 40)),
    showIf: f.optional(f.list(f.list(CONDITION, 1, 8), 1, 8)),
    purpose: f.optional(f.oneOf("notBefore", "leaveOut")),
  }),
  ({ type, options, purpose, required }) =>
    (options !== undefined) === isChosen(type) &&
    !(purpose === "notBefore" && type !== "date") &&
    !(required && type === "files"),
);
/** One question. */
export type Question = ReturnType<typeof QUESTION>;

const PAGE = f.record({ id, title: translations });
const KIND = f.record({
  id,
  label: translations,
  help: f.optional(translations),
  functions: f.optional(f.list(FUNCTION, 1, 5)),
  story: f.optional(f.flag, false),
});

const FORM = {
  version: f.version,
  kinds: f.list(KIND, 1, 12),
  pages: f.optional(f.list(PAGE, 1, 40), []),
  questions: f.list(QUESTION, 1, MAX_QUESTIONS),
};
/** What a line asks. */
export type Form = f.Output<typeof FORM>;

/** The position of a question's page; a form without pages has one. */
function placeOf({ page }: Question, pages: Form["pages"]): number {
  if (pages.length === 0 && page === undefined) return 0;
  const place = pages.findIndex((each) => each.id === page);
  return place < 0 ? refuse("text-id") : place;
}

function checkCondition(
  condition: QuestionCondition,
  earlier: ReadonlyMap<string, ReadonlySet<string>>,
) {
  const options = condition.in ?? condition.notIn ?? [];
  if (!options.every((option) => earlier.get(condition.question)?.has(option))) {
    refuse("text-condition");
  }
}

/**
 * Read a form.
 *
 * @throws {@link RefusedError} A JSON reason, `fields`, `text-language`, `text-id`,
 *   `text-condition`, or `order` for questions that do not follow the pages.
 */
export function readForm(data: Uint8Array): Form {
  const form = readText(data, FORM);
  const kinds = checkIds(form.kinds);
  checkIds(form.pages);
  checkIds(form.questions);
  const places = form.questions.map((question) => placeOf(question, form.pages));
  if (places.some((place, i) => place < (places[i - 1] ?? 0))) refuse("order", "questions");
  const earlier = new Map<string, ReadonlySet<string>>();
  for (const question of form.questions) {
    checkKnown(question.kinds ?? [], kinds);
    for (const condition of (question.showIf ?? []).flat()) checkCondition(condition, earlier);
    earlier.set(question.id, checkIds(question.options ?? []));
  }
  return form;
}

/** What a person has filled in. It lives in the page's memory alone: no draft is kept anywhere. */

import { type Answers, type Evaluation, evaluate, type Form, type Given } from "@meldpunt/client";
import type { Picked } from "../files/picked.js";

/** What a person has filled in so far. */
export interface Filled {
  readonly kind: string | undefined;
  readonly answers: Answers;
  /** Handlers who must not read it. */
  readonly leaveOut: readonly string[];
  /** Handlers who should read it; undefined leaves it to the lot. */
  readonly chosen: readonly string[] | undefined;
  readonly files: readonly Picked[];
  /** Whether the story may be told on, where the kind asks that. */
  readonly story: boolean | undefined;
}

export const EMPTY: Filled = {
  kind: undefined,
  answers: {},
  leaveOut: [],
  chosen: undefined,
  files: [],
  story: undefined,
};

/** One page of a report. */
export type Step =
  | { readonly at: "kind" }
  | { readonly at: "before" }
  | { readonly at: "question"; readonly question: string }
  | { readonly at: "files" }
  | { readonly at: "story" }
  | { readonly at: "readers" }
  | { readonly at: "check" };

/** What applies of the form. */
export const evaluated = (form: Form, { kind, answers }: Filled): Evaluation =>
  evaluate(form, kind ?? form.kinds[0]?.id ?? "", answers);

/** The pages of a report, in order, for what is filled in now. */
export function stepsOf(form: Form, filled: Filled): Step[] {
  const { shown } = evaluated(form, filled);
  const questions = shown.map(
    ({ id, type }): Step => (type === "files" ? { at: "files" } : { at: "question", question: id }),
  );
  const hasFiles = shown.some(({ type }) => type === "files");
  return [
    ...(form.kinds.length > 1 ? [{ at: "kind" } as const] : []),
    { at: "before" },
    ...questions,
    ...(hasFiles ? [] : [{ at: "files" } as const]),
    ...(asksConsent(form, filled) ? [{ at: "story" } as const] : []),
    { at: "readers" },
    { at: "check" },
  ];
}

/** Whether this kind of report asks if the story may be told on. */
export const asksConsent = (form: Form, { kind }: Filled): boolean =>
  form.kinds.some((each) => each.id === kind && each.story);

/** The name of a step, to find it again after answers have changed which steps there are. */
export const nameOf = (step: Step): string =>
  step.at === "question" ? `question ${step.question}` : step.at;

/** Answers with one of them changed. Those of a branch that was left are wiped. */
export function answered(form: Form, filled: Filled, question: string, given: Given): Filled {
  const changed = { ...filled, answers: { ...filled.answers, [question]: given } };
  const { answers } = evaluated(form, changed);
  return { ...changed, answers: Object.fromEntries(answers) };
}

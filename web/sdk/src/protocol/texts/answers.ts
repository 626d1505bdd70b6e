/** Answers to a form: what is asked and counts, how a message renders it (openapi/texts.md sections 2 and 3). */

import { parseDay } from "../verify/days.js";
import { refuse } from "../verify/errors.js";
import * as f from "../verify/fields.js";
import { inLanguage } from "../verify/line-document.js";
import type { JsonObject } from "../verify/strict-json.js";
import {
  type Form,
  isChosen,
  isWritten,
  MAX_QUESTIONS,
  type Question,
  type QuestionCondition,
} from "./form.js";
import { id } from "./shapes.js";

/** A text, a day as YYYY-MM-DD, the id of an option, or ids of options in the order of the form. */
export type Given = string | readonly string[];
/** Answers by question. */
export type Answers = Readonly<Record<string, Given>>;

/** What of a form applies to the answers that were given. */
export interface Evaluation {
  /** The questions that are asked, in order. */
  readonly shown: readonly Question[];
  /** The answers that count, in order. Those of a branch that was left are dropped. */
  readonly answers: ReadonlyMap<string, Given>;
  /** Required questions without an answer. */
  readonly missing: readonly string[];
  readonly urgent: boolean;
}

const PASSAGE = f.record({ start: f.integer(0), length: f.integer(1) });
/** Where a free text stands in the text of a message, in characters. */
export type Passage = ReturnType<typeof PASSAGE>;
type Value = string | string[] | Passage;

const shortText = f.sized(0, 40);
const options = f.list(id, 1, 40);
const value: f.Read<Value> = (given) => {
  if (typeof given === "string") return shortText(given);
  return Array.isArray(given) ? options(given) : PASSAGE(given);
};
/** The answer to one question, as a payload holds it. */
export const ANSWER = f.record({ question: id, value });
export type FormAnswer = ReturnType<typeof ANSWER>;
/** All answers of a payload. */
export const answerList = f.list(ANSWER, 0, MAX_QUESTIONS);

type Chosen = ReadonlyMap<string, readonly string[]>;
const listed = (given: Given): readonly string[] => (typeof given === "string" ? [given] : given);

function isDay(text: string): boolean {
  try {
    return parseDay(text) === text;
  } catch {
    return false;
  }
}

function fits({ type, options: possible = [] }: Question, answer: Given): boolean {
  const known = possible.map((option) => option.id);
  if (typeof answer !== "string") {
    return (
      type === "choices" && answer.join() === known.filter((each) => answer.includes(each)).join()
    );
  }
  if (type === "choice") return known.includes(answer);
  return type === "date" ? isDay(answer) : isWritten(type);
}

function holds(condition: QuestionCondition, chosen: Chosen): boolean {
  const found = chosen.get(condition.question) ?? [];
  const named = condition.in ?? condition.notIn ?? [];
  return named.some((option) => found.includes(option)) === (condition.in !== undefined);
}

const isShown = ({ kinds, showIf }: Question, kind: string, chosen: Chosen): boolean =>
  (kinds?.includes(kind) ?? true) &&
  (showIf?.some((all) => all.every((condition) => holds(condition, chosen))) ?? true);

/**
 * Work out which questions are asked, and which answers count.
 *
 * @throws {@link RefusedError} `answer` for a kind or question that the form does not have, or an
 *   answer that is none to its question.
 */
export function evaluate(form: Form, kind: string, given: Answers): Evaluation {
  const known = form.questions.map((question) => question.id);
  if (!form.kinds.some((each) => each.id === kind)) refuse("answer");
  if (!Object.keys(given).every((name) => known.includes(name))) refuse("answer");
  const shown: Question[] = [];
  const answers = new Map<string, Given>();
  const chosen = new Map<string, readonly string[]>();
  for (const question of form.questions) {
    const answer = Object.hasOwn(given, question.id) ? (given[question.id] ?? "") : "";
    if (answer.length > 0 && !fits(question, answer)) refuse("answer");
    if (!isShown(question, kind, chosen)) continue;
    shown.push(question);
    if (answer.length === 0) continue;
    answers.set(question.id, answer);
    if (isChosen(question.type)) chosen.set(question.id, listed(answer));
  }
  const missing = shown.filter((each) => each.required && !answers.has(each.id));
  return {
    shown,
    answers,
    missing: missing.map((each) => each.id),
    urgent: isUrgent(shown, chosen),
  };
}

const isUrgent = (shown: readonly Question[], chosen: Chosen): boolean =>
  shown.some((question) =>
    question.options?.some((o) => o.urgent && chosen.get(question.id)?.includes(o.id)),
  );

const characters = (text: string): number => [...text].length;

function written(question: Question, answer: Given, language: string): string {
  if (!isChosen(question.type)) return listed(answer).join();
  const picked = question.options?.filter((option) => listed(answer).includes(option.id)) ?? [];
  return picked.map((option) => inLanguage(option.label, language)).join("\n");
}

/** `text` and `answers` of a content: label and answer of each question, an empty line between two. */
export function compose({ shown, answers }: Evaluation, language: string) {
  let text = "";
  const made: { question: string; value: Given | Passage }[] = [];
  for (const question of shown) {
    const answer = answers.get(question.id);
    if (answer === undefined) continue;
    text += `${text === "" ? "" : "\n\n"}${inLanguage(question.label, language)}\n`;
    const words = written(question, answer, language);
    const passage = { start: characters(text), length: characters(words) };
    made.push({ question: question.id, value: isWritten(question.type) ? passage : answer });
    text += words;
  }
  return { text, answers: made };
}

function given(
  { value: found }: FormAnswer,
  question: Question | undefined,
  text: string[],
): Given {
  const isPassage = typeof found !== "string" && "start" in found;
  if (isPassage !== isWritten(question?.type)) refuse("answer");
  if (!isPassage) return found;
  if (found.start + found.length > text.length) refuse("answer");
  return text.slice(found.start, found.start + found.length).join("");
}

/**
 * Read the answers of a content under the form that it names.
 *
 * @throws {@link RefusedError} `fields`; `answer` as `evaluate`, for answers out of the form's order,
 *   one to a question that is not asked, and a passage outside the text.
 */
export function readAnswers(form: Form, kind: string, content: JsonObject): Evaluation {
  const found = answerList(content["answers"] ?? []);
  const text = [...String(content["text"])];
  const byId = new Map(form.questions.map((question) => [question.id, question]));
  const all = found.map((each) => [each.question, given(each, byId.get(each.question), text)]);
  const evaluation = evaluate(form, kind, Object.fromEntries(all));
  const order = found.map(({ question }) => question).join();
  return order === [...evaluation.answers.keys()].join() ? evaluation : refuse("answer");
}

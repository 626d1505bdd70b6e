/** One question on a page. */

import type { Question as FormQuestion, Given } from "@meldpunt/client";
import { useState } from "preact/hooks";
import { textIn, useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Contacts } from "../parts/contact.js";
import { Field } from "../parts/field.js";
import { Heading } from "../parts/heading.js";
import { Options } from "../parts/options.js";
import { ErrorSummary } from "../parts/summary.js";
import { Said } from "../parts/text.js";
import { Steer, type Steering } from "./steer.js";

interface Props extends Steering {
  readonly question: FormQuestion;
  readonly answer: Given;
  readonly set: (answer: Given) => void;
  readonly count: { readonly at: number; readonly of: number };
  /** Skips all questions that are left; undefined where one of them must be answered. */
  readonly skipRest: (() => void) | undefined;
}

const FIELD = "answer";

export function Question({ question, answer, set, count, skipRest, next, back }: Props) {
  const { say, form } = useHere();
  const [attempts, setAttempts] = useState(0);
  const isMissing = question.required && answer.length === 0;
  const error = attempts > 0 && isMissing ? say.question.missing : undefined;
  const page = form.pages.find(({ id }) => id === question.page);
  const goOn = () => (isMissing ? setAttempts(attempts + 1) : next());
  return (
    <main class="sheet" key={question.id}>
      <p class="small">
        {page && (
          <>
            <Said of={page.title} /> ·{" "}
          </>
        )}
        {say.question.page(count.at, count.of)}
      </p>
      <ErrorSummary errors={error ? [{ text: error, id: FIELD }] : []} attempt={attempts} />
      <Heading>
        <Said of={question.label} />
      </Heading>
      {question.help && (
        <p>
          <Said of={question.help} />
        </p>
      )}
      <p class="small">{question.required ? say.required : say.optional}</p>
      <Answer question={question} answer={answer} set={set} error={error} />
      {question.purpose && <p>{say.question[question.purpose]}</p>}
      <Steer next={goOn} back={back} />
      {skipRest && (
        <Button kind="quiet" onClick={skipRest}>
          {say.question.rest}
        </Button>
      )}
    </main>
  );
}

interface AnswerProps extends Pick<Props, "question" | "answer" | "set"> {
  readonly error: string | undefined;
}

const ROWS: Partial<Record<FormQuestion["type"], number>> = {
  text: 10,
  contact: 3,
  where: 2,
  when: 2,
};

function Answer({ question, answer, set, error }: AnswerProps) {
  const { language } = useHere();
  if (question.options)
    return <Chosen question={question} answer={answer} set={set} error={error} />;
  const rows = ROWS[question.type];
  return (
    <Field
      id={FIELD}
      label={textIn(question.label, language).text}
      hidesLabel
      value={String(answer)}
      onInput={(typed) => set(typed.trim() === "" ? "" : typed)}
      error={error}
      mark="text"
      {...(rows ? { rows } : { type: question.type === "date" ? "date" : "text" })}
    />
  );
}

function Chosen({ question, answer, set, error }: AnswerProps) {
  const { say, guide } = useHere();
  const options = question.options ?? [];
  const chosen = typeof answer === "string" ? (answer === "" ? [] : [answer]) : answer;
  const several = question.type === "choices";
  const picked = options.filter(({ id }) => chosen.includes(id));
  return (
    <>
      <Options
        id={FIELD}
        legend={<Said of={question.label} />}
        hidesLegend
        several={several}
        help={several ? say.question.several : undefined}
        error={error}
        chosen={chosen}
        choose={(ids) => set(several ? ids : (ids[0] ?? ""))}
        choices={options.map(({ id, label, help }) => ({
          id,
          label: <Said of={label} />,
          ...(help ? { help: <Said of={help} /> } : {}),
        }))}
      />
      <div role="status">
        {picked.map(
          ({ id, advice }) =>
            advice && (
              <div key={id} class="advice">
                <strong>{say.question.advice}</strong>
                <p>
                  <Said of={advice} />
                </p>
              </div>
            ),
        )}
        {picked.some(({ urgent }) => urgent) && (
          <div class="advice">
            <strong>{say.help.title}</strong>
            <p>
              <a href="tel:112">{say.help.danger}</a> {say.help.text}
            </p>
            {guide.numbers && <Contacts contacts={guide.numbers} />}
          </div>
        )}
      </div>
      {!several && chosen.length > 0 && (
        <Button kind="quiet" onClick={() => set("")}>
          {say.question.clear}
        </Button>
      )}
    </>
  );
}

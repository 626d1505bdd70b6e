/** Everything once more, before a code is made. */

import type { Given, Question } from "@meldpunt/client";
import { going } from "../files/picked.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import { Said, Written } from "../parts/text.js";
import { asksConsent, evaluated, type Filled, type Step } from "./draft.js";
import { nameFor } from "./handlers.js";
import { Steer, type Steering } from "./steer.js";

interface Props extends Steering {
  readonly filled: Filled;
  /** Who reads it. */
  readonly readers: readonly string[];
  readonly go: (step: Step) => void;
}

export function Check({ filled, readers, go, next, back }: Props) {
  const { form, line, say } = useHere();
  const { check } = say;
  const { shown, answers, missing } = evaluated(form, filled);
  const kind = form.kinds.find(({ id }) => id === filled.kind);
  const files = going(filled.files);
  const names = (ids: readonly string[]) => ids.map((id) => nameFor(line, id)).join(", ");
  return (
    <main class="sheet">
      <Heading>{check.title}</Heading>
      <p>{check.recognise}</p>
      <dl class="check">
        {kind && form.kinds.length > 1 && (
          <Row term={say.kind.title} change={() => go({ at: "kind" })}>
            <Said of={kind.label} />
          </Row>
        )}
        {shown
          .filter(({ type }) => type !== "files")
          .map((question) => (
            <Row
              key={question.id}
              term={<Said of={question.label} />}
              change={() => go({ at: "question", question: question.id })}
            >
              <AnswerText question={question} answer={answers.get(question.id)} />
            </Row>
          ))}
        {asksConsent(form, filled) && (
          <Row term={say.story.title} change={() => go({ at: "story" })}>
            {filled.story ? say.story.yes : say.story.no}
          </Row>
        )}
        <Row term={check.files} change={() => go({ at: "files" })}>
          {files.length === 0 && <em>{check.nothing}</em>}
          {files.map(({ key, name }) => (
            <span key={key} class="block">
              <Written text={name} />
            </span>
          ))}
        </Row>
        <Row term={check.readers} change={() => go({ at: "readers" })}>
          <span dir="auto">{names(readers)}</span>
        </Row>
        {filled.leaveOut.length > 0 && (
          <Row term={check.leftOut} change={() => go({ at: "readers" })}>
            <span dir="auto">{names(filled.leaveOut)}</span>
          </Row>
        )}
      </dl>
      <p>{answers.size === 0 ? say.failures.empty : check.makingHelp}</p>
      <Steer
        next={next}
        back={back}
        label={check.make}
        disabled={missing.length > 0 || answers.size === 0}
      />
    </main>
  );
}

interface RowProps {
  readonly term: preact.ComponentChildren;
  readonly children: preact.ComponentChildren;
  readonly change: () => void;
}

function Row({ term, children, change }: RowProps) {
  const { say } = useHere();
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
      <dd>
        <Button kind="quiet" onClick={change}>
          {say.change}
          <span class="unseen">: {term}</span>
        </Button>
      </dd>
    </div>
  );
}

function AnswerText({ question, answer }: { question: Question; answer: Given | undefined }) {
  const { say } = useHere();
  if (answer === undefined) return <em>{say.check.nothing}</em>;
  if (question.options === undefined) return <Written text={String(answer)} />;
  const picked = question.options.filter(
    ({ id }) => answer.includes(id) && (typeof answer !== "string" || answer === id),
  );
  return (
    <>
      {picked.map(({ id, label }) => (
        <span key={id} class="block">
          <Said of={label} />
        </span>
      ))}
    </>
  );
}

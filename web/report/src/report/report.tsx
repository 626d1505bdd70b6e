/**
 * A report, from its kind to its dates: one question a page.
 *
 * The order is kept by `stepsOf`. Nothing is sent before somebody has typed the code back.
 */

import type { DraftReport, Sent } from "@meldpunt/client";
import { useState } from "preact/hooks";
import { useHere } from "../here.js";
import { Before } from "./before.js";
import { Check } from "./check.js";
import { Code } from "./code.js";
import { Done } from "./done.js";
import {
  answered,
  asksConsent,
  EMPTY,
  evaluated,
  type Filled,
  nameOf,
  type Step,
  stepsOf,
} from "./draft.js";
import { FilesStep } from "./files-step.js";
import { readersFor } from "./handlers.js";
import { KindStep } from "./kind-step.js";
import { Making } from "./making.js";
import { Question } from "./question.js";
import { candidates, Readers } from "./readers.js";
import { Sending } from "./sending.js";
import { StoryStep } from "./story-step.js";

type Phase =
  | { readonly at: "filling"; readonly step: string }
  | { readonly at: "making" }
  | { readonly at: "code"; readonly draft: DraftReport }
  | { readonly at: "sending"; readonly draft: DraftReport }
  | { readonly at: "done"; readonly draft: DraftReport; readonly sent: Sent };

interface Props {
  /** The kind, where the guide has led to one. */
  readonly kind: string | undefined;
}

export function Report({ kind }: Props) {
  const { form, line, toStart } = useHere();
  const [filled, setFilled] = useState<Filled>({
    ...EMPTY,
    kind: kind ?? (form.kinds.length === 1 ? form.kinds[0]?.id : undefined),
  });
  const [isSkipping, setSkipping] = useState(false);
  const [drawn, setDrawn] = useState<readonly string[]>([]);
  const steps = stepsOf(form, filled);
  const first = kind === undefined || form.kinds.length === 1 ? steps[0] : steps[1];
  const [phase, setPhase] = useState<Phase>({ at: "filling", step: nameOf(first as Step) });
  const change = (changed: Partial<Filled>) => setFilled((before) => ({ ...before, ...changed }));
  const fill = (step: Step) => setPhase({ at: "filling", step: nameOf(step) });
  const check = () => fill({ at: "check" });
  if (phase.at === "making") {
    const made = (draft: DraftReport) => setPhase({ at: "code", draft });
    return <Making filled={filled} readers={drawn} made={made} back={check} />;
  }
  if (phase.at === "code") {
    const { draft } = phase;
    return <Code draft={draft} back={check} send={() => setPhase({ at: "sending", draft })} />;
  }
  if (phase.at === "sending") {
    const { draft } = phase;
    const done = (sent: Sent) => setPhase({ at: "done", draft, sent });
    return <Sending draft={draft} files={filled.files} done={done} />;
  }
  if (phase.at === "done") return <Done draft={phase.draft} sent={phase.sent} />;

  const at = Math.max(
    0,
    steps.findIndex((each) => nameOf(each) === phase.step),
  );
  const step = steps[at] as Step;
  const next = () => fill(steps[at + 1] ?? step);
  const back = () => (at === 0 ? toStart() : fill(steps[at - 1] as Step));
  const leaveReaders = () => {
    const offered = readersFor(line, form.kinds.find(({ id }) => id === filled.kind)?.functions);
    const left = candidates(offered, filled).map(({ id }) => id);
    const lot = filled.chosen === undefined ? line.drawReaders(left) : left;
    setDrawn(left.filter((id) => lot.includes(id))); // in the order of the line
    next();
  };
  switch (step.at) {
    case "kind":
      return <KindStep filled={filled} change={change} next={next} back={back} />;
    case "before":
      return <Before next={next} back={back} />;
    case "files":
      return (
        <FilesStep
          filled={filled}
          change={(how) => setFilled((before) => ({ ...before, files: how(before.files) }))}
          next={
            isSkipping
              ? () => fill(asksConsent(form, filled) ? { at: "story" } : { at: "readers" })
              : next
          }
          back={back}
        />
      );
    case "story":
      return <StoryStep filled={filled} change={change} next={next} back={back} />;
    case "readers":
      return <Readers filled={filled} change={change} next={leaveReaders} back={back} />;
    case "check":
      return (
        <Check
          filled={filled}
          readers={drawn}
          go={fill}
          next={() => setPhase({ at: "making" })}
          back={back}
        />
      );
    case "question":
      return (
        <Asked
          id={step.question}
          filled={filled}
          setFilled={setFilled}
          skip={() => {
            setSkipping(true);
            fill({ at: "files" });
          }}
          next={next}
          back={back}
        />
      );
  }
}

interface AskedProps {
  readonly id: string;
  readonly filled: Filled;
  readonly setFilled: (filled: Filled) => void;
  readonly skip: () => void;
  readonly next: () => void;
  readonly back: () => void;
}

function Asked({ id, filled, setFilled, skip, next, back }: AskedProps) {
  const { form } = useHere();
  const { shown, missing } = evaluated(form, filled);
  const asked = shown.filter(({ type }) => type !== "files");
  const at = asked.findIndex((each) => each.id === id);
  const question = asked[at];
  if (question === undefined) return null;
  const isNeeded = asked.slice(at).some((each) => missing.includes(each.id));
  const left = asked.length - at - 1;
  return (
    <Question
      key={id}
      question={question}
      answer={filled.answers[id] ?? ""}
      set={(given) => setFilled(answered(form, filled, id, given))}
      count={{ at: at + 1, of: asked.length }}
      skipRest={isNeeded || left < 2 ? undefined : skip}
      next={next}
      back={back}
    />
  );
}

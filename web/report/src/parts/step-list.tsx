/** The procedure: what was promised, what is done, and what is late. */

import type { Status } from "@meldpunt/client";
import { useHere } from "../here.js";
import { ContactCard } from "./contact.js";
import { dayText } from "./days.js";
import { Said } from "./text.js";

type Clock = Status["clocks"][number];

interface Props {
  readonly clocks: readonly Clock[];
  /** The first day of each tag that a message has. */
  readonly tags: ReadonlyMap<string, string>;
}

export function StepList({ clocks, tags }: Props) {
  const { procedure, say } = useHere();
  const found = procedure.steps.map((step) => {
    const clock = clocks.find(({ name }) => name === step.clock);
    return { step, clock, doneOn: clock?.metOn ?? (step.tag && tags.get(step.tag)) };
  });
  const lastDone = found.findLastIndex(({ doneOn }) => doneOn !== undefined);
  return (
    <ol class="steps">
      {found.map(({ step, clock, doneOn }, at) => {
        // A step that nothing marks is done once a later one is.
        const isPassed = at < lastDone && !step.clock && !step.tag;
        const isDone = doneOn !== undefined || isPassed;
        return (
          <li key={step.id} class={isDone ? "is-done" : clock?.overdue ? "is-late" : undefined}>
            <strong>
              <Said of={step.title} />
            </strong>
            {isPassed ? <p>{say.visit.passed}</p> : <When clock={clock} doneOn={doneOn} />}
            {step.text && (
              <p class="small">
                <Said of={step.text} />
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function When({ clock, doneOn }: { clock: Clock | undefined; doneOn: string | undefined }) {
  const { language, say, procedure } = useHere();
  const { visit } = say;
  const day = (of: string) => dayText(of, language);
  if (doneOn) return <p>{clock?.overdue ? visit.late(day(doneOn)) : visit.done(day(doneOn))}</p>;
  if (clock === undefined) return <p>{visit.later}</p>;
  if (!clock.overdue) return <p>{visit.due(day(clock.dueOn))}</p>;
  return (
    <>
      <p class="error">{visit.overdue(day(clock.dueOn))}</p>
      <p>{visit.outside}</p>
      <ContactCard contact={procedure.outside} />
    </>
  );
}

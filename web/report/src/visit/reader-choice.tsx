/** Who reads from now on: those of before, those whom a colleague let in, or somebody new if everybody has left. */

import { handlerNames, newcomersOf, shownText, type Thread } from "@meldpunt/client";
import { useHere } from "../here.js";
import { Options } from "../parts/options.js";
import { Written } from "../parts/text.js";
import { readersFor } from "../report/handlers.js";

const before = (thread: Thread): readonly string[] => thread.report.log.readers;

/** Those who read so far. Nobody whom a colleague let in reads on without the reporter's word. */
export const firstChoice = (thread: Thread): readonly string[] => before(thread);

/** The readers of a reply, as `Visit.reply` takes them. */
export function readersChosen(thread: Thread, chosen: readonly string[]) {
  const left = before(thread).filter((each) => !chosen.includes(each));
  return { readers: chosen, ...(left.length > 0 ? { leaveOut: left } : {}) };
}

interface Props {
  readonly thread: Thread;
  readonly chosen: readonly string[];
  readonly choose: (chosen: readonly string[]) => void;
  readonly error?: string | undefined;
}

export function ReaderChoice({ thread, chosen, choose, error }: Props) {
  const { line, say } = useHere();
  const { visit } = say;
  const names = handlerNames(thread);
  const known = before(thread);
  const isEmpty = known.length === 0;
  const offered = isEmpty ? readersFor(line, undefined).map(({ id }) => id) : known;
  const newcomers = newcomersOf(thread);
  return (
    <Options
      id="readers"
      legend={visit.leave}
      help={isEmpty ? visit.departed : visit.leaveHelp}
      several
      error={error}
      chosen={chosen}
      choose={choose}
      choices={[
        ...offered.map((id) => ({ id, label: <Written text={names.get(id) ?? "?"} /> })),
        ...newcomers.map(({ id, name, role, admittedBy }) => ({
          id,
          label: <Written text={`${name} (${role})`} />,
          help: visit.letIn(shownText(names.get(admittedBy) ?? say.alarms.someone)),
        })),
      ]}
    />
  );
}

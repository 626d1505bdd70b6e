/** By when the office does something about what a reporter may have written: the page cannot read it back. */

import {
  begunDay,
  type Desk,
  ifTold,
  type Sent,
  type Thread,
  TOLD_KINDS,
  type ToldKind,
} from "@meldpunt/client";
import { useHere } from "../here.js";
import { ContactCard } from "../parts/contact.js";
import { dayText } from "../parts/days.js";
import type { ActProps } from "./act.js";
import { today } from "./acting.js";

interface Props {
  readonly thread: Thread;
  readonly desk: Desk | undefined;
}

/** Closed at first: most people wrote neither, and whoever did knows the question. */
export function Told({ thread, desk }: Props) {
  const { language, say, procedure } = useHere();
  const { visit } = say;
  const clocks = ifTold(thread, desk, today());
  return TOLD_KINDS.map((kind) => {
    const found = clocks.filter((each) => each.kind === kind);
    if (found.length === 0) return null;
    const { asked, by } = visit.told[kind];
    return (
      <details key={kind}>
        <summary>{asked}</summary>
        <ul>
          {found.map(({ since, dueOn, overdue }) => (
            <li key={since}>
              {visit.toldOn(dayText(since, language))}{" "}
              {(overdue ? visit.overdue : by)(dayText(dueOn, language))}
            </li>
          ))}
        </ul>
        {found.some(({ overdue }) => overdue) && (
          <>
            <p>{visit.outside}</p>
            <ContactCard contact={procedure.outside} />
          </>
        )}
      </details>
    );
  });
}

/** What to say to somebody who just sent a message of this kind, or of none. */
export function useSentText({ thread, desk }: Pick<ActProps, "thread" | "desk">) {
  const { language, say } = useHere();
  const { sent, told } = say.visit;
  return (kind: ToldKind | undefined, { receivedOn }: Sent): string => {
    const day = kind && begunDay(thread, desk, kind, receivedOn);
    return kind && day ? `${sent} ${told[kind].by(dayText(day, language))}` : sent;
  };
}

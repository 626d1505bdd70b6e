/** Where a report stands: its steps, what is late, and when it is erased. */

import { confirmedBy, erasedSoon, type Thread } from "@meldpunt/client";
import { useHere } from "../here.js";
import { dayText } from "../parts/days.js";
import { StepList } from "../parts/step-list.js";
import { today } from "./acting.js";

export function State({ thread }: { thread: Thread }) {
  const { language, say } = useHere();
  const { visit } = say;
  const { status } = thread;
  const day = (of: string) => dayText(of, language);
  const seen = confirmedBy(thread);
  const newest = Math.max(0, ...thread.messages.filter(isOwn).map(({ n }) => n));
  const pause = status.milestones.pauses.find(({ until }) => until > today());
  const soon = erasedSoon(thread, today());
  const isWithdrawn = status.state === "withdrawn";
  // Nobody goes on with what is withdrawn: only what was done stands.
  const clocks = status.clocks.filter(({ metOn }) => metOn || !isWithdrawn);
  return (
    <>
      <h2>{visit.steps}</h2>
      {isWithdrawn && <p class="advice">{visit.withdrawnText}</p>}
      {status.state === "closed" && <p class="advice">{visit.closedText}</p>}
      <StepList clocks={clocks} tags={firstDays(thread)} />
      {pause && <p>{visit.paused(day(pause.until))}</p>}
      <p>{seen !== undefined && seen.n >= newest ? visit.seen(day(seen.on)) : visit.notSeen}</p>
      {soon ? (
        <p class="error">{visit.erasedSoon(day(soon))}</p>
      ) : (
        <p>{visit.erasedOn(day(status.erasedOn))}</p>
      )}
    </>
  );
}

const isOwn = ({ author }: Thread["messages"][number]): boolean => author === "reporter";

/** The first day of each tag: a handler's own word counts, else the host's day. */
function firstDays({ messages, status }: Thread): Map<string, string> {
  const found = new Map<string, string>();
  for (const { tag, header, receivedOn, confirmed } of messages) {
    if (confirmed && !found.has(tag)) found.set(tag, header.day ?? receivedOn);
  }
  if (status.milestones.closed === undefined) found.delete("closing"); // it was opened again
  return found;
}

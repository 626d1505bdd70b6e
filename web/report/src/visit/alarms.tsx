/** What a person must know before they go on: something in the report does not fit. */

import { type Alarm, handlerNames, shownText, type Thread } from "@meldpunt/client";
import { useHere } from "../here.js";

const HIDING = ["gap", "unknown-seen", "succeeded"];
const STRANGERS = ["not-a-reader", "unconfirmed", "left-out"];

/** Whether the host may be hiding a message of the reporter: nothing is sealed then. */
export const isHiding = ({ alarms }: Thread): boolean =>
  alarms.some(
    ({ reason, author }) => HIDING.includes(reason) && (reason !== "gap" || author === "reporter"),
  );

export function Alarms({ thread }: { thread: Thread }) {
  const { say } = useHere();
  const { alarms } = say;
  if (thread.alarms.length === 0) return null;
  const names = handlerNames(thread);
  const who = ({ author }: Alarm) =>
    author === "reporter" ? say.visit.you : shownText(names.get(author) ?? alarms.someone);
  const text = (alarm: Alarm): string => {
    if (HIDING.includes(alarm.reason) || alarm.reason === "fork") {
      return alarm.reason === "gap" && alarm.author !== "reporter"
        ? alarms.other(who(alarm))
        : say.failures.withheld;
    }
    if (STRANGERS.includes(alarm.reason)) return alarms.stranger(who(alarm));
    return alarm.reason === "reader-not-allowed"
      ? alarms.readers(who(alarm))
      : alarms.other(who(alarm));
  };
  return (
    <div class="summary" role="alert">
      <h2>{alarms.title}</h2>
      <ul>
        {[...new Set(thread.alarms.map(text))].map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <p>{alarms.call}</p>
    </div>
  );
}

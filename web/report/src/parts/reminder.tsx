/** A day in somebody's calendar, with a title that tells nothing. */

import { useHere } from "../here.js";
import { Button } from "./button.js";

/** A calendar file of one whole day (RFC 5545). Its id is random: nothing in it names a line or a report. */
export function calendarFile(day: string, title: string): string {
  const date = day.replaceAll("-", "");
  const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//-//-//",
    "BEGIN:VEVENT",
    `UID:${id.join("")}`,
    `DTSTAMP:${date}T000000Z`,
    `DTSTART;VALUE=DATE:${date}`,
    `SUMMARY:${title}`,
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

/** Hand a file to the browser's downloads. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function Reminder({ day }: { day: string }) {
  const { say } = useHere();
  const { done } = say;
  const keep = () => {
    save(new Blob([calendarFile(day, done.calendarTitle)], { type: "text/calendar" }), "dag.ics");
  };
  return (
    <>
      <Button onClick={keep}>{done.calendar}</Button>
      <p class="small">{done.calendarHelp}</p>
    </>
  );
}

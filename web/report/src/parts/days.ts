/** Days for people. A day of the protocol is a date in UTC: no time zone may move it. */

/** A day in words, such as "maandag 3 maart 2025". */
export function dayText(day: string, language: string): string {
  const tag = language.split("-")[0] ?? "nl";
  return new Intl.DateTimeFormat(tag, { dateStyle: "full", timeZone: "UTC" }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

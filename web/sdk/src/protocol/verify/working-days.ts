/** Terms that end on a working day, by the Dutch Algemene termijnenwet (openapi/protocol.md section 5.4). */

import {
  addDays,
  type Day,
  LAST_DAY,
  later,
  splitTerm,
  type Term,
  weekday,
  writeDay,
} from "./days.js";

/** The longest term of a unit that rolls. */
const LONGEST: Record<string, number> = { D: 90, W: 12, M: 3, Y: 0 };

/** Gregorian Easter Sunday. */
function easter(year: number): Day {
  const [century, rest, golden] = [Math.floor(year / 100), year % 100, year % 19];
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const moon = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - moon - (rest % 4)) % 7;
  const late = Math.floor((golden + 11 * moon + 22 * sunday) / 451);
  const days = moon + sunday - 7 * late + 114;
  return writeDay(year, Math.floor(days / 31), (days % 31) + 1);
}

/** The holidays of a year on which no term ends. */
export function holidays(year: number): Set<Day> {
  const kingsDay = writeDay(year, 4, 27);
  return new Set([
    ...[-2, 1, 39, 50].map((days) => addDays(easter(year), days)),
    weekday(kingsDay) === 0 ? writeDay(year, 4, 26) : kingsDay,
    writeDay(year, 1, 1),
    writeDay(year, 5, 5),
    writeDay(year, 12, 25),
    writeDay(year, 12, 26),
  ]);
}

function isWorkingDay(day: Day): boolean {
  return ![0, 6].includes(weekday(day)) && !holidays(Number(day.slice(0, 4))).has(day);
}

/** The day on which a term ends that began after `start` and would end on `end`. */
export function extended(start: Day, end: Day, term: Term): Day {
  const [number, unit] = splitTerm(term);
  if (number > (LONGEST[unit] ?? 0)) return end;
  const wanted = unit !== "D" || number >= 3 ? 2 : 0;
  let found = 0;
  // Two working days lie in any month: nobody counts the days of a pause of centuries.
  for (let day = later(start, addDays(end, -31)); day < LAST_DAY; ) {
    day = addDays(day, 1);
    if (!isWorkingDay(day)) continue;
    found += 1;
    if (day >= end && found >= wanted) return day;
  }
  return LAST_DAY;
}

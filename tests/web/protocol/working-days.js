// Terms that end on a working day, by the Dutch Algemene termijnenwet (openapi/protocol.md section 5.4).

import { LAST_DAY, addDays } from "./encoding.js";

const LONGEST = { D: 90, W: 12, M: 3, Y: 0 };

const weekday = (day) => new Date(day).getUTCDay();
const padded = (number, size) => String(number).padStart(size, "0");

/** Gregorian Easter Sunday. */
function easter(year) {
  const [century, rest, golden] = [Math.floor(year / 100), year % 100, year % 19];
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const moon = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - moon - (rest % 4)) % 7;
  const late = Math.floor((golden + 11 * moon + 22 * sunday) / 451);
  const days = moon + sunday - 7 * late + 114;
  return `${padded(year, 4)}-${padded(Math.floor(days / 31), 2)}-${padded((days % 31) + 1, 2)}`;
}

export function holidays(year) {
  const text = padded(year, 4);
  const kingsDay = `${text}-04-27`;
  return new Set([
    ...[-2, 1, 39, 50].map((days) => addDays(easter(year), days)),
    weekday(kingsDay) === 0 ? `${text}-04-26` : kingsDay,
    ...["01-01", "05-05", "12-25", "12-26"].map((day) => `${text}-${day}`),
  ]);
}

function isWorkingDay(day) {
  return ![0, 6].includes(weekday(day)) && !holidays(Number(day.slice(0, 4))).has(day);
}

/** The day on which a term ends that began after `start` and would end on `end`. */
export function extended(start, end, term) {
  const [number, unit] = [Number(term.slice(1, -1)), term.at(-1)];
  if (number > LONGEST[unit]) return end;
  const wanted = unit !== "D" || number >= 3 ? 2 : 0;
  let found = 0;
  // Two working days lie in any month: nobody counts the days of a pause of centuries.
  const month = addDays(end, -31);
  for (let day = start > month ? start : month; day < LAST_DAY;) {
    day = addDays(day, 1);
    if (!isWorkingDay(day)) continue;
    found += 1;
    if (day >= end && found >= wanted) return day;
  }
  return LAST_DAY;
}

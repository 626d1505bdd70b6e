/** Leave at once: blank first, then wipe, then another page in place of this one. */

/** A page that anybody may have open. */
export const ELSEWHERE = "https://nl.wikipedia.org/";

const TIMES = 3;
const WITHIN = 5000;

/** Put another page in place of this one. It does not clear the history: the page says so. */
export function leave(): void {
  document.documentElement.classList.add("blank");
  wipe();
  location.replace(ELSEWHERE);
}

/** Take everything that was shown and typed out of the page. */
export function wipe(): void {
  for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    "input, textarea",
  )) {
    field.value = "";
  }
  document.body.replaceChildren();
}

/** Leave when somebody presses Shift three times, each within five seconds. Escape has other uses. */
export function leaveOnShift(): void {
  let pressed: number[] = [];
  addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.key !== "Shift") {
      pressed = [];
      return;
    }
    const last = pressed.at(-1);
    if (last !== undefined && event.timeStamp - last > WITHIN) pressed = [];
    pressed.push(event.timeStamp);
    if (pressed.length >= TIMES) leave();
  });
}

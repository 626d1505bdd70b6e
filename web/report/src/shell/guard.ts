/** What holds for every page and state: never in a frame, covered when hidden, wiped when left. */

import { leaveOnShift, wipe } from "./leave.js";

const REFUSED =
  "Deze pagina werkt niet binnen een andere pagina. This page does not work inside another page.";

/** Whether the page may run. A policy in a `meta` element cannot forbid frames, so the script does. */
export function guard(root: HTMLElement): boolean {
  if (window.top !== window.self) {
    root.textContent = REFUSED;
    return false;
  }
  leaveOnShift();
  addEventListener("pagehide", wipe);
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // a page from the browser's memory was wiped
  });
  document.addEventListener("visibilitychange", () => {
    document.documentElement.classList.toggle("covered", document.visibilityState === "hidden");
  });
  return true;
}

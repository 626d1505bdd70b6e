/**
 * The first thing that runs: it guards the page. What encrypts is loaded after the first paint.
 *
 * Nothing of the page reaches for storage or cookies. The history only loses what a poster's code put in the address.
 */

import { namedNode } from "./line/poster.js";
import { guard } from "./shell/guard.js";
import "./tokens.css";
import "./page.css";
import "./controls.css";
import "./states.css";

const HALF_LOADED =
  "De pagina is niet helemaal geladen. Er is niets verstuurd. Laad de pagina opnieuw, of bel het meldpunt. " +
  "The page did not load completely. Nothing was sent. Load the page again, or call the office.";

async function start(root: HTMLElement, poster: string | undefined): Promise<void> {
  try {
    const { show } = await import("./app.js");
    show(root, poster);
  } catch {
    const waiting = document.getElementById("waiting");
    if (waiting !== null) waiting.textContent = HALF_LOADED;
  }
}

const root = document.getElementById("page");
if (root !== null && guard(root)) void start(root, namedNode());

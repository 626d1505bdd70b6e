/** What every part of the page needs: the line, its texts, and the language. Switching changes nothing else. */

import { shownText } from "@meldpunt/client";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { OpenLine } from "./line/texts.js";
import type { Words } from "./words/index.js";

type LocalText = OpenLine["procedure"]["readers"][number];

/** Where a part of the page is. */
export interface Here extends OpenLine {
  readonly language: string;
  readonly say: Words;
  /** Go back to the doors. */
  readonly toStart: () => void;
}

export const HereContext = createContext<Here | undefined>(undefined);

/** What every part of the page needs. */
export function useHere(): Here {
  const here = useContext(HereContext);
  if (here === undefined) throw new Error("a part of the page stands outside of it");
  return here;
}

/** The text in a language, else in one that begins alike, else the first; with its own language. */
export function textIn(texts: readonly LocalText[], wanted: string): LocalText {
  const stem = wanted.split("-")[0];
  const found =
    texts.find(({ language }) => language === wanted) ??
    texts.find(({ language }) => language.split("-")[0] === stem) ??
    texts[0];
  return { language: found?.language ?? wanted, text: shownText(found?.text ?? "") };
}

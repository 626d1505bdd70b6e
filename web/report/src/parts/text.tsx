/** Words of a line or of a person: shown as text, never as markup. */

import { shownText } from "@meldpunt/client";
import { textIn, useHere } from "../here.js";

type Translations = Parameters<typeof textIn>[0];

/** A text of the line in the language of the page, or the nearest. */
export function Said({ of }: { of: Translations }) {
  const here = useHere();
  const { language, text } = textIn(of, here.language);
  return (
    <span class="said" dir="auto" lang={language}>
      {text}
    </span>
  );
}

/** What somebody else wrote. */
export function Written({ text, language }: { text: string; language?: string | undefined }) {
  return (
    <span class="said" dir="auto" lang={language}>
      {shownText(text)}
    </span>
  );
}

/** Everything that the page shows of a line: fetched by hash from the document that its office signed. */

import {
  type Form,
  type Guide,
  type Line,
  openLine,
  type Procedure,
  readForm,
  readGuide,
  readProcedure,
  readTheme,
  type Theme,
} from "@meldpunt/client";
import { restrict } from "./policy.js";

/** A line with its texts. */
export interface OpenLine {
  readonly line: Line;
  readonly form: Form;
  readonly guide: Guide;
  readonly procedure: Procedure;
  readonly theme: Theme | undefined;
}

/** Open a line and fetch its texts. Throws what `openLine` does. */
export async function openTexts(address: string): Promise<OpenLine> {
  const line = await openLine(address);
  restrict(line);
  const { form, guide, procedure, theme } = line.document;
  const [formText, guideText, procedureText, themeText] = await Promise.all([
    line.text(form),
    line.text(guide),
    line.text(procedure),
    theme && line.text(theme),
  ]);
  return {
    line,
    form: readForm(formText),
    guide: readGuide(guideText),
    procedure: readProcedure(procedureText),
    theme: themeText && readTheme(themeText),
  };
}

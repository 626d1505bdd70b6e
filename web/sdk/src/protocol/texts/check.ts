/** Whether the texts of a line fit each other and their document (openapi/texts.md). */

import type { LineDocument } from "../verify/line-document.js";
import { checkSteps, type Desk } from "./desk.js";
import type { Form } from "./form.js";
import type { Guide } from "./guide.js";
import { checkClocks, type Procedure } from "./procedure.js";
import { checkKnown, checkTranslations } from "./shapes.js";
import type { Theme } from "./theme.js";

/** The texts of a line that a program reads. */
export interface LineTexts {
  readonly form: Form;
  readonly guide: Guide;
  readonly procedure: Procedure;
  readonly theme?: Theme | undefined;
  readonly desk?: Desk | undefined;
}

/**
 * Check texts against each other, and against the languages and clocks of their document.
 *
 * @throws {@link RefusedError} `text-language`, `text-id`.
 */
export function checkTexts(
  texts: LineTexts,
  document: Pick<LineDocument, "languages" | "clocks">,
): void {
  checkTranslations(texts, document.languages);
  const kinds = new Set(texts.form.kinds.map((kind) => kind.id));
  checkKnown(
    texts.guide.nodes.flatMap(({ report }) => report ?? []),
    kinds,
  );
  checkClocks(texts.procedure, document.clocks);
  if (texts.desk !== undefined) checkSteps(texts.desk, texts.procedure);
}

/** What an office's program refuses by itself, before anything is sent. */

import { type Explanation, explain, type Language } from "./words.js";

/** Why nothing was published. */
export type OfficeErrorCode = "unpublished" | "not-due" | "box-key-ahead";

const ENTRIES: Record<OfficeErrorCode, readonly [nl: string, en: string, hint: string]> = {
  unpublished: [
    "Van dit meldpunt is nog niets gepubliceerd.",
    "Nothing is published of this line yet.",
    "Call `publish` with the operator's invite first.",
  ],
  "not-due": [
    "Het document is nog ruim drie weken geldig: vernieuwen hoeft nog niet.",
    "The document is good for more than three weeks: renewing is not due.",
    "Call `renew({ force: true })` to publish all the same.",
  ],
  "box-key-ahead": [
    "Het eerste sleutelnummer van een ontvanger is veel hoger dan kan. Er is niets gepubliceerd: kijk het nummer na.",
    "The first key number of a handler is far higher than can be. Nothing was published: check the number.",
    "Below it no key of this handler would count, and no later document lowers it.",
  ],
};

/** Nothing was published: its `code` says why. */
export class OfficeError extends Error {
  override readonly name = "OfficeError";
  readonly code: OfficeErrorCode;

  constructor(code: OfficeErrorCode) {
    super(code);
    this.code = code;
  }
}

/** A sentence and a hint for an error of an office's program; `explain` for all others. */
export function explainOffice(error: unknown, language: Language): Explanation {
  if (!(error instanceof OfficeError)) return explain(error, language);
  const [nl, en, hint] = ENTRIES[error.code];
  return { sentence: { nl, en }[language], hint, reason: undefined };
}

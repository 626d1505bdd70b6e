/**
 * What every control says to the browser: keep and send nothing of this.
 *
 * The attributes stand on each control, because one on a form did not stop Firefox's session store. They are set as
 * attributes: some browsers read the property `autocorrect` as a flag, and "off" would switch it on.
 */

const ATTRIBUTES = {
  autocomplete: "off",
  autocorrect: "off",
  autocapitalize: "off",
  spellcheck: "false",
  writingsuggestions: "false",
  translate: "no",
  "data-1p-ignore": "",
  "data-bwignore": "",
  "data-lpignore": "true",
  "data-form-type": "other",
  "data-protonpass-ignore": "true",
  "data-gramm": "false",
} as const;

/** Make a control private: no spelling service, translation, suggestions, password manager or session store. */
export function keepPrivate(control: HTMLElement | null): void {
  if (control === null) return;
  for (const [name, value] of Object.entries(ATTRIBUTES)) control.setAttribute(name, value);
}

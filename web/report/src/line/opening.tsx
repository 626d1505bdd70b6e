/** Open the page's line, and say what went wrong if it cannot be opened. */

import { ProblemError } from "@meldpunt/client";
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { Button } from "../parts/button.js";
import { Field } from "../parts/field.js";
import { firstLanguage, wordsOf } from "../words/index.js";
import { type OpenLine, openTexts } from "./texts.js";
import { applyTheme } from "./theme.js";
import { whichLine } from "./which.js";

type State =
  | { readonly at: "opening" }
  | { readonly at: "asking" }
  | { readonly at: "open"; readonly open: OpenLine }
  | { readonly at: "failed"; readonly error: unknown };

/** Before a line is known, the page speaks the browser's language if it can. */
const say = () => wordsOf(firstLanguage(["nl", "en"]));

export function Opening({ children }: { children: (open: OpenLine) => ComponentChild }) {
  const [state, setState] = useState<State>({ at: "opening" });
  const [typed, setTyped] = useState("");
  const open = async (given?: string) => {
    setState({ at: "opening" });
    try {
      const address = given ?? (await whichLine());
      if (address === undefined) return setState({ at: "asking" });
      const found = await openTexts(address);
      if (found.theme !== undefined) applyTheme(found.theme);
      return setState({ at: "open", open: found });
    } catch (error) {
      return setState({ at: "failed", error });
    }
  };
  useEffect(() => void open(), []);
  if (state.at === "open") return <>{children(state.open)}</>;
  const { failures, again, opening } = say();
  return (
    <main class="sheet">
      {state.at === "opening" && <p role="status">{opening}</p>}
      {state.at === "failed" && (
        <div role="alert">
          <h1>{failures.title}</h1>
          <p>{isUnknown(state.error) ? failures.config : failureText(state.error, say())}</p>
          <p>{failures.nothingSent}</p>
          <Button kind="primary" onClick={() => void open(typed || undefined)}>
            {again}
          </Button>
        </div>
      )}
      {state.at === "asking" && (
        <>
          <h1>{failures.askAddress}</h1>
          <Field label={failures.addressLabel} value={typed} onInput={setTyped} />
          <Button kind="primary" onClick={() => void open(typed)}>
            {failures.open}
          </Button>
        </>
      )}
    </main>
  );
}

/** Whether the host does not have the line at all. */
const isUnknown = (error: unknown): boolean =>
  error instanceof ProblemError && error.kind === "not-found";

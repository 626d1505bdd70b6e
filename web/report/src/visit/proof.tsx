/** A proof to keep: only if the person asks for one, because whoever finds it can read the report in it. */

import { prove } from "@meldpunt/client";
import { useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import { save } from "../parts/reminder.js";
import { Whoops } from "../parts/whoops.js";
import type { ActProps } from "./act.js";
import { useActing } from "./acting.js";

export function Proof({ visit, back }: ActProps) {
  const { say } = useHere();
  const words = say.visit;
  const [isSaved, setSaved] = useState(false);
  const { isBusy, error, act } = useActing(() => setSaved(true));
  const keep = async () => {
    const { data } = await prove(visit);
    save(new Blob([data]), "bestand.json");
  };
  return (
    <main class="sheet">
      <Heading>{words.proof}</Heading>
      <p>{words.proofText}</p>
      <p>{words.proofRisk}</p>
      {error !== undefined && <Whoops text={failureText(error, say)} />}
      <p role="status">{isBusy ? say.busy : isSaved ? words.proofSaved : ""}</p>
      <div class="actions">
        <Button kind="primary" onClick={() => void act(keep)} disabled={isBusy}>
          {words.proofKeep}
        </Button>
        <Button kind="quiet" onClick={back}>
          {say.back}
        </Button>
      </div>
    </main>
  );
}

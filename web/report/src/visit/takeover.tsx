/** A code of one's own, where somebody else knows the old one. */

import { isFinal, type Takeover as NewCode, takeOver } from "@meldpunt/client";
import { useEffect, useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import { Progress } from "../parts/progress.js";
import { Whoops } from "../parts/whoops.js";
import { Code } from "../report/code.js";
import type { ActProps } from "./act.js";
import { useActing } from "./acting.js";

export function Takeover({ visit, done, back }: ActProps) {
  const { language, say } = useHere();
  const [made, setMade] = useState<NewCode>();
  const [progress, setProgress] = useState(0);
  const { isBusy, error, act } = useActing(() => {});
  const make = async () => setMade(await takeOver(visit, { language, onProgress: setProgress }));
  const makeAgain = () =>
    act(async () => {
      await visit.refresh(); // what was refused may rest on an old view of the report
      await make();
    });
  const send = (code: NewCode) =>
    act(async () => {
      try {
        await code.send();
      } catch (found) {
        if (isFinal(found)) setMade(undefined); // the same bytes would be refused again
        throw found;
      }
      await done(say.visit.takeoverDone);
    });
  useEffect(() => void act(make), []);
  if (error !== undefined) {
    return (
      <main class="sheet">
        <Heading>{say.visit.takeover}</Heading>
        <Whoops text={failureText(error, say)}>
          <Button kind="primary" onClick={() => void (made ? send(made) : makeAgain())}>
            {say.again}
          </Button>
          <Button kind="quiet" onClick={back}>
            {say.back}
          </Button>
        </Whoops>
      </main>
    );
  }
  if (made === undefined || isBusy) {
    return (
      <main class="sheet">
        <Heading>{say.visit.takeover}</Heading>
        <Progress label={say.busy} done={made === undefined ? progress : undefined} />
      </main>
    );
  }
  return (
    <Code
      draft={made}
      send={() => void send(made)}
      back={back}
      label={say.visit.takeoverSend}
      note={say.visit.takeoverNote}
    />
  );
}

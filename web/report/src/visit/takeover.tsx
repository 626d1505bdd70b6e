/** A code of one's own, where somebody else knows the old one. */

import { type Takeover as NewCode, takeOver } from "@meldpunt/client";
import { useEffect, useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import { Progress } from "../parts/progress.js";
import { Whoops } from "../parts/whoops.js";
import { Code } from "../report/code.js";
import { useActing } from "./acting.js";
import type { ActProps } from "./acts.js";

export function Takeover({ visit, done, back }: ActProps) {
  const { language, say } = useHere();
  const [made, setMade] = useState<NewCode>();
  const [progress, setProgress] = useState(0);
  const making = useActing(() => {});
  const sending = useActing(() => done(say.visit.takeoverDone));
  const make = () =>
    making.act(async () => setMade(await takeOver(visit, { language, onProgress: setProgress })));
  useEffect(() => void make(), []);
  const error = making.error ?? sending.error;
  if (error !== undefined) {
    return (
      <main class="sheet">
        <Heading>{say.visit.takeover}</Heading>
        <Whoops text={failureText(error, say)}>
          <Button kind="primary" onClick={() => void (made ? sending.act(made.send) : make())}>
            {say.again}
          </Button>
          <Button kind="quiet" onClick={back}>
            {say.back}
          </Button>
        </Whoops>
      </main>
    );
  }
  if (made === undefined || sending.isBusy) {
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
      send={() => void sending.act(made.send)}
      back={back}
      label={say.visit.takeoverSend}
      note={say.visit.takeoverNote}
    />
  );
}

/** Take back that a story may be told on. */

import { failureText } from "../failures.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import { Whoops } from "../parts/whoops.js";
import { useActing } from "./acting.js";
import type { ActProps } from "./acts.js";

export function Story({ visit, done, back }: ActProps) {
  const { language, say } = useHere();
  const words = say.visit;
  const { isBusy, error, act } = useActing(done);
  const send = () =>
    visit.reply({ text: words.storyText, language, content: { story: "withdrawn" } });
  return (
    <main class="sheet">
      <Heading>{words.story}</Heading>
      <p>{words.storyHelp}</p>
      {error !== undefined && <Whoops text={failureText(error, say)} />}
      <div class="actions">
        <Button kind="primary" onClick={() => void act(send)} disabled={isBusy}>
          {words.send}
        </Button>
        <Button kind="quiet" onClick={back}>
          {say.back}
        </Button>
      </div>
    </main>
  );
}

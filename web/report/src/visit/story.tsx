/** Take back that a story may be told on. */

import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import type { ActProps } from "./act.js";
import { useActing } from "./acting.js";
import { Busy, Failed } from "./busy.js";

export function Story({ visit, look, done, back }: ActProps) {
  const { language, say } = useHere();
  const words = say.visit;
  const { isBusy, error, act } = useActing(done);
  const send = () =>
    visit.reply({ text: words.storyText, language, content: { story: "withdrawn" } });
  if (isBusy) return <Busy title={words.story} />;
  return (
    <main class="sheet">
      <Heading>{words.story}</Heading>
      <p>{words.storyHelp}</p>
      {error !== undefined && <Failed error={error} look={look} />}
      <div class="actions">
        <Button kind="primary" onClick={() => void act(send)}>
          {words.storySure}
        </Button>
        <Button kind="quiet" onClick={back}>
          {say.back}
        </Button>
      </div>
    </main>
  );
}

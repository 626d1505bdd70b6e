/** Take back that a story may be told on. */

import type { Sent } from "@meldpunt/client";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import type { ActProps } from "./act.js";
import { useActing } from "./acting.js";
import { Busy, Failed } from "./busy.js";
import { useSentText } from "./told.js";

export function Story({ visit, thread, desk, look, done, back }: ActProps) {
  const { language, say } = useHere();
  const words = say.visit;
  const sentText = useSentText({ thread, desk });
  const { isBusy, error, act } = useActing((sent: Sent) => done(sentText("storyTakenBack", sent)));
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

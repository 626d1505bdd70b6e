/** Withdraw a report: later, and then it can be undone, or at once; after the first, the second still can be. */

import { after } from "@meldpunt/client/protocol/verify/days";
import { useState } from "preact/hooks";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { dayText } from "../parts/days.js";
import { Heading } from "../parts/heading.js";
import { Options } from "../parts/options.js";
import { Said } from "../parts/text.js";
import type { ActProps } from "./act.js";
import { today, useActing } from "./acting.js";
import { Busy, Failed } from "./busy.js";

export function Withdraw({ visit, thread, look, done, back }: ActProps) {
  const { language, say, procedure } = useHere();
  const words = say.visit;
  const isAgain = thread.status.milestones.withdrawn !== undefined;
  const [how, setHow] = useState(isAgain ? "now" : undefined);
  const title = isAgain ? words.withdrawNow : words.withdraw;
  const { isBusy, error, act } = useActing(() => done());
  const end = after(thread.report.terms.document.withdrawalTerm, today());
  const send = () =>
    visit.withdraw(language, { text: words.withdrawalText, immediate: how === "now" });
  if (isBusy) return <Busy title={title} />;
  return (
    <main class="sheet">
      <Heading>{title}</Heading>
      {!isAgain && <p>{words.withdrawHelp}</p>}
      <p>{procedure.withdrawal ? <Said of={procedure.withdrawal} /> : words.withdrawDone}</p>
      {!isAgain && (
        <Options
          legend={words.withdrawChoose}
          chosen={how === undefined ? [] : [how]}
          choose={([chosen]) => setHow(chosen)}
          choices={[
            { id: "later", label: words.withdrawLater(dayText(end, language)) },
            { id: "now", label: words.withdrawNow },
          ]}
        />
      )}
      {error !== undefined && <Failed error={error} look={look} />}
      <div class="actions">
        <Button kind="danger" onClick={() => void act(send)} disabled={how === undefined}>
          {how === "now" ? words.eraseSure : words.withdrawSure}
        </Button>
        <Button kind="quiet" onClick={back}>
          {say.back}
        </Button>
      </div>
    </main>
  );
}

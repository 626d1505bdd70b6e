/** What happens now, with dates. */

import type { DraftReport, Sent } from "@meldpunt/client";
import { clockStatuses } from "@meldpunt/client/protocol/verify/log/clocks";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { dayText } from "../parts/days.js";
import { Heading } from "../parts/heading.js";
import { NoticeList } from "../parts/notices.js";
import { Reminder } from "../parts/reminder.js";
import { StepList } from "../parts/step-list.js";
import { leave } from "../shell/leave.js";
import { nameFor } from "./handlers.js";

interface Props {
  readonly draft: DraftReport;
  readonly sent: Sent;
}

export function Done({ draft, sent }: Props) {
  const { line, language, say } = useHere();
  const { done } = say;
  const clocks = clockStatuses(
    { received: sent.receivedOn, pauses: [] },
    line.document,
    sent.receivedOn,
  );
  const awaited = clocks.filter(({ metOn }) => metOn === undefined).map(({ dueOn }) => dueOn);
  const first = awaited.sort()[0];
  return (
    <main class="sheet">
      <Heading>{done.title}</Heading>
      <p data-kit="sent">
        {done.text} {done.back}.{first && ` ${done.lookOn(dayText(first, language))}`}
      </p>
      <NoticeList notices={sent.notices} />
      <h2>{done.what}</h2>
      <StepList clocks={clocks} tags={new Map([["report", sent.receivedOn]])} />
      <h2>{done.back}</h2>
      <p>{done.backHelp}</p>
      {first && <Reminder day={first} />}
      <h2>{done.readers}</h2>
      <ul>
        {draft.readers.map((id) => (
          <li key={id} dir="auto">
            {nameFor(line, id)}
          </li>
        ))}
      </ul>
      <p>{done.close}</p>
      <Button kind="primary" onClick={leave}>
        {say.close}
      </Button>
    </main>
  );
}

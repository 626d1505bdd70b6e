/** Another line may take the report up: only the reporter decides. */

import {
  type ConsentDraft,
  findLine,
  handoverStatuses,
  isFinal,
  type Line,
  proposedLines,
  sealConsent,
} from "@meldpunt/client";
import { useEffect, useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { dayText } from "../parts/days.js";
import { Field } from "../parts/field.js";
import { Heading } from "../parts/heading.js";
import { Options } from "../parts/options.js";
import { Written } from "../parts/text.js";
import { Whoops } from "../parts/whoops.js";
import { nameFor } from "../report/handlers.js";
import type { ActProps } from "./act.js";
import { today, useActing } from "./acting.js";
import { HandoverCheck } from "./handover-check.js";

export function Handover({ visit, thread, done, back }: ActProps) {
  const { language, say } = useHere();
  const words = say.visit;
  const [found, setFound] = useState<Line>();
  const [text, setText] = useState<string>(words.handoverText);
  const [draft, setDraft] = useState<ConsentDraft>();
  const [leaveOut, setLeaveOut] = useState<readonly string[]>([]);
  const { isBusy, error, act } = useActing(() => {});
  const wanted = proposedLines(thread).at(-1);
  const look = async () => {
    if (wanted !== undefined) setFound(await findLine(visit, wanted));
  };
  const lookAgain = async () => {
    await visit.refresh(); // what was refused may rest on an old view of the report
    await look();
  };
  useEffect(() => void act(look), []);
  const seal = (line: Line) =>
    act(async () => setDraft(await sealConsent(visit, line, { text, language, leaveOut })));
  const send = (sealed: ConsentDraft) =>
    act(async () => {
      try {
        await sealed.send();
      } catch (refusal) {
        if (isFinal(refusal)) {
          setDraft(undefined); // the same bytes would be refused again
          setFound(undefined); // and what they rest on is old
        }
        throw refusal;
      }
      await done();
    });
  if (found && draft) {
    return (
      <HandoverCheck
        thread={thread}
        target={found}
        draft={draft}
        text={text}
        isBusy={isBusy}
        error={error}
        send={() => void send(draft)}
        back={() => setDraft(undefined)}
      />
    );
  }
  return (
    <main class="sheet">
      <Heading>{words.handover}</Heading>
      <Before visit={visit} thread={thread} />
      {error !== undefined && <Whoops text={failureText(error, say)} />}
      {isBusy && <p role="status">{say.busy}</p>}
      {found && (
        <>
          <p>{words.handoverWhat}</p>
          <p class="advice">
            <strong>
              <Written text={found.name(language)} />
            </strong>
            {"\n"}
            <Written text={found.contact(language)} />
          </p>
          <h2>{words.handoverReaders}</h2>
          <Options
            legend={say.readers.leaveOut}
            help={words.handoverLeaveOut}
            several
            chosen={leaveOut}
            choose={setLeaveOut}
            choices={found.handlers.map(({ id, name, role }) => ({
              id,
              label: <Written text={`${name} (${role})`} />,
            }))}
          />
          <Field label={words.handoverLetter} rows={4} value={text} onInput={setText} />
          <div class="actions">
            <Button
              kind="primary"
              disabled={isBusy || text.trim() === "" || leaveOut.length === found.handlers.length}
              onClick={() => void seal(found)}
            >
              {words.handoverLook}
            </Button>
            <Button kind="quiet" onClick={back}>
              {words.handoverNo}
            </Button>
          </div>
        </>
      )}
      {!found && (
        <div class="actions">
          {error !== undefined && (
            <Button kind="primary" onClick={() => void act(lookAgain)}>
              {say.again}
            </Button>
          )}
          <Button kind="quiet" onClick={back}>
            {say.back}
          </Button>
        </div>
      )}
    </main>
  );
}

/** What came of earlier consents. */
function Before({ thread }: Pick<ActProps, "visit" | "thread">) {
  const { language, line, say } = useHere();
  const statuses = handoverStatuses(thread, today());
  if (statuses.length === 0) return null;
  return (
    <ul class="advice">
      {statuses.map(({ consent, state, askedOn, handover }) => (
        <li key={consent}>
          {say.visit.handoverStates[state]} ({dayText(askedOn, language)})
          <span class="unseen">{handover.readers.map((id) => nameFor(line, id)).join(", ")}</span>
        </li>
      ))}
    </ul>
  );
}

/** Another line may take the report up: only the reporter decides. */

import {
  type ConsentDraft,
  findLine,
  handoverStatuses,
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
import { NoticeList } from "../parts/notices.js";
import { Written } from "../parts/text.js";
import { Whoops } from "../parts/whoops.js";
import { nameFor } from "../report/handlers.js";
import { today, useActing } from "./acting.js";
import type { ActProps } from "./acts.js";

export function Handover({ visit, thread, done, back }: ActProps) {
  const { language, say } = useHere();
  const words = say.visit;
  const [found, setFound] = useState<Line>();
  const [text, setText] = useState<string>(words.handoverText);
  const [draft, setDraft] = useState<ConsentDraft>();
  const finding = useActing(() => {});
  const sending = useActing(done);
  const wanted = proposedLines(thread).at(-1);
  const look = () => finding.act(async () => wanted && setFound(await findLine(visit, wanted)));
  useEffect(() => void look(), []);
  const agree = (line: Line) =>
    sending.act(async () => {
      const sealed = draft ?? sealConsent(visit, line, { text, language });
      setDraft(sealed); // a second attempt sends the same bytes
      await sealed.send();
    });
  const error = finding.error ?? sending.error;
  return (
    <main class="sheet">
      <Heading>{words.handover}</Heading>
      <Before visit={visit} thread={thread} />
      {error !== undefined && <Whoops text={failureText(error, say)} />}
      {finding.isBusy && <p role="status">{say.busy}</p>}
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
          <ul>
            {found.handlers.map(({ id, name, role }) => (
              <li key={id}>
                <Written text={`${name} (${role})`} />
              </li>
            ))}
          </ul>
          <Field label={words.handoverLetter} rows={4} value={text} onInput={setText} />
          {draft && <NoticeList notices={draft.notices} />}
          <div class="actions">
            <Button
              kind="primary"
              disabled={sending.isBusy || text.trim() === ""}
              onClick={() => void agree(found)}
            >
              {words.handoverYes}
            </Button>
            <Button kind="quiet" onClick={back}>
              {words.handoverNo}
            </Button>
          </div>
        </>
      )}
      {!found && (
        <Button kind="quiet" onClick={back}>
          {say.back}
        </Button>
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

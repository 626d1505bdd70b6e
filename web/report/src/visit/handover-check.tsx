/** A sealed consent, as it would be sent: to whom, what, and until when. Going back drops it. */

import { type ConsentDraft, handlerNames, type Line, type Thread } from "@meldpunt/client";
import { failureText } from "../failures.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { dayText } from "../parts/days.js";
import { Heading } from "../parts/heading.js";
import { NoticeList } from "../parts/notices.js";
import { Written } from "../parts/text.js";
import { Whoops } from "../parts/whoops.js";

interface Props {
  readonly thread: Thread;
  /** The line that is asked. */
  readonly target: Line;
  readonly draft: ConsentDraft;
  /** The letter that was sealed. */
  readonly text: string;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly send: () => void;
  readonly back: () => void;
}

export function HandoverCheck(props: Props) {
  const { thread, target, draft, text, isBusy, error, send, back } = props;
  const { language, say } = useHere();
  const words = say.visit;
  const theirs = target.handlers.filter(({ id }) => draft.readers.includes(id));
  const ours = draft.readers.filter((each) => !theirs.some(({ id }) => id === each));
  const names = handlerNames(thread);
  return (
    <main class="sheet">
      <Heading>{words.handoverCheck}</Heading>
      <p>{say.check.makingHelp}</p>
      {error !== undefined && <Whoops text={failureText(error, say)} more={words.keptText} />}
      <h2>
        <Written text={target.name(language)} />
      </h2>
      <p>{words.handoverTheirs}</p>
      <ul>
        {theirs.map(({ id, name, role }) => (
          <li key={id}>
            <Written text={`${name} (${role})`} />
          </li>
        ))}
      </ul>
      <p>{words.handoverUntil(dayText(draft.until, language))}</p>
      {ours.length > 0 && (
        <>
          <p>{words.handoverOurs}</p>
          <ul>
            {ours.map((id) => (
              <li key={id}>
                <Written text={names.get(id) ?? "?"} />
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>{words.handoverWritten}</h2>
      <p class="advice">
        <Written text={text} />
      </p>
      <NoticeList notices={draft.notices} />
      {isBusy && <p role="status">{say.busy}</p>}
      <div class="actions">
        <Button kind="primary" disabled={isBusy} onClick={send}>
          {words.handoverYes}
        </Button>
        <Button kind="quiet" disabled={isBusy} onClick={back}>
          {say.change}
        </Button>
      </div>
    </main>
  );
}

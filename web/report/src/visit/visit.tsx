/** A visit: where the report stands, what was said, and what can be done. */

import {
  awaitsTakeover,
  type Desk,
  fetchDesk,
  type Visit as OpenVisit,
  type Thread,
} from "@meldpunt/client";
import { useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import { NoticeList } from "../parts/notices.js";
import { Said } from "../parts/text.js";
import { Whoops } from "../parts/whoops.js";
import { leave } from "../shell/leave.js";
import type { Act } from "./act.js";
import { useActing } from "./acting.js";
import { ActMenu, ActPage } from "./acts.js";
import { Alarms, isHiding } from "./alarms.js";
import { Messages, shown, unanswered } from "./messages.js";
import { State } from "./state.js";
import { Told } from "./told.js";
import { useWritten } from "./written.js";

/** A report that was opened, and the desk of its office: fetched with every look, whatever is said in between. */
export interface Opened {
  readonly visit: OpenVisit;
  readonly desk: Desk | undefined;
}

export function Visit({ visit, desk: first }: Opened) {
  const { say } = useHere();
  const [thread, setThread] = useState<Thread>(() => visit.thread);
  const [act, setAct] = useState<Act>();
  const [told, setTold] = useState("");
  const [desk, setDesk] = useState(first);
  const pen = useWritten();
  const look = async () => {
    const found = await visit.refresh();
    setThread(found);
    setDesk(await fetchDesk(visit));
  };
  const reading = useActing(() => {});
  const done = async (text = say.visit.sent) => {
    setAct(undefined);
    setTold(text);
    await reading.act(look);
  };
  if (act !== undefined) {
    return (
      <ActPage
        act={act}
        visit={visit}
        thread={thread}
        desk={desk}
        {...pen}
        look={() => void done("")}
        done={done}
        back={() => setAct(undefined)}
      />
    );
  }
  if (thread.erased) return <Erased />;
  const fresh = unanswered(thread);
  return (
    <main class="sheet">
      <Heading>{say.visit.title}</Heading>
      <p role="status">
        <span data-kit="sent">{told}</span> {reading.isBusy && say.busy}
      </p>
      {reading.error !== undefined && (
        <Whoops text={failureText(reading.error, say)}>
          <Button onClick={() => void reading.act(look)}>{say.again}</Button>
        </Whoops>
      )}
      <Alarms thread={thread} />
      <NoticeList notices={thread.notices} />
      {fresh.length > 0 ? (
        <>
          <h2>{say.visit.fresh}</h2>
          <Messages messages={fresh} thread={thread} visit={visit} />
          {!isHiding(thread) && !awaitsTakeover(thread) && (
            <Button kind="primary" disabled={reading.isBusy} onClick={() => setAct("reply")}>
              {say.visit.reply}
            </Button>
          )}
        </>
      ) : (
        thread.status.state !== "withdrawn" && <p>{say.visit.noFresh}</p>
      )}
      <State thread={thread} />
      <Told thread={thread} desk={desk} />
      {!isHiding(thread) && (
        <fieldset disabled={reading.isBusy}>
          <ActMenu thread={thread} choose={setAct} />
        </fieldset>
      )}
      <h2>{say.visit.messages}</h2>
      <Messages
        messages={shown(thread).filter((each) => !fresh.includes(each))}
        thread={thread}
        visit={visit}
      />
      <div class="actions">
        <Button onClick={() => void reading.act(look)}>{say.visit.refresh}</Button>
        <Button kind="primary" onClick={leave}>
          {say.close}
        </Button>
      </div>
    </main>
  );
}

function Erased() {
  const { say, procedure, toStart } = useHere();
  return (
    <main class="sheet">
      <Heading>{say.visit.title}</Heading>
      <p>{say.visit.erased}</p>
      {procedure.withdrawal && (
        <p>
          <Said of={procedure.withdrawal} />
        </p>
      )}
      <div class="actions">
        <Button onClick={toStart}>{say.start}</Button>
        <Button kind="primary" onClick={leave}>
          {say.close}
        </Button>
      </div>
    </main>
  );
}

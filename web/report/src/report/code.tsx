/** The code alone, then typed back, and only then the report may be sent. */

import type { DraftReport } from "@meldpunt/client";
import { useState } from "preact/hooks";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { CodeField, codeFault, ShownCode } from "../parts/code.js";
import { Heading } from "../parts/heading.js";
import { NoticeList } from "../parts/notices.js";
import { ErrorSummary } from "../parts/summary.js";
import { Steer, type Steering } from "./steer.js";

interface Props {
  /** What has a code: a report, or a takeover. */
  readonly draft: Pick<DraftReport, "receipt" | "confirms" | "notices">;
  readonly send: () => void;
  readonly back: () => void;
  /** What sending is called here. */
  readonly label?: string;
  /** What is true until then. */
  readonly note?: string;
}

export function Code({ draft, send, back, label, note }: Props) {
  const [isKept, setKept] = useState(false);
  return isKept ? (
    <TypeBack draft={draft} send={send} back={() => setKept(false)} {...(label ? { label } : {})} />
  ) : (
    <ShowCode code={draft.receipt} next={() => setKept(true)} back={back} note={note} />
  );
}

interface ShowProps extends Steering {
  readonly code: string;
  readonly note: string | undefined;
}

function ShowCode({ code, next, back, note }: ShowProps) {
  const { say } = useHere();
  const words = say.code;
  return (
    <main class="sheet printed">
      <Heading>{words.title}</Heading>
      <p>
        <strong>{words.write}</strong> {words.text}
      </p>
      <ShownCode code={code} />
      <p class="small">{words.printHelp}</p>
      <p>
        <strong>{note ?? words.notSent}</strong>
      </p>
      <Steer next={next} back={back} label={words.written} />
    </main>
  );
}

function TypeBack({ draft, send, back, label }: Props) {
  const { say } = useHere();
  const words = say.code;
  const [typed, setTyped] = useState("");
  const [attempts, setAttempts] = useState(0);
  const [error, setError] = useState<string>();
  const goOn = () => {
    if (draft.confirms(typed)) {
      send();
      return;
    }
    const fault = codeFault(typed);
    setError(fault === undefined ? words.other : say.enter[fault]);
    setAttempts(attempts + 1);
  };
  return (
    <main class="sheet">
      <ErrorSummary errors={error ? [{ text: error, id: "code" }] : []} attempt={attempts} />
      <Heading>{words.typeTitle}</Heading>
      <CodeField
        value={typed}
        onInput={setTyped}
        error={error}
        help={words.typeHelp}
        mark="confirm"
      />
      <NoticeList notices={draft.notices} />
      <div class="actions">
        <Button kind="primary" onClick={goOn} mark="send">
          {label ?? words.send}
        </Button>
        <Button kind="quiet" onClick={back}>
          {words.show}
        </Button>
      </div>
    </main>
  );
}

/** Make a code and seal the report: some 0.3 seconds, or 15 in a browser without a compiler. Nothing is sent. */

import { compose, type DraftReport } from "@meldpunt/client";
import { encodeBase64url } from "@meldpunt/client/protocol/verify/encoding";
import { useEffect, useRef, useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import { Progress } from "../parts/progress.js";
import { Whoops } from "../parts/whoops.js";
import { asksConsent, evaluated, type Filled } from "./draft.js";

interface Props {
  readonly filled: Filled;
  readonly readers: readonly string[];
  readonly made: (draft: DraftReport) => void;
  readonly back: () => void;
}

class Stopped extends Error {}

export function Making({ filled, readers, made, back }: Props) {
  const { line, form, language, say } = useHere();
  const [done, setDone] = useState(0);
  const [error, setError] = useState<unknown>();
  const isStopped = useRef(false);
  const make = async () => {
    setError(undefined);
    const { text, answers } = compose(evaluated(form, filled), language);
    const content = {
      kind: filled.kind ?? "",
      form: encodeBase64url(line.document.form),
      answers,
      ...(filled.story && asksConsent(form, filled) ? { story: "given" } : {}),
    };
    try {
      const draft = await line.prepare({
        text,
        language,
        readers,
        leaveOut: filled.leaveOut,
        content: JSON.parse(JSON.stringify(content)),
        onProgress: (share) => {
          if (isStopped.current) throw new Stopped();
          setDone(share);
        },
      });
      if (!isStopped.current) made(draft);
    } catch (found) {
      if (!(found instanceof Stopped)) setError(found);
    }
  };
  useEffect(() => {
    void make();
    return () => {
      isStopped.current = true;
    };
  }, []);
  return (
    <main class="sheet">
      <Heading>{say.check.making}</Heading>
      {error === undefined ? (
        <>
          <Progress label={say.check.makingHelp} done={done} />
          <Button kind="quiet" onClick={back}>
            {say.cancel}
          </Button>
        </>
      ) : (
        <Whoops text={failureText(error, say)} more={say.failures.nothingSent}>
          <Button kind="primary" onClick={() => void make()}>
            {say.again}
          </Button>
          <Button kind="quiet" onClick={back}>
            {say.back}
          </Button>
        </Whoops>
      )}
    </main>
  );
}

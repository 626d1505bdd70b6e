/**
 * Come back: first fetch what is the same for everybody, then ask for the code.
 *
 * No request of a quiet look depends on the code (openapi/extensions.md section 10.6).
 */

import { type Bulletins, fetchDesk, ProblemError } from "@meldpunt/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { CodeField, codeFault } from "../parts/code.js";
import { dayText } from "../parts/days.js";
import { Heading } from "../parts/heading.js";
import { Progress } from "../parts/progress.js";
import { ErrorSummary } from "../parts/summary.js";
import { Whoops } from "../parts/whoops.js";
import type { Opened } from "./visit.js";

interface Props {
  readonly opened: (opened: Opened) => void;
}

/** Something that takes the code, and tells how far it is. */
type Act<Found> = (progress: { onProgress: (done: number) => void }) => Promise<Found>;
type Look = { readonly found: Bulletins | undefined } | undefined;

export function Enter({ opened }: Props) {
  const { line, say, toStart } = useHere();
  const { enter } = say;
  const [look, setLook] = useState<Look>();
  const [typed, setTyped] = useState("");
  const [attempts, setAttempts] = useState(0);
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState<number>();
  const [news, setNews] = useState<readonly string[]>();
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []); // a report never opens after this page was left
  useEffect(() => {
    const fetched = (found?: Bulletins) => setLook({ found });
    line.look().then(fetched, () => fetched());
  }, [line]);

  const run = async <Found,>(act: Act<Found>, show: (found: Found) => void) => {
    const wrong = codeFault(typed);
    setFault(wrong && enter[wrong]);
    setAttempts(attempts + 1);
    if (wrong !== undefined) return;
    const stopping = new AbortController();
    running.current = stopping;
    const { signal } = stopping;
    setError(undefined);
    setBusy(0);
    try {
      const onProgress = (done: number) => {
        signal.throwIfAborted();
        setBusy(done);
      };
      const found = await act({ onProgress });
      if (!signal.aborted) show(found);
    } catch (found) {
      if (!signal.aborted) setError(found);
    }
    if (!signal.aborted) setBusy(undefined);
  };
  const open = () =>
    run(async (progress) => {
      const visit = await line.visit(typed, look?.found, progress);
      return { visit, desk: await fetchDesk(visit) };
    }, opened);
  const quietly = (found: Bulletins) =>
    run((progress) => line.news(typed, found, progress), setNews);

  const stop = () => {
    running.current?.abort();
    setBusy(undefined);
  };
  const change = (value: string) => {
    setTyped(value);
    setNews(undefined);
  };
  return (
    <main class="sheet">
      <ErrorSummary errors={fault ? [{ text: fault, id: "code" }] : []} attempt={attempts} />
      <Heading>{enter.title}</Heading>
      <CodeField value={typed} onInput={change} error={fault} help={enter.help} />
      {error !== undefined && busy === undefined && (
        <Whoops text={isUnknown(error) ? enter.notFound : failureText(error, say)} />
      )}
      {busy !== undefined && (
        <>
          <Progress label={enter.working} done={busy} />
          <Button onClick={stop}>{say.cancel}</Button>
        </>
      )}
      <div role="status">
        {news !== undefined && look?.found && <News days={news} look={look.found} />}
      </div>
      <div class="actions">
        <Button
          kind="primary"
          disabled={busy !== undefined}
          onClick={() => void open()}
          mark="visit"
        >
          {enter.open}
        </Button>
        {look?.found && (
          <Button
            disabled={busy !== undefined}
            onClick={() => look.found && void quietly(look.found)}
          >
            {enter.look}
          </Button>
        )}
        <Button kind="quiet" onClick={toStart}>
          {say.back}
        </Button>
      </div>
      <p class="small">{look !== undefined && (look.found ? enter.lookHelp : enter.noLook)}</p>
      <h2>{enter.questions}</h2>
      <p>{enter.sure}</p>
      <p>{enter.lost}</p>
    </main>
  );
}

function News({ days, look }: { days: readonly string[]; look: Bulletins }) {
  const { language, say } = useHere();
  const { enter } = say;
  const day = (of: string) => dayText(of, language);
  const nothing =
    look.unknown.length === 0 ? enter.noNews(day(look.first), day(look.last)) : enter.noNewsKnown;
  return (
    <div class="advice">
      <h2>{enter.lookTitle}</h2>
      <p>{days.length > 0 ? enter.news(days.map(day).join("; ")) : nothing}</p>
      {!look.isNamed && <p class="error">{say.failures.untrueAnswer}</p>}
    </div>
  );
}

/** Whether the host has no report of a code: it may be another line's, or it never arrived. */
const isUnknown = (error: unknown): boolean =>
  error instanceof ProblemError && error.kind === "not-found";

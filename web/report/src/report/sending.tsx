/** Send the report, and then its files. The same bytes again after a failure: the host keeps them once. */

import {
  type DraftReport,
  isFinal,
  ProblemError,
  type Reply,
  type Sent,
  UnreachableError,
  type Visit,
} from "@meldpunt/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { going, type Picked } from "../files/picked.js";
import { type Uploaded, uploadFiles } from "../files/send-files.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import { Progress } from "../parts/progress.js";
import { Whoops } from "../parts/whoops.js";

interface Props {
  readonly draft: DraftReport;
  readonly files: readonly Picked[];
  readonly done: (sent: Sent) => void;
}

export function Sending({ draft, files, done }: Props) {
  const { line, language, say } = useHere();
  const { sending } = say;
  const attached = going(files);
  const [sent, setSent] = useState<Sent>();
  const [progress, setProgress] = useState<{ label: string; done?: number }>({ label: say.busy });
  const [error, setError] = useState<unknown>();
  const isOpen = useRef(true);
  // What an attempt has done stays done: the next one sends the same message again.
  const visit = useRef<Visit | undefined>(undefined);
  const uploaded = useRef<Uploaded>(new Map());
  const listed = useRef<Reply | undefined>(undefined);
  const filesOf = async (arrived: Sent) => {
    if (attached.length === 0) return done(arrived);
    visit.current ??= await line.visit(draft.receipt);
    listed.current ??= {
      text: sending.filesText(attached.length),
      language,
      attachments: await uploadFiles(visit.current, attached, uploaded.current, (at, share) =>
        setProgress({
          label: `${sending.files}. ${sending.file(at + 1, attached.length)}`,
          done: share,
        }),
      ),
    };
    await visit.current.reply(listed.current);
    return done(arrived);
  };
  const go = async () => {
    setError(undefined);
    try {
      const arrived = sent ?? (await draft.send());
      if (!isOpen.current) return;
      setSent(arrived);
      await filesOf(arrived);
    } catch (found) {
      if (isFinal(found)) {
        uploaded.current.clear(); // the host may have lost a file
        listed.current = undefined;
      }
      setError(found);
    }
  };
  useEffect(() => {
    void go();
    return () => {
      isOpen.current = false;
    };
  }, []);
  return (
    <main class="sheet">
      <Heading>{sending.title}</Heading>
      {error === undefined && (
        <>
          <Progress {...progress} />
          <p>{sending.stay}</p>
        </>
      )}
      {error !== undefined && sent === undefined && (
        <Whoops text={failureText(error, say)} more={afterFailure(error, say)}>
          <Button kind="primary" onClick={() => void go()}>
            {say.again}
          </Button>
        </Whoops>
      )}
      {error !== undefined && sent !== undefined && (
        <Whoops text={sending.filesFailed} more={failureText(error, say)}>
          <Button kind="primary" onClick={() => void go()}>
            {say.again}
          </Button>
          <Button onClick={() => done(sent)}>{sending.without}</Button>
        </Whoops>
      )}
    </main>
  );
}

const MINUTE = 60;

function afterFailure(error: unknown, { sending }: ReturnType<typeof useHere>["say"]): string {
  if (error instanceof ProblemError && error.retryAfter !== undefined) {
    return `${sending.safe} ${sending.wait(Math.max(1, Math.ceil(error.retryAfter / MINUTE)))}`;
  }
  return error instanceof UnreachableError ? `${sending.safe} ${sending.stay}` : sending.safe;
}

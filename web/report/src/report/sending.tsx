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
import { FileFailure, type Uploaded, uploadFiles } from "../files/send-files.js";
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
  const [sent, setSent] = useState<Sent>();
  const [progress, setProgress] = useState<{ label: string; done?: number }>({ label: say.busy });
  const [error, setError] = useState<unknown>();
  const isOpen = useRef(true);
  const isRunning = useRef(false);
  const left = useRef(going(files)); // those that still go along
  // What an attempt has done stays done: the next one sends the same message again.
  const visit = useRef<Visit | undefined>(undefined);
  const uploaded = useRef<Uploaded>(new Map());
  const listed = useRef<Reply | undefined>(undefined);
  const filesOf = async (arrived: Sent) => {
    const attached = left.current;
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
    if (isRunning.current) return;
    isRunning.current = true;
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
    } finally {
      isRunning.current = false;
    }
  };
  const leaveOut = (file: Picked) => {
    left.current = left.current.filter((each) => each !== file);
    void go();
  };
  useEffect(() => {
    void go();
    return () => {
      isOpen.current = false;
    };
  }, []);
  return (
    <main class="sheet">
      <Heading>
        {error === undefined ? sending.title : sent ? say.done.title : sending.failed}
      </Heading>
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
        <FilesFailed
          error={error}
          again={() => void go()}
          leaveOut={leaveOut}
          without={() => done(sent)}
        />
      )}
    </main>
  );
}

interface FilesFailedProps {
  readonly error: unknown;
  readonly again: () => void;
  readonly leaveOut: (file: Picked) => void;
  readonly without: () => void;
}

/** The report is there, and not all of its files. One that can never go along keeps nobody from sending the others. */
function FilesFailed({ error, again, leaveOut, without }: FilesFailedProps) {
  const { say } = useHere();
  const { sending } = say;
  const file = error instanceof FileFailure ? error.file : undefined;
  return (
    <Whoops text={sending.filesFailed} about={file?.name} more={failureText(error, say)}>
      {file ? (
        <Button kind="primary" onClick={() => leaveOut(file)}>
          {sending.withoutThis}
        </Button>
      ) : (
        <>
          <Button kind="primary" onClick={again}>
            {say.again}
          </Button>
          <Button onClick={without}>{sending.without}</Button>
        </>
      )}
    </Whoops>
  );
}

const MINUTE = 60;

function afterFailure(error: unknown, { sending }: ReturnType<typeof useHere>["say"]): string {
  if (error instanceof ProblemError && error.retryAfter !== undefined) {
    return `${sending.safe} ${sending.wait(Math.max(1, Math.ceil(error.retryAfter / MINUTE)))}`;
  }
  return error instanceof UnreachableError ? `${sending.safe} ${sending.stay}` : sending.safe;
}

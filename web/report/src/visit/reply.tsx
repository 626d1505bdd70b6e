/** Write something back, or open a closed report again. */

import { isFinal } from "@meldpunt/client";
import { useRef, useState } from "preact/hooks";
import { FileList } from "../files/file-list.js";
import { going } from "../files/picked.js";
import { type Uploaded, uploadFiles } from "../files/send-files.js";
import { useHere } from "../here.js";
import { Field } from "../parts/field.js";
import { Heading } from "../parts/heading.js";
import { ErrorSummary } from "../parts/summary.js";
import { Steer } from "../report/steer.js";
import type { ActProps } from "./act.js";
import { useActing } from "./acting.js";
import { Busy, Failed } from "./busy.js";
import { firstChoice, ReaderChoice, readersChosen } from "./reader-choice.js";

interface Props extends ActProps {
  readonly tag: "message" | "reopening";
}

/** A file on its way. */
interface Underway {
  readonly label: string;
  readonly done: number;
}

export function Reply({ visit, thread, written, write, look, done, back, tag }: Props) {
  const { language, say } = useHere();
  const words = say.visit;
  const { text, files } = written;
  const [working, setWorking] = useState(0);
  const uploaded = useRef<Uploaded>(new Map());
  const [chosen, setChosen] = useState(() => firstChoice(thread));
  const [attempts, setAttempts] = useState(0);
  const [underway, setUnderway] = useState<Underway>();
  const [isStopped, setStopped] = useState(false);
  const { isBusy, error, act, stop } = useActing(() => {
    write({ text: "", files: [] });
    return done();
  });
  const title = tag === "message" ? words.reply : words.reopen;
  const waits = files.some(({ goes }) => !goes);
  const faults = [
    ...(text.trim() === "" ? [{ text: say.failures.empty, id: "reply" }] : []),
    ...(chosen.length === 0 ? [{ text: words.nobody, id: "readers" }] : []),
    ...(waits ? [{ text: say.files.pick, id: "files" }] : []),
  ];
  const send = async (signal: AbortSignal) => {
    const picked = going(files);
    const told = (at: number, share: number) => {
      signal.throwIfAborted();
      setUnderway({ label: say.sending.file(at + 1, picked.length), done: share });
    };
    const attachments = await uploadFiles(visit, picked, uploaded.current, told);
    signal.throwIfAborted();
    setUnderway(undefined); // from here on it cannot be stopped
    const reply = { text, language, attachments, ...readersChosen(thread, chosen) };
    try {
      await (tag === "message" ? visit.reply(reply) : visit.reopen(reply));
    } catch (found) {
      if (isFinal(found)) uploaded.current.clear(); // the host may have lost a file
      throw found;
    }
  };
  const goOn = () => {
    setAttempts(attempts + 1);
    setStopped(false);
    if (faults.length === 0 && working === 0) void act(send);
  };
  const stopFiles = () => {
    stop();
    setUnderway(undefined);
    setStopped(true);
  };
  const shown = attempts > 0 ? faults : [];
  const wrong = (id: string) => shown.find((each) => each.id === id)?.text;
  if (isBusy) return <Busy title={title} {...underway} stop={underway && stopFiles} />;
  return (
    <main class="sheet">
      <ErrorSummary errors={shown} attempt={attempts} />
      <Heading>{title}</Heading>
      <p role="status">{isStopped ? `${say.failures.nothingSent} ${words.keptText}` : ""}</p>
      <Field
        id="reply"
        label={tag === "message" ? words.replyLabel : words.reopenLabel}
        rows={8}
        value={text}
        onInput={(typed) => write({ text: typed })}
        mark="reply"
        error={wrong("reply")}
      />
      <FileList
        files={files}
        change={(how) => write((before) => ({ files: how(before.files) }))}
        working={working}
        setWorking={setWorking}
      />
      <ReaderChoice thread={thread} chosen={chosen} choose={setChosen} error={wrong("readers")} />
      {error !== undefined && <Failed error={error} more={words.keptText} look={look} />}
      <Steer next={goOn} back={back} label={words.send} disabled={working > 0} mark="send" />
    </main>
  );
}

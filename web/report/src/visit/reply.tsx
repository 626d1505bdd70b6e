/** Write something back, or open a closed report again. */

import { isFinal } from "@meldpunt/client";
import { useRef, useState } from "preact/hooks";
import { failureText } from "../failures.js";
import { FileList } from "../files/file-list.js";
import { going, type Picked } from "../files/picked.js";
import { type Uploaded, uploadFiles } from "../files/send-files.js";
import { useHere } from "../here.js";
import { Field } from "../parts/field.js";
import { Heading } from "../parts/heading.js";
import { Progress } from "../parts/progress.js";
import { ErrorSummary } from "../parts/summary.js";
import { Whoops } from "../parts/whoops.js";
import { Steer } from "../report/steer.js";
import { useActing } from "./acting.js";
import type { ActProps } from "./acts.js";
import { firstChoice, ReaderChoice, readersChosen } from "./reader-choice.js";

interface Props extends ActProps {
  readonly tag: "message" | "reopening";
}

export function Reply({ visit, thread, done, back, tag }: Props) {
  const { language, say } = useHere();
  const words = say.visit;
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly Picked[]>([]);
  const [working, setWorking] = useState(0);
  const uploaded = useRef<Uploaded>(new Map());
  const [chosen, setChosen] = useState(() => firstChoice(thread));
  const [attempts, setAttempts] = useState(0);
  const [progress, setProgress] = useState<number>();
  const { isBusy, error, act } = useActing(done);
  const waits = files.some(({ goes }) => !goes);
  const faults = [
    ...(text.trim() === "" ? [{ text: words.empty, id: "reply" }] : []),
    ...(chosen.length === 0 ? [{ text: words.nobody, id: "readers" }] : []),
    ...(waits ? [{ text: say.files.pick, id: "files" }] : []),
  ];
  const send = async () => {
    const picked = going(files);
    const told = (at: number, share: number) => setProgress((at + share) / picked.length);
    const attachments = await uploadFiles(visit, picked, uploaded.current, told);
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
    if (faults.length === 0) void act(send);
  };
  const shown = attempts > 0 ? faults : [];
  const wrong = (id: string) => shown.find((each) => each.id === id)?.text;
  return (
    <main class="sheet">
      <ErrorSummary errors={shown} attempt={attempts} />
      <Heading>{tag === "message" ? words.reply : words.reopen}</Heading>
      <Field
        id="reply"
        label={tag === "message" ? words.replyLabel : words.reopenLabel}
        rows={8}
        value={text}
        onInput={setText}
        mark="reply"
        error={wrong("reply")}
      />
      <FileList files={files} change={setFiles} working={working} setWorking={setWorking} />
      <ReaderChoice thread={thread} chosen={chosen} choose={setChosen} error={wrong("readers")} />
      {isBusy && <Progress label={say.busy} done={progress} />}
      {error !== undefined && <Whoops text={failureText(error, say)} more={words.keptText} />}
      <Steer
        next={goOn}
        back={back}
        label={words.send}
        disabled={isBusy || working > 0}
        mark="send"
      />
    </main>
  );
}

/** Files that go along. */

import { useState } from "preact/hooks";
import { FileList, type FilesChange } from "../files/file-list.js";
import { useHere } from "../here.js";
import { Heading } from "../parts/heading.js";
import { Said } from "../parts/text.js";
import { evaluated, type Filled } from "./draft.js";
import { Steer, type Steering } from "./steer.js";

interface Props extends Steering {
  readonly filled: Filled;
  readonly change: (how: FilesChange) => void;
}

export function FilesStep({ filled, change, next, back }: Props) {
  const { form, say } = useHere();
  const [isTold, setTold] = useState(false);
  const [working, setWorking] = useState(0);
  const question = evaluated(form, filled).shown.find(({ type }) => type === "files");
  const waits = filled.files.some(({ goes }) => !goes);
  return (
    <main class="sheet">
      <Heading>{question ? <Said of={question.label} /> : say.files.title}</Heading>
      <p>{question?.help ? <Said of={question.help} /> : say.files.help}</p>
      <FileList files={filled.files} change={change} working={working} setWorking={setWorking} />
      <p role="status" class="error">
        {isTold && waits ? say.files.pick : ""}
      </p>
      <Steer next={waits ? () => setTold(true) : next} back={back} disabled={working > 0} />
    </main>
  );
}

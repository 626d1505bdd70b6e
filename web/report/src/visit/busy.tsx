/** An act on its way, and what came of one that failed. */

import { isFinal } from "@meldpunt/client";
import { failureText } from "../failures.js";
import { FileFailure } from "../files/send-files.js";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import { Heading } from "../parts/heading.js";
import { Progress } from "../parts/progress.js";
import { Whoops } from "../parts/whoops.js";

interface BusyProps {
  /** What is being done. */
  readonly title: string;
  readonly label?: string | undefined;
  readonly done?: number | undefined;
  /** Only where nothing has been sent yet. */
  readonly stop?: (() => void) | undefined;
}

/** In the place of the form: what is under way cannot be changed, and nobody steps away from it unknowingly. */
export function Busy({ title, label, done, stop }: BusyProps) {
  const { say } = useHere();
  return (
    <main class="sheet">
      <Heading>{title}</Heading>
      <Progress label={label ?? say.busy} done={done} />
      {stop && <Button onClick={stop}>{say.cancel}</Button>}
    </main>
  );
}

interface FailedProps {
  readonly error: unknown;
  readonly more?: string;
  /** See what was sent in the meantime: the same would be refused again. */
  readonly look: () => void;
}

export function Failed({ error, more, look }: FailedProps) {
  const { say } = useHere();
  const about = error instanceof FileFailure ? error.file.name : undefined;
  return (
    <Whoops text={failureText(error, say)} about={about} more={more}>
      {isFinal(error) && <Button onClick={look}>{say.visit.refresh}</Button>}
    </Whoops>
  );
}

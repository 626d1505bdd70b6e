/** What somebody comes for. */

import { useState } from "preact/hooks";
import { useHere } from "../here.js";
import { Heading } from "../parts/heading.js";
import { Options } from "../parts/options.js";
import { ErrorSummary } from "../parts/summary.js";
import { Said } from "../parts/text.js";
import type { Filled } from "./draft.js";
import { Steer, type Steering } from "./steer.js";

interface Props extends Steering {
  readonly filled: Filled;
  readonly change: (changed: Partial<Filled>) => void;
}

export function KindStep({ filled, change, next, back }: Props) {
  const { form, say } = useHere();
  const [attempts, setAttempts] = useState(0);
  const isMissing = filled.kind === undefined;
  const error = attempts > 0 && isMissing ? say.kind.missing : undefined;
  return (
    <main class="sheet">
      <ErrorSummary errors={error ? [{ text: error, id: "kind" }] : []} attempt={attempts} />
      <Heading>{say.kind.title}</Heading>
      <Options
        id="kind"
        legend={say.kind.title}
        hidesLegend
        error={error}
        chosen={filled.kind === undefined ? [] : [filled.kind]}
        choose={([kind]) => change({ kind, leaveOut: [], chosen: undefined })}
        choices={form.kinds.map(({ id, label, help }) => ({
          id,
          label: <Said of={label} />,
          ...(help ? { help: <Said of={help} /> } : {}),
        }))}
      />
      <Steer next={() => (isMissing ? setAttempts(attempts + 1) : next())} back={back} />
    </main>
  );
}

/** Who reads the report, and who must not: asked before there is a code. */

import { useState } from "preact/hooks";
import { useHere } from "../here.js";
import { ContactCard } from "../parts/contact.js";
import { Heading } from "../parts/heading.js";
import { Options } from "../parts/options.js";
import type { Filled } from "./draft.js";
import { type Reader, ReaderFacts, ReaderName, readersFor } from "./handlers.js";
import { Steer, type Steering } from "./steer.js";

interface Props extends Steering {
  readonly filled: Filled;
  readonly change: (changed: Partial<Filled>) => void;
}

/** The handlers from whom the readers come, for what is filled in. */
export function candidates(all: readonly Reader[], { leaveOut, chosen }: Filled): Reader[] {
  const allowed = all.filter(({ id }) => !leaveOut.includes(id));
  return chosen === undefined ? allowed : allowed.filter(({ id }) => chosen.includes(id));
}

export function Readers({ filled, change, next, back }: Props) {
  const { line, form, say } = useHere();
  const { readers } = say;
  const kind = form.kinds.find(({ id }) => id === filled.kind);
  const all = readersFor(line, kind?.functions);
  const [isChoosing, setChoosing] = useState(filled.chosen !== undefined);
  const left = candidates(all, filled);
  const allowed = all.filter(({ id }) => !filled.leaveOut.includes(id));
  const choose = (isOn: boolean) => {
    setChoosing(isOn);
    change({ chosen: isOn ? [] : undefined });
  };
  return (
    <main class="sheet">
      <Heading>{readers.title}</Heading>
      <Options
        legend={readers.leaveOut}
        help={readers.leaveOutHelp}
        several
        chosen={filled.leaveOut}
        choose={(leaveOut) => change({ leaveOut })}
        choices={all.map(asChoice)}
      />
      {allowed.length > 1 && (
        <Options
          legend={readers.how}
          chosen={[isChoosing ? "choose" : "lot"]}
          choose={([how]) => choose(how === "choose")}
          choices={[
            { id: "lot", label: readers.byLot },
            { id: "choose", label: readers.choose },
          ]}
        />
      )}
      {isChoosing && (
        <Options
          legend={readers.chooseHelp}
          several
          chosen={filled.chosen ?? []}
          choose={(chosen) => change({ chosen })}
          choices={allowed.map(asChoice)}
        />
      )}
      <div role="status">
        {left.length > 0 ? <Who left={left} isChosen={isChoosing} /> : !isChoosing && <Nobody />}
      </div>
      <Steer next={next} back={back} disabled={left.length === 0} />
    </main>
  );
}

const asChoice = (reader: Reader) => ({
  id: reader.id,
  label: <ReaderName reader={reader} />,
  help: <ReaderFacts reader={reader} />,
});

function Who({ left, isChosen }: { left: readonly Reader[]; isChosen: boolean }) {
  const { line, say } = useHere();
  const drawn = line.document.readerCount;
  const isLot = !isChosen && left.length > drawn;
  return (
    <>
      <p>{isLot ? say.readers.lot(drawn) : say.readers.all}</p>
      <ul>
        {left.map((reader) => (
          <li key={reader.id}>
            <ReaderName reader={reader} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Nobody() {
  const { say, procedure } = useHere();
  return (
    <div class="advice">
      <p>{say.readers.none}</p>
      <ContactCard contact={procedure.outside} />
    </div>
  );
}

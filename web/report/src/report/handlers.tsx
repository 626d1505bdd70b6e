/** Who handles reports, as people choose by it: name, role, what they may do, languages, from outside or not. */

import { type ActiveHandler, type Line, shownText } from "@meldpunt/client";
import { hex } from "@meldpunt/client/protocol/verify/encoding";
import { useHere } from "../here.js";
import { Written } from "../parts/text.js";
import { nameOf } from "../words/index.js";

type Listed = Line["document"]["handlers"][number];
/** A handler who may read now, with all that the document says of them. */
export interface Reader extends ActiveHandler {
  readonly function?: Listed["function"];
  readonly languages?: Listed["languages"];
  readonly external?: Listed["external"];
}

/** The handlers who may be offered for a kind of report. */
export function readersFor(line: Line, functions: readonly string[] | undefined): Reader[] {
  const listed = new Map(line.document.handlers.map((each) => [hex(each.id), each]));
  const all = line.handlers.map((handler): Reader => ({ ...listed.get(handler.id), ...handler }));
  return functions === undefined
    ? all
    : all.filter((each) => each.function !== undefined && functions.includes(each.function));
}

/** The shown name of a handler of the line. */
export function nameFor(line: Line, id: string): string {
  const found = line.document.handlers.find((each) => hex(each.id) === id);
  return found === undefined ? "?" : shownText(found.name);
}

/** A handler's name and role. */
export function ReaderName({ reader }: { reader: Reader }) {
  return (
    <>
      <strong>
        <Written text={reader.name} />
      </strong>{" "}
      (<Written text={reader.role} />)
    </>
  );
}

/** What else people choose by. */
export function ReaderFacts({ reader }: { reader: Reader }) {
  const { say } = useHere();
  const { readers } = say;
  const facts = [
    reader.function && readers.functions[reader.function],
    reader.external && readers.external,
    reader.languages && `${readers.speaks} ${reader.languages.map(nameOf).join(", ")}`,
  ].filter(Boolean);
  return <span>{facts.join(" · ")}</span>;
}

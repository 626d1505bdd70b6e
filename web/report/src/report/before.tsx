/** Who reads, and when secrecy ends: said before anybody writes a word. */

import { useHere } from "../here.js";
import { Heading } from "../parts/heading.js";
import { Said } from "../parts/text.js";
import { ReaderFacts, ReaderName, readersFor } from "./handlers.js";
import { Steer, type Steering } from "./steer.js";

export function Before(steering: Steering) {
  const { line, procedure, say } = useHere();
  const { before } = say;
  return (
    <main class="sheet">
      <Heading>{before.title}</Heading>
      <p>
        <Said of={procedure.readers} />
      </p>
      <ul>
        {readersFor(line, undefined).map((reader) => (
          <li key={reader.id}>
            <ReaderName reader={reader} />
            <span class="small block">
              <ReaderFacts reader={reader} />
            </span>
          </li>
        ))}
      </ul>
      <p>{before.later}</p>
      <h2>{before.privacy}</h2>
      <p>
        <Said of={procedure.privacy} />
      </p>
      <p>
        {before.sealed} {before.anonymous}
      </p>
      <Steer {...steering} label={before.start} />
    </main>
  );
}

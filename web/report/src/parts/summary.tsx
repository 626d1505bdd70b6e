/** What is wrong on a page, with a link to each place. It takes the focus. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { useHere } from "../here.js";

interface Props {
  readonly errors: readonly { readonly text: string; readonly id: string }[];
  /** Changes with each attempt, so that the focus comes again. */
  readonly attempt: number;
}

export function ErrorSummary({ errors, attempt }: Props) {
  const { say } = useHere();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (attempt > 0) box.current?.focus();
  }, [attempt]);
  if (errors.length === 0) return null;
  return (
    <div class="summary" role="alert" tabIndex={-1} ref={box}>
      <h2>{say.question.wrong}</h2>
      <ul>
        {errors.map(({ text, id }) => (
          <li key={id}>
            <a href={`#${id}`} onClick={(event) => focus(event, id)}>
              {text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Go to the field; the address must not change. */
function focus(event: Event, id: string): void {
  event.preventDefault();
  document.getElementById(id)?.focus();
}

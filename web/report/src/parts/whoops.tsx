/** What went wrong, what it means, and what to do now. It takes the focus. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useHere } from "../here.js";
import { Written } from "./text.js";

interface Props {
  readonly text: string;
  /** Of which file it is true. */
  readonly about?: string | undefined;
  /** What did not happen, or is still there. */
  readonly more?: string | undefined;
  /** What can be done. */
  readonly children?: ComponentChildren;
}

export function Whoops({ text, about, more, children }: Props) {
  const { line, language, say } = useHere();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  return (
    <div class="summary" role="alert" tabIndex={-1} ref={box}>
      <h2>{say.failures.title}</h2>
      <p>{text}</p>
      {about && (
        <p>
          <Written text={about} />
        </p>
      )}
      {more && <p>{more}</p>}
      <p class="small">
        <Written text={line.contact(language)} />
      </p>
      {children && <div class="actions">{children}</div>}
    </div>
  );
}

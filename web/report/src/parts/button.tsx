/** Buttons. None submits a form: there is none. */

import type { ComponentChildren } from "preact";

/** What a button does, for the conformance kit. */
export type Mark = "next" | "send" | "visit";

interface Props {
  readonly children: ComponentChildren;
  readonly onClick: () => void;
  /** `primary` goes on, `plain` does something else, `quiet` goes back, `danger` cannot be undone. */
  readonly kind?: "primary" | "plain" | "quiet" | "danger";
  readonly disabled?: boolean;
  /** Where the conformance kit goes on (web/kit/README.md). */
  readonly mark?: Mark | undefined;
}

export function Button({ children, onClick, kind = "plain", disabled = false, mark }: Props) {
  return (
    <button
      type="button"
      class={`button ${kind}`}
      onClick={onClick}
      disabled={disabled}
      data-kit={mark}
    >
      {children}
    </button>
  );
}

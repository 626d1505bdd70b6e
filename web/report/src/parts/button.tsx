/** Buttons. None submits a form: there is none. */

import type { ComponentChildren } from "preact";

interface Props {
  readonly children: ComponentChildren;
  readonly onClick: () => void;
  /** `primary` goes on, `plain` does something else, `quiet` goes back, `danger` cannot be undone. */
  readonly kind?: "primary" | "plain" | "quiet" | "danger";
  readonly disabled?: boolean;
}

export function Button({ children, onClick, kind = "plain", disabled = false }: Props) {
  return (
    <button type="button" class={`button ${kind}`} onClick={onClick} disabled={disabled}>
      {children}
    </button>
  );
}

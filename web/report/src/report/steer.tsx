/** Go on, or back. */

import type { ComponentChildren } from "preact";
import { useHere } from "../here.js";
import { Button, type Mark } from "../parts/button.js";

export interface Steering {
  readonly next: () => void;
  readonly back: () => void;
}

interface Props extends Steering {
  /** What going on is called here. */
  readonly label?: ComponentChildren;
  readonly disabled?: boolean;
  readonly mark?: Mark;
}

export function Steer({ next, back, label, disabled = false, mark = "next" }: Props) {
  const { say } = useHere();
  return (
    <div class="actions">
      <Button kind="primary" onClick={next} disabled={disabled} mark={mark}>
        {label ?? say.next}
      </Button>
      <Button kind="quiet" onClick={back}>
        {say.back}
      </Button>
    </div>
  );
}

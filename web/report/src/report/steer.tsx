/** Go on, or back. */

import type { ComponentChildren } from "preact";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";

export interface Steering {
  readonly next: () => void;
  readonly back: () => void;
}

interface Props extends Steering {
  /** What going on is called here. */
  readonly label?: ComponentChildren;
  readonly disabled?: boolean;
}

export function Steer({ next, back, label, disabled = false }: Props) {
  const { say } = useHere();
  return (
    <div class="actions">
      <Button kind="primary" onClick={next} disabled={disabled}>
        {label ?? say.next}
      </Button>
      <Button kind="quiet" onClick={back}>
        {say.back}
      </Button>
    </div>
  );
}

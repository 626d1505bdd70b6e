/** Something that takes a while: how far it is, in words and as a bar. */

import { useHere } from "../here.js";

interface Props {
  readonly label: string;
  /** 0 to 1; undefined where nobody knows. */
  readonly done?: number | undefined;
}

export function Progress({ label, done }: Props) {
  const { say } = useHere();
  const percent = done === undefined ? undefined : Math.floor(100 * done);
  return (
    <div class="progress">
      <p role="status">{label}</p>
      <progress max={100} value={percent} aria-label={label} />
      {percent !== undefined && <p aria-hidden="true">{say.percent(percent)}</p>}
    </div>
  );
}

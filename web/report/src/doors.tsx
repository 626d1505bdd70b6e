/** The three doors. */

import type { ComponentChildren } from "preact";
import { useHere } from "./here.js";
import { Heading } from "./parts/heading.js";

/** Where a door leads. */
export type Door = "guide" | "report" | "code";

interface Props {
  readonly open: (door: Door) => void;
  /** Whether the page has only just opened: then nothing takes the focus. */
  readonly isFirst: boolean;
}

export function Doors({ open, isFirst }: Props) {
  const { say } = useHere();
  const { doors } = say;
  return (
    <main class="sheet">
      <Heading quiet={isFirst}>{doors.title}</Heading>
      <ul class="doors">
        <DoorItem title={doors.guide} open={() => open("guide")}>
          {doors.guideHelp}
        </DoorItem>
        <DoorItem title={doors.report} open={() => open("report")}>
          {doors.reportHelp}
        </DoorItem>
        <DoorItem title={doors.code} open={() => open("code")}>
          {doors.codeHelp}
        </DoorItem>
      </ul>
      <h2>{doors.safe}</h2>
      <ul>
        <li>{doors.device}</li>
        <li>{doors.history}</li>
        <li>{doors.backButton}</li>
        <li>{doors.server}</li>
      </ul>
    </main>
  );
}

function DoorItem(props: { title: string; open: () => void; children: ComponentChildren }) {
  return (
    <li>
      <button type="button" class="door" onClick={props.open}>
        <strong>{props.title}</strong>
        <span>{props.children}</span>
      </button>
    </li>
  );
}

/** The three doors. */

import type { Line } from "@meldpunt/client";
import type { ComponentChildren } from "preact";
import { useHere } from "./here.js";
import type { Mark } from "./parts/button.js";
import { ContactCard } from "./parts/contact.js";
import { Heading } from "./parts/heading.js";
import { NoticeList } from "./parts/notices.js";
import { Written } from "./parts/text.js";

/** Where a door leads. */
export type Door = "guide" | "report" | "code";

interface Props {
  readonly open: (door: Door) => void;
  /** Whether the page has only just opened: then nothing takes the focus. */
  readonly isFirst: boolean;
}

export function Doors({ open, isFirst }: Props) {
  const { line, say } = useHere();
  const { doors } = say;
  const closed = closedBecause(line);
  return (
    <main class="sheet">
      <Heading quiet={isFirst}>{doors.title}</Heading>
      <NoticeList notices={line.notices.filter(({ kind }) => kind !== "document-past-grace")} />
      {closed && <Closed why={closed} />}
      <ul class="doors">
        <DoorItem title={doors.guide} open={() => open("guide")}>
          {doors.guideHelp}
        </DoorItem>
        {!closed && (
          <DoorItem title={doors.report} open={() => open("report")} mark="next">
            {doors.reportHelp}
          </DoorItem>
        )}
        <DoorItem title={doors.code} open={() => open("code")} mark="visit">
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

/** Why nothing can be reported now; said before anybody writes a word. */
function closedBecause(line: Line): "expired" | "noReader" | undefined {
  if (line.notices.some(({ kind }) => kind === "document-past-grace")) return "expired";
  const { boxKeys } = line.verified;
  return line.handlers.some(({ id }) => boxKeys.has(id)) ? undefined : "noReader";
}

function Closed({ why }: { why: "expired" | "noReader" }) {
  const { language, line, say, procedure } = useHere();
  return (
    <div class="summary">
      <p>{say.failures[why]}</p>
      {why === "expired" && <p>{say.failures.clock}</p>}
      <p>
        <Written text={line.contact(language)} />
      </p>
      <ContactCard contact={procedure.outside} />
    </div>
  );
}

interface DoorProps {
  readonly title: string;
  readonly open: () => void;
  readonly children: ComponentChildren;
  readonly mark?: Mark;
}

function DoorItem(props: DoorProps) {
  return (
    <li>
      <button type="button" class="door" onClick={props.open} data-kit={props.mark}>
        <strong>{props.title}</strong>
        <span>{props.children}</span>
      </button>
    </li>
  );
}

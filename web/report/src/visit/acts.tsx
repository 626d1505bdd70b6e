/** What a reporter can do in a visit: each act has a page of its own. */

import {
  awaitsTakeover,
  listReferrals,
  newcomersOf,
  proposedLines,
  type Thread,
} from "@meldpunt/client";
import { useHere } from "../here.js";
import { Button } from "../parts/button.js";
import type { Act, ActProps } from "./act.js";
import { today } from "./acting.js";
import { CheckIn } from "./check-in.js";
import { Handover } from "./handover.js";
import { Proof } from "./proof.js";
import { Reply } from "./reply.js";
import { Story } from "./story.js";
import { Takeover } from "./takeover.js";
import { Withdraw } from "./withdraw.js";

export function ActPage({ act, ...props }: ActProps & { act: Act }) {
  switch (act) {
    case "reply":
      return <Reply {...props} tag="message" />;
    case "reopen":
      return <Reply {...props} tag="reopening" />;
    case "checkIn":
      return <CheckIn {...props} />;
    case "withdraw":
      return <Withdraw {...props} />;
    case "takeover":
      return <Takeover {...props} />;
    case "handover":
      return <Handover {...props} />;
    case "story":
      return <Story {...props} />;
    case "proof":
      return <Proof {...props} />;
  }
}

interface MenuProps {
  readonly thread: Thread;
  readonly choose: (act: Act) => void;
}

export function ActMenu({ thread, choose }: MenuProps) {
  const { form, say } = useHere();
  const { visit } = say;
  const { state, checkIns, milestones } = thread.status;
  const asks = checkIns.some((day) => day <= today());
  const isMine = !awaitsTakeover(thread);
  return (
    <>
      <h2>{visit.can}</h2>
      {!isMine && (
        <div class="advice">
          <p>{visit.takeoverText}</p>
          <Button kind="primary" onClick={() => choose("takeover")}>
            {visit.takeover}
          </Button>
        </div>
      )}
      {newcomersOf(thread).length > 0 && <p class="advice">{visit.newcomer}</p>}
      {proposedLines(thread).length > 0 && (
        <div class="advice">
          <p>{visit.proposed}</p>
          <Button onClick={() => choose("handover")}>{visit.handover}</Button>
        </div>
      )}
      {listReferrals(thread).map(({ address, message }) => (
        <p key={message} class="advice">
          {visit.referred} <code dir="ltr">{address}</code>
        </p>
      ))}
      {asks && (
        <div class="advice">
          <p>{visit.checkInNow}</p>
          <Button onClick={() => choose("checkIn")}>{visit.checkIn}</Button>
        </div>
      )}
      <div class="actions">
        <Button kind="primary" onClick={() => choose("reply")} mark="next">
          {visit.reply}
        </Button>
        {state === "closed" && <Button onClick={() => choose("reopen")}>{visit.reopen}</Button>}
        {!asks && <Button onClick={() => choose("checkIn")}>{visit.checkIn}</Button>}
        {!milestones.withdrawn?.immediate && (
          <Button onClick={() => choose("withdraw")}>
            {milestones.withdrawn ? visit.withdrawNow : visit.withdraw}
          </Button>
        )}
        {form.kinds.some(({ story }) => story) && (
          <Button onClick={() => choose("story")}>{visit.story}</Button>
        )}
        <Button onClick={() => choose("proof")}>{visit.proof}</Button>
      </div>
    </>
  );
}

/** How are you now? */

import { type CheckIn as Answer, answerCheckIn, type Sent } from "@meldpunt/client";
import { useHere } from "../here.js";
import { ContactCard } from "../parts/contact.js";
import { Field } from "../parts/field.js";
import { Heading } from "../parts/heading.js";
import { Options } from "../parts/options.js";
import { Said } from "../parts/text.js";
import { Steer } from "../report/steer.js";
import type { ActProps } from "./act.js";
import { useActing } from "./acting.js";
import { Busy, Failed } from "./busy.js";
import { useSentText } from "./told.js";

export function CheckIn({ visit, thread, desk, written, write, look, done, back }: ActProps) {
  const { language, say, procedure } = useHere();
  const words = say.visit;
  const { checkIn: answer, about: text } = written;
  const sentText = useSentText({ thread, desk });
  const { isBusy, error, act } = useActing((sent: Sent) => {
    write({ checkIn: undefined, about: "" });
    return done(sentText(answer === "retaliation" ? "worseOff" : undefined, sent));
  });
  const labels: Record<Answer, string> = {
    good: words.good,
    notGood: words.notGood,
    retaliation: words.retaliation,
  };
  const send = (chosen: Answer) => {
    const said = text.trim() === "" ? labels[chosen] : `${labels[chosen]}\n\n${text}`;
    return answerCheckIn(visit, chosen, { text: said, language });
  };
  if (isBusy) return <Busy title={words.checkIn} />;
  return (
    <main class="sheet">
      <Heading>{words.checkIn}</Heading>
      {procedure.checkIn && (
        <p>
          <Said of={procedure.checkIn} />
        </p>
      )}
      <Options
        legend={words.checkIn}
        hidesLegend
        chosen={answer === undefined ? [] : [answer]}
        choose={([chosen]) => write({ checkIn: chosen as Answer })}
        choices={[
          { id: "good", label: words.good },
          { id: "notGood", label: words.notGood },
          { id: "retaliation", label: words.retaliation, help: words.retaliationHelp },
        ]}
      />
      {answer === "retaliation" && (
        <div class="advice">
          <p>{words.outside}</p>
          <ContactCard contact={procedure.outside} />
        </div>
      )}
      <Field
        label={words.replyLabel}
        help={words.checkInHelp}
        rows={5}
        value={text}
        onInput={(typed) => write({ about: typed })}
      />
      {error !== undefined && <Failed error={error} more={words.keptText} look={look} />}
      <Steer
        next={() => answer && void act(() => send(answer))}
        back={back}
        label={words.send}
        disabled={answer === undefined}
      />
    </main>
  );
}

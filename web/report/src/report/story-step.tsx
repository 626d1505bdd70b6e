/** Whether a story may be told on: asked apart, and it can be taken back later. */

import { useHere } from "../here.js";
import { Heading } from "../parts/heading.js";
import { Options } from "../parts/options.js";
import type { Filled } from "./draft.js";
import { Steer, type Steering } from "./steer.js";

interface Props extends Steering {
  readonly filled: Filled;
  readonly change: (changed: Partial<Filled>) => void;
}

export function StoryStep({ filled, change, next, back }: Props) {
  const { say } = useHere();
  const { story } = say;
  const chosen = filled.story === undefined ? [] : [filled.story ? "yes" : "no"];
  return (
    <main class="sheet">
      <Heading>{story.title}</Heading>
      <p>{story.text}</p>
      <Options
        legend={story.title}
        hidesLegend
        chosen={chosen}
        choose={([answer]) => change({ story: answer === "yes" })}
        choices={[
          { id: "no", label: story.no },
          { id: "yes", label: story.yes },
        ]}
      />
      <Steer next={next} back={back} />
    </main>
  );
}

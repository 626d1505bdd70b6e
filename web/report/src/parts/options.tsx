/** One or several options to choose from. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { keepPrivate } from "./private.js";

export interface Choice {
  readonly id: string;
  readonly label: ComponentChildren;
  readonly help?: ComponentChildren;
}

interface Props {
  readonly legend: ComponentChildren;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly choose: (chosen: readonly string[]) => void;
  /** Whether several may be chosen. */
  readonly several?: boolean;
  readonly help?: ComponentChildren;
  readonly error?: string | undefined;
  readonly id?: string;
  /** A legend that only a screen reader needs, because the heading says the same. */
  readonly hidesLegend?: boolean;
}

export function Options(props: Props) {
  const own = useId();
  const { legend, choices, chosen, choose, several = false, help, error, id = own } = props;
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  const set = (option: string, isOn: boolean) => {
    if (!several) return choose([option]);
    const wanted = isOn ? [...chosen, option] : chosen.filter((each) => each !== option);
    return choose(choices.map((each) => each.id).filter((each) => wanted.includes(each)));
  };
  return (
    <fieldset class={error ? "wrong" : undefined} aria-describedby={described || undefined}>
      <legend class={props.hidesLegend ? "unseen" : undefined}>{legend}</legend>
      {help && (
        <p class="small" id={`${id}-help`}>
          {help}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {choices.map((choice, at) => (
        <label key={choice.id} class="option">
          <input
            id={at === 0 ? id : undefined}
            type={several ? "checkbox" : "radio"}
            name={id}
            ref={keepPrivate}
            checked={chosen.includes(choice.id)}
            onChange={({ currentTarget }) => set(choice.id, currentTarget.checked)}
          />
          <span>
            {choice.label}
            {choice.help && <span class="small block">{choice.help}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

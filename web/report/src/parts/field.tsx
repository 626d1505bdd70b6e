/** Fields for what a person types. */

import { useId } from "preact/hooks";
import { keepPrivate } from "./private.js";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  /** More than one line. */
  readonly rows?: number;
  readonly type?: "text" | "date";
  readonly id?: string;
  /** A label that only a screen reader needs, because the heading says the same. */
  readonly hidesLabel?: boolean;
  readonly class?: string;
  /** What it is for, to the conformance kit (web/kit/README.md). */
  readonly mark?: "text" | "confirm" | "code" | "reply" | undefined;
}

export function Field(props: Props) {
  const own = useId();
  const { label, value, onInput, help, error, rows, type = "text", id = own } = props;
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  const common = {
    ref: keepPrivate,
    id,
    value,
    class: props.class,
    "data-kit": props.mark,
    dir: "auto" as const,
    "aria-describedby": described || undefined,
    "aria-invalid": error ? true : undefined,
    onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value),
  };
  return (
    <div class={error ? "field wrong" : "field"}>
      <label for={id} class={props.hidesLabel ? "unseen" : undefined}>
        {label}
      </label>
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
      {rows ? (
        <textarea rows={rows} {...common} />
      ) : type === "date" ? (
        <input type="date" {...common} />
      ) : (
        <input type="text" {...common} />
      )}
    </div>
  );
}

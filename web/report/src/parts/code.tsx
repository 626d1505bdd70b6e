/** A geheime code, shown alone, and the field in which somebody types it. */

import { parseReceipt, RefusedError } from "@meldpunt/client";
import { useState } from "preact/hooks";
import { useHere } from "../here.js";
import { Button } from "./button.js";
import { Field } from "./field.js";

/** A code in five groups, with ways to keep it. */
export function ShownCode({ code }: { code: string }) {
  const { say } = useHere();
  const [told, setTold] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      setTold(say.code.copied);
    } catch {
      setTold(say.code.copyFailed); // no clipboard here, or it is not allowed
    }
  };
  return (
    <>
      <p class="code" data-kit="receipt" dir="ltr" translate={false}>
        {code}
      </p>
      <div class="actions">
        <Button onClick={() => void copy()}>{say.code.copy}</Button>
        <Button onClick={() => print()}>{say.code.print}</Button>
      </div>
      <p role="status">{told}</p>
    </>
  );
}

interface FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly error?: string | undefined;
  readonly help?: string;
  readonly mark?: "code" | "confirm";
}

/** The field for a code. It is never a password field: browsers offer to keep those. */
export function CodeField({ value, onInput, error, help, mark = "code" }: FieldProps) {
  const { say } = useHere();
  return (
    <Field
      id="code"
      class="typed-code"
      label={say.code.label}
      value={value}
      onInput={onInput}
      error={error}
      help={help}
      mark={mark}
    />
  );
}

/** What is wrong with a typed code, if anything; it is not looked up anywhere. */
export function codeFault(typed: string): "empty" | "symbol" | "short" | "check" | undefined {
  if (typed.trim() === "") return "empty";
  try {
    parseReceipt(typed);
    return undefined;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (error.reason === "receipt-symbol") return "symbol";
    return error.reason === "receipt-length" ? "short" : "check";
  }
}

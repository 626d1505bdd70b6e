/** One act of a visit: do it, say what went wrong, and read the report again afterwards. */

import { useState } from "preact/hooks";

export interface Acting {
  readonly isBusy: boolean;
  readonly error: unknown;
  /** Do it. A second call while it runs does nothing. */
  readonly act: (work: () => Promise<unknown>) => Promise<void>;
}

/** @param after - runs when an act has succeeded. */
export function useActing(after: () => Promise<void> | void): Acting {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const act = async (work: () => Promise<unknown>) => {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await work();
      setBusy(false);
      await after();
    } catch (found) {
      setBusy(false);
      setError(found);
    }
  };
  return { isBusy, error, act };
}

/** Today in UTC, as the client counts days. */
export const today = (): string => new Date(Date.now()).toISOString().slice(0, 10);

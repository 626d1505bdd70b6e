/** One act of a visit: do it, say what went wrong, and read the report again afterwards. */

import { useEffect, useRef, useState } from "preact/hooks";

/** The work of an act. The signal tells that it was stopped: nothing may be sent from then on. */
type Work<Found> = (signal: AbortSignal) => Promise<Found>;

export interface Acting<Found> {
  readonly isBusy: boolean;
  readonly error: unknown;
  /** Do it. A second call while it runs does nothing, even before the page is drawn again. */
  readonly act: (work: Work<Found>) => Promise<void>;
  /** End it at once. What the work still does is not waited for, and its end is not told. */
  readonly stop: () => void;
}

/** @param after - takes what an act gave, unless it was stopped or its page was left. */
export function useActing<Found = unknown>(
  after: (found: Found) => Promise<void> | void,
): Acting<Found> {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const end = () => {
    running.current = undefined;
    setBusy(false);
  };
  const act = async (work: Work<Found>) => {
    if (running.current !== undefined) return;
    running.current = new AbortController();
    const { signal } = running.current;
    setBusy(true);
    setError(undefined);
    try {
      const found = await work(signal);
      if (signal.aborted) return;
      end();
      await after(found);
    } catch (found) {
      if (signal.aborted) return;
      end();
      setError(found);
    }
  };
  const stop = () => {
    running.current?.abort();
    end();
  };
  return { isBusy, error, act, stop };
}

/** Today in UTC, as the client counts days. */
export const today = (): string => new Date(Date.now()).toISOString().slice(0, 10);

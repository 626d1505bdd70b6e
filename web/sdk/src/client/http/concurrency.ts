/** A few requests at once: over Tor each answer takes a second or more. */

/** The most that wait or are under way. */
export const AT_ONCE = 8;

/**
 * Work on a few items at a time; gives the results in the order of the items. No work starts before a result is asked
 * for, and the next item starts when the caller takes a result.
 */
export async function* sideBySide<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for await (const item of items) {
    const begun = work(item);
    begun.catch(() => {}); // told when its turn comes
    running.push(begun);
    if (running.length === AT_ONCE) yield await (running.shift() as Promise<R>);
  }
  for (const left of running) yield await left;
}

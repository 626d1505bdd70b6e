/** The heading of a step. It takes the focus, so that whoever does not see the page hears where they are. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export function Heading({
  children,
  quiet = false,
}: {
  children: ComponentChildren;
  quiet?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Before the page is painted: else a key that is pressed at once goes to another place.
  useLayoutEffect(() => {
    if (quiet) return;
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [quiet]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

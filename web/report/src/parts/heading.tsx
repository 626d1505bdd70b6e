/** The heading of a step. It takes the focus, so that whoever does not see the page hears where they are. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function Heading({
  children,
  quiet = false,
}: {
  children: ComponentChildren;
  quiet?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
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

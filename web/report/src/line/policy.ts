/** Once the line is known, the page may talk to its hosts only. Policies add up: none can be loosened again. */

import type { Line } from "@meldpunt/client";

/** Add a policy with the line's own origins, before anybody can type. */
export function restrict(line: Line): void {
  const origins = [new URL(line.address).origin, ...line.document.origins];
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `connect-src ${[...new Set(origins)].join(" ")}`;
  document.head.append(policy);
}

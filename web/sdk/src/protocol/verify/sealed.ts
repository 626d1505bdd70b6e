/** A sealed message as it travels, and the checks on it that need no key (openapi/protocol.md section 7). */

import { type Bytes, same } from "./encoding.js";
import { refuse } from "./errors.js";
import * as f from "./fields.js";
import { bodyHash } from "./ids.js";
import type { Header } from "./log/header.js";
import { isBodySize } from "./sizes.js";

export const WRAP = f.record({ keyId: f.raw(16), wrap: f.raw() });
/** A wrap, and the box key that opens it. */
export type Wrap = ReturnType<typeof WRAP>;

/** A message as it travels. */
export interface SealedMessage {
  readonly header: Bytes;
  readonly signature: Bytes;
  readonly body: Bytes;
  readonly wraps: readonly Wrap[];
}

/** Refuse a body that a header does not name. @throws {@link RefusedError} `body-size`, `body-hash`. */
export function checkBody(header: Header, body: Uint8Array): void {
  if (!isBodySize(body.length)) refuse("body-size");
  if (!same(bodyHash(body), header.body)) refuse("body-hash");
}

/** Manifests of a reporter's page: which files an office may serve (openapi/texts.md section 7). */

import * as f from "../verify/fields.js";
import { readText } from "./shapes.js";

const FILE = f.record({
  path: f.pattern(/^([a-z0-9][a-zA-Z0-9_-]*[./])*[a-z0-9][a-zA-Z0-9_-]*$/),
  hash: f.raw(32),
  size: f.integer(0),
});

const MANIFEST = {
  version: f.version,
  release: f.sized(1, 40),
  policy: f.pattern(/^[ -~]{1,4000}$/),
  files: f.ascending(FILE, 1, 200, ({ path }) => path),
};
/** The files of one build with their SHA-256, and the policy under which a browser runs them. */
export type PageManifest = f.Output<typeof MANIFEST>;

/**
 * Read a manifest.
 *
 * @throws {@link RefusedError} A JSON reason, `fields`, `order`.
 */
export const readPageManifest = (data: Uint8Array): PageManifest => readText(data, MANIFEST);

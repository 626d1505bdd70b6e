/** Guides: where somebody can go, readable without any key (openapi/texts.md section 4). */

import { refuse } from "../verify/errors.js";
import * as f from "../verify/fields.js";
import {
  CONTACT,
  checked,
  checkIds,
  checkKnown,
  id,
  readText,
  translations,
  webAddress,
} from "./shapes.js";

const lineAddress = f.pattern(
  /^https?:\/\/[a-z0-9.:[\]-]{1,255}\/v1\/lines\/[a-z2-7]{32}(#[A-Za-z0-9_-]{1,100})?$/,
);
const CHOICE = f.record({ label: translations, to: id });
const PUBLICATION = f.record({
  title: translations,
  address: webAddress,
  version: f.optional(f.sized(1, 40)),
});

const NODE = checked(
  f.record({
    id,
    title: translations,
    text: f.optional(translations),
    choices: f.optional(f.list(CHOICE, 1, 20)),
    contacts: f.optional(f.list(CONTACT, 1, 20)),
    publications: f.optional(f.list(PUBLICATION, 1, 20)),
    report: f.optional(id),
    line: f.optional(lineAddress),
  }),
  ({ choices, report, line }) =>
    choices === undefined || (report === undefined && line === undefined),
);

const GUIDE = {
  version: f.version,
  introduction: f.optional(translations),
  nodes: f.list(NODE, 1, 200),
  numbers: f.optional(f.list(CONTACT, 1, 20)),
  lines: f.optional(f.list(f.record({ address: lineAddress, name: f.sized(1, 200) }), 1, 20)),
};
/** Where somebody can go. It starts at its first node. */
export type Guide = f.Output<typeof GUIDE>;

/** Whether choices lead in a circle: nodes that nothing leads to are taken away, until none is left. */
function hasCircle(leads: ReadonlyMap<string, readonly string[]>): boolean {
  const left = new Map(leads);
  for (;;) {
    const ledTo = new Set([...left.values()].flat());
    const free = [...left.keys()].filter((node) => !ledTo.has(node));
    if (free.length === 0) return left.size > 0;
    for (const node of free) left.delete(node);
  }
}

/**
 * Read a guide.
 *
 * @throws {@link RefusedError} A JSON reason, `fields`, `text-language`, `text-id`, `text-reach`.
 */
export function readGuide(data: Uint8Array): Guide {
  const guide = readText(data, GUIDE);
  const known = checkIds(guide.nodes);
  const leads = new Map(
    guide.nodes.map((node) => [node.id, (node.choices ?? []).map((choice) => choice.to)]),
  );
  for (const targets of leads.values()) checkKnown(targets, known);
  // Without circles, every node to which something leads can be reached from the first one.
  const reached = new Set([guide.nodes[0]?.id, ...[...leads.values()].flat()]);
  return hasCircle(leads) || reached.size !== known.size ? refuse("text-reach") : guide;
}

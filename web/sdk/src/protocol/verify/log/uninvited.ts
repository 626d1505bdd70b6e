/** The own-newest-readers rule, checked by everybody (openapi/protocol.md section 9.4). */

import { type Hex, hex, same } from "../encoding.js";
import type { ListedHandler } from "../line-document.js";
import { at, isReporters, newestOf, preceding } from "./causality.js";
import type { Directory } from "./directory.js";
import { type Access, admissionsIn, chosenReaders, pendingOf } from "./graph.js";
import { type Handovers, handovers } from "./handover.js";

/** Whom the reporter's messages name, and must not. */
export interface Uninvited {
  /** The messages that name somebody uninvited. */
  readonly messages: ReadonlySet<Hex>;
  /** Those handlers, and those whom only such let in. */
  readonly barred: ReadonlySet<Hex>;
}

/** The handlers of the line that answers, where none whom the reporter chose is left there. */
function replacing(
  own: readonly ListedHandler[],
  chosen: ReadonlySet<Hex>,
  isForked: boolean,
): Hex[] {
  const stays = own.some(({ id, until }) => until === undefined && chosen.has(hex(id)));
  return stays || isForked ? [] : own.map(({ id }) => hex(id));
}

function handlersOfAnswering(
  handed: Handovers,
  { lineId, lines }: Directory,
): readonly ListedHandler[] {
  const answering = handed.answeredBy ?? lineId;
  return lines.find((line) => same(line.lineId, answering))?.handlers ?? [];
}

/** Whom a message of the reporter names, and must not by what precedes it. */
function uninvitedBy(id: Hex, { messages, claimed, handed }: Access, directory: Directory): Hex[] {
  const then = preceding(id, messages);
  if (![...then.values()].some(isReporters)) return [];
  const handedThen = handovers(then);
  const chosen = chosenReaders(then, handedThen);
  const waiting = pendingOf(then, admissionsIn(then, claimed), handedThen);
  const asked = handed.consents.get(id)?.readers ?? [];
  const isForked = newestOf("reporter", then).length > 1;
  const others = replacing(handlersOfAnswering(handedThen, directory), chosen, isForked);
  const allowed = new Set(["reporter", ...chosen, ...waiting, ...asked, ...others]);
  return at(messages, id).header.readers.filter((reader) => !allowed.has(reader));
}

/** Those who wait, and whom nobody but uninvited handlers admitted. */
function letInBy(barred: Set<Hex>, { messages, admissions, pending }: Access): Hex[] {
  const others = [...admissions].filter(([id]) => !barred.has(at(messages, id).header.author));
  const letIn = new Set(others.map(([, newcomer]) => newcomer));
  return [...pending].filter((handler) => !letIn.has(handler) && !barred.has(handler));
}

/** The reporter's messages that break the rule; whom they name, and whom only such let in. */
export function findUninvited(access: Access, directory: Directory): Uninvited {
  const named = access.order
    .filter((id) => isReporters(at(access.messages, id)))
    .map((id) => [id, uninvitedBy(id, access, directory)] as const);
  const barred = new Set(named.flatMap(([, handlers]) => handlers));
  for (
    let more = barred.size > 0 ? letInBy(barred, access) : [];
    more.length > 0;
    more = letInBy(barred, access)
  ) {
    for (const handler of more) barred.add(handler);
  }
  const messages = named.filter(([, handlers]) => handlers.length > 0).map(([id]) => id);
  return { messages: new Set(messages), barred };
}

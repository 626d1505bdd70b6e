/** Handlers whom a colleague let in: the reporter's next message decides (openapi/extensions.md section 9.5). */

import { type Hex, hex } from "../../protocol/verify/encoding.js";
import { at } from "../../protocol/verify/log/causality.js";
import { allLines } from "../lines/report-lines.js";
import type { Thread } from "./thread.js";

/** A handler who waits for the reporter's word. Show name and role by `shownText`. */
export interface Newcomer {
  readonly id: Hex;
  readonly name: string;
  readonly role: string;
  /** The message that let them in. */
  readonly message: Hex;
  /** The handler who wrote it. */
  readonly admittedBy: Hex;
}

/**
 * Who waits for the reporter's word. Show this before a reply: those among the reply's `readers` read on, and the
 * others have read for the last time.
 *
 * @example
 * ```ts
 * import { newcomersOf, openLine } from "@meldpunt/client";
 *
 * const visit = await (await openLine(address)).visit(code);
 * const { thread } = visit;
 * const waiting = newcomersOf(thread).map(({ id }) => id);
 * const readers = [...thread.report.log.readers, ...waiting]; // all of them may read on
 * if (waiting.length > 0) await visit.reply({ text: "Welcome.", language: "en", readers });
 * ```
 */
export function newcomersOf({ erased, report: { log, lines } }: Thread): Newcomer[] {
  if (erased) return [];
  const handlers = allLines(lines).flatMap(({ document }) => document.handlers);
  return log.admitted.flatMap((id) => {
    const found = handlers.find((handler) => hex(handler.id) === id);
    const message = log.order.find(
      (each) => at(log.known, each).header.admits === id && !log.void.includes(each),
    );
    if (found === undefined || message === undefined) return [];
    const { name, role } = found;
    return { id, name, role, message, admittedBy: at(log.known, message).header.author };
  });
}

/** The answer to a check-in: how a reporter is (openapi/texts.md section 8). */

import type { Reply, Visit } from "../visit.js";
import type { Sent } from "./delivery.js";

/** How the reporter is. */
export type CheckIn = "good" | "notGood" | "retaliation";

/**
 * Answer a check-in: `thread.status.checkIns` has the days. Who meets retaliation and writes in a closed report asks to
 * reopen it. After an {@link UnreachableError}, call it again with the same words.
 *
 * @example
 * ```ts
 * import { answerCheckIn, openLine } from "@meldpunt/client";
 *
 * const visit = await (await openLine(address)).visit(code);
 * await answerCheckIn(visit, "good", { text: "I am fine.", language: "en" });
 * ```
 */
export function answerCheckIn(visit: Visit, checkIn: CheckIn, reply: Reply): Promise<Sent> {
  const words = { ...reply, content: { ...reply.content, checkIn } };
  const { state } = visit.thread.status;
  return checkIn === "retaliation" && state === "closed" ? visit.reopen(words) : visit.reply(words);
}

/**
 * Referral: a handler suggests another line, and the reporter alone decides (openapi/extensions.md section 9.9).
 *
 * The two lines exchange nothing: the reporter's device makes a new report. A suggestion opens no connection: open its
 * address by `openLine`, when the person asks for it.
 */

import { encodeLineId, type Hex } from "../../protocol/verify/encoding.js";
import { isObject } from "../../protocol/verify/fields.js";
import type { JsonObject } from "../../protocol/verify/strict-json.js";
import type { DraftReport } from "../draft-report.js";
import { parseAddress } from "../http/address.js";
import { ClientError, isProblem } from "../http/errors.js";
import type { Line, Report } from "../line.js";
import type { ThreadMessage } from "../thread/message.js";
import { awaitsTakeover, type Thread } from "../thread/thread.js";
import type { Visit } from "../visit.js";
import type { Sent } from "./delivery.js";

const DONE: Record<string, string> = {
  nl: "Ik heb dit ook bij het andere meldpunt gemeld.",
  en: "I have reported this to the other line as well.",
};

const SUGGESTION: Record<string, string> = {
  nl:
    "Ik stel voor dat u zich ook tot een ander meldpunt wendt. De samenvatting is wat daar aankomt, als u dat wilt; " +
    "u kunt haar wijzigen. Zonder u gaat er niets heen.",
  en:
    "I suggest that you turn to another line as well. The summary is what would arrive there, if you want that; you " +
    "can change it. Nothing goes there without you.",
};

/** The sentence that goes with a handler's suggestion. */
export const suggestionText = (language: string): string =>
  SUGGESTION[language] ?? (SUGGESTION["en"] as string);

/** The content of a suggestion: the other line's address, and what that line would read. */
export const suggestion = (line: string, summary: string): JsonObject => ({
  referral: { line, summary },
});

/** A handler's suggestion. Nothing of it is verified before the line is. */
export interface Referral {
  /** The other line's address: for `openLine`, on a connection of its own. */
  readonly address: string;
  /** What that line would read, by the handler. The person may change or replace it. */
  readonly summary: string;
  readonly by: Hex;
  readonly message: Hex;
}

function fieldsOf({ payload }: ThreadMessage): JsonObject {
  const found = payload?.content["referral"];
  return isObject(found) ? found : {};
}

function isAddress(text: string): boolean {
  try {
    parseAddress(text);
    return true;
  } catch (error) {
    if (error instanceof ClientError) return false;
    throw error;
  }
}

/** The suggestion in a handler's message; undefined without one that can be used. */
export function referralOf(message: ThreadMessage): Referral | undefined {
  const { line, summary } = fieldsOf(message);
  if (message.author === "reporter" || message.tag !== "message") return undefined;
  if (typeof line !== "string" || typeof summary !== "string") return undefined;
  if (summary.trim() === "" || !isAddress(line)) return undefined;
  return { address: line, summary, by: message.author, message: message.id };
}

/** Every suggestion in the messages that count, the newest last. */
export const listReferrals = ({ messages }: Thread): Referral[] =>
  messages.filter(({ confirmed }) => confirmed).flatMap((each) => referralOf(each) ?? []);

/** The line from which a reporter says that a report comes: their own word, which nobody has verified. */
export function referredFrom(message: ThreadMessage): { lineId: string; name: string } | undefined {
  const { from } = fieldsOf(message);
  if (message.author !== "reporter" || message.tag !== "report" || !isObject(from))
    return undefined;
  const { lineId, name } = from;
  return typeof lineId === "string" && typeof name === "string" ? { lineId, name } : undefined;
}

/**
 * Seal a report on a line that was suggested. Nothing is sent: show the line's name, the readers and the text first.
 *
 * @param visit - the report in which it was suggested. The other line learns of it.
 * @param line - from `openLine(referral.address)`.
 * @param report - by default under a new code; with `receipt`, the code of this report, which then opens both. No host
 * can link them.
 * @throws {@link ClientError} `known-code` if somebody else knows the code; `referred` if it has a report there already:
 * `line.visit` opens it. As `Line.prepare`.
 *
 * @example
 * ```ts
 * import { followReferral, listReferrals, openLine, tellReferred } from "@meldpunt/client";
 *
 * const visit = await (await openLine(address)).visit(code);
 * const referral = listReferrals(visit.thread).at(-1);
 * if (referral !== undefined) {
 *   const line = await openLine(referral.address); // only when the person asks for it
 *   const words = { text: referral.summary, language: "en" };
 *   const draft = await followReferral(visit, line, words);
 *   console.log(line.name("en"), draft.receipt);
 *   await draft.send();
 *   await tellReferred(visit, line, "en");
 * }
 * ```
 */
export async function followReferral(
  visit: Visit,
  line: Line,
  report: Report,
): Promise<DraftReport> {
  const { receipt } = report;
  if (receipt !== undefined) {
    if (awaitsTakeover(visit.thread)) throw new ClientError("known-code");
    if (await hasReport(line, receipt, report)) throw new ClientError("referred");
  }
  const { lineId, names } = visit.thread.report.lines.own.document;
  const from = { lineId: encodeLineId(lineId), name: names[0]?.text ?? "" };
  return line.prepare({ ...report, content: { ...report.content, referral: { from } } });
}

async function hasReport(line: Line, receipt: string, progress: Report): Promise<boolean> {
  try {
    await line.visit(receipt, undefined, progress);
    return true;
  } catch (error) {
    if (isProblem(error, "not-found")) return false;
    throw error;
  }
}

/** Say in the old report that the new one is made, if the person wants that. */
export async function tellReferred(visit: Visit, line: Line, language: string): Promise<Sent> {
  await visit.refresh();
  const text = DONE[language] ?? (DONE["en"] as string);
  return visit.reply({ text, language, content: { referral: { done: line.id } } });
}

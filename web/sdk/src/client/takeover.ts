/** A new code for a report whose code somebody else knows (openapi/extensions.md section 9.6). */

import { signRaw } from "../protocol/keys.js";
import type { Progress } from "../protocol/receipt.js";
import { encodeBase64url } from "../protocol/verify/encoding.js";
import { successionBytes } from "../protocol/verify/log/header.js";
import { ClientError } from "./http/errors.js";
import type { Sent } from "./messages/delivery.js";
import { isSameReceipt, newKeys } from "./receipts.js";
import type { Notice } from "./thread/notices.js";
import type { Reply, Visit } from "./visit.js";

/** A succession that is sealed and not sent yet. Show its code alone, as that of a new report. */
export interface Takeover {
  /** The new code. From `send` on the old one does not work any more. */
  readonly receipt: string;
  readonly notices: readonly Notice[];
  /** Whether somebody has typed the new code. */
  confirms(typed: string): boolean;
  /**
   * Put the new code in force. After an {@link UnreachableError}, call it again. After an error that `isFinal`, the new
   * code opens nothing: make another one with {@link takeOver}.
   */
  send(): Promise<Sent>;
}

const SENTENCES: Record<string, string> = {
  nl: "Vanaf nu schrijf ik onder een eigen code.",
  en: "From now on I write under a code of my own.",
};

/**
 * Make a new code for a report that a handler wrote down, or whose code somebody saw. Nothing is sent.
 *
 * @param reply - its language; who reads from now on, as for every message.
 * @throws {@link ClientError} `taken-over`: it works once, and not for a consultation. As `Visit.seal`.
 *
 * @example
 * ```ts
 * import { awaitsTakeover, openLine, takeOver } from "@meldpunt/client";
 *
 * const visit = await (await openLine(address)).visit(code);
 * if (awaitsTakeover(visit.thread)) {
 *   const takeover = await takeOver(visit, { language: "en" });
 *   console.log(takeover.receipt); // show and confirm it, as that of a new report
 *   await takeover.send();
 * }
 * ```
 */
export async function takeOver(
  visit: Visit,
  reply: Omit<Reply, "text" | "attachments"> & Progress,
): Promise<Takeover> {
  const thread = await visit.current();
  const { transport, key, line, report } = visit.place;
  const headers = [...thread.report.log.known.values()].map(({ header }) => header);
  const isDone = headers.some(
    ({ tag, origin }) => tag === "succession" || origin === "consultation",
  );
  if (isDone) throw new ClientError("taken-over");
  const { receipt, keys } = await newKeys(line, transport.environment, reply);
  const [signingKey, boxKey] = [keys.signing.publicKey, keys.box.publicKey];
  const successor = {
    signingKey: encodeBase64url(signingKey),
    boxKey: encodeBase64url(boxKey),
    signature: encodeBase64url(signRaw(key, successionBytes(line, report, signingKey, boxKey))),
  };
  const text = SENTENCES[reply.language] ?? (SENTENCES["en"] as string);
  const draft = await visit.seal({ ...reply, text }, "succession", { successor }, keys.signing);
  return {
    receipt,
    notices: draft.notices,
    confirms: (typed) => isSameReceipt(typed, receipt),
    send: async () => {
      const sent = await draft.send();
      visit.succeed(keys);
      return sent;
    },
  };
}

/** Send sealed messages, and check the host's proof of receipt. */

import type { OwnMessage } from "../../protocol/message.js";
import { addDays, type Day, TOLERANCE } from "../../protocol/verify/days.js";
import { type Bytes, type Hex, hex } from "../../protocol/verify/encoding.js";
import { RefusedError } from "../../protocol/verify/errors.js";
import { isProven } from "../../protocol/verify/proof.js";
import { today } from "../environment.js";
import type { Accepted } from "../http/api.js";
import { ClientError } from "../http/errors.js";
import type { Transport } from "../http/transport.js";
import { deliver, documentsBack, fetchLine } from "../lines/line.js";
import type { Notice } from "../thread/notices.js";
import type { Sealed } from "./draft.js";

/** A message that the host has stored durably. */
export interface Sent {
  readonly message: Hex;
  /** The host's day of receipt. */
  readonly receivedOn: Day;
  /** Those before sending, and what the host's answer shows. */
  readonly notices: readonly Notice[];
  /** The host's proof of receipt, 64 bytes. */
  readonly proof: Bytes;
}

/** What it takes to send a sealed message, and to check its proof. */
export interface Posted extends Omit<Sealed, "own"> {
  readonly own: Pick<OwnMessage, "sealed" | "header" | "id">;
}

/**
 * Send a sealed message. After an {@link UnreachableError} send the same one again.
 *
 * A wrong proof gives a notice, not an error: the host has the message all the same.
 *
 * @param put - the author's request.
 * @param lineId - if this line has moved, the message goes to its new host.
 */
export async function send(
  transport: Transport,
  sealed: Posted,
  lineId: Bytes,
  put: () => Promise<Accepted>,
): Promise<Sent> {
  const accepted = await deliver(transport, lineId, put);
  const message = hex(sealed.own.id);
  const isTrue = await hasProof(transport, sealed, accepted);
  const notices: Notice[] = isTrue ? [] : [{ kind: "host-proof", message }];
  const { receivedOn, proof } = accepted;
  return { message, receivedOn, notices: [...sealed.notices, ...notices], proof };
}

/**
 * Whether a host of the report's line signed for a message, on a possible day. What an earlier host received before
 * a move keeps the proof of that host.
 */
async function hasProof(
  transport: Transport,
  sealed: Posted,
  { receivedOn, proof }: Accepted,
): Promise<boolean> {
  const { own, sealedOn, lineId, receiptKey } = sealed;
  const earliest = addDays(sealedOn, -TOLERANCE);
  const latest = addDays(today(transport.environment), TOLERANCE);
  if (receivedOn < earliest || receivedOn > latest) return false;
  if (isProven(own.id, receivedOn, proof, [receiptKey])) return true;
  try {
    const line = await fetchLine(transport, lineId);
    for await (const [{ receiptKey: key }] of documentsBack(transport, line))
      if (isProven(own.id, receivedOn, proof, [key])) return true;
    return false;
  } catch (error) {
    if (error instanceof ClientError || error instanceof RefusedError) return false;
    throw error;
  }
}

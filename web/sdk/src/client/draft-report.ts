/** A new report, sealed and not sent yet. */

import type { ReporterKeys } from "../protocol/keys.js";
import type { Hex } from "../protocol/verify/encoding.js";
import { reportApi } from "./http/api.js";
import type { Transport } from "./http/transport.js";
import { type Sent, send } from "./messages/delivery.js";
import type { Sealed } from "./messages/draft.js";
import { isSameReceipt } from "./receipts.js";
import type { Notice } from "./thread/notices.js";

/**
 * A new report, sealed and not sent yet. Show its code alone, and let the person type it back, before `send`.
 *
 * Keep it until it is sent: there is no other copy of the code.
 */
export class DraftReport {
  /** `XXXX-XXXX-XXXX-XXXX-XXXX`: show it to nobody but the person, and put it nowhere else. */
  readonly receipt: string;
  /** Handlers who will read the report, by their ids. */
  readonly readers: readonly Hex[];
  /** For a proof: the keys, the message as it travels, and the way to the host. */
  readonly keys: ReporterKeys;
  readonly sealed: Sealed;
  readonly transport: Transport;

  constructor(receipt: string, keys: ReporterKeys, sealed: Sealed, transport: Transport) {
    this.receipt = receipt;
    this.readers = sealed.own.header.readers;
    this.keys = keys;
    this.sealed = sealed;
    this.transport = transport;
  }

  /** What the person should know before sending. */
  get notices(): readonly Notice[] {
    return this.sealed.notices;
  }

  /** Whether somebody has typed the code. */
  confirms(typed: string): boolean {
    return isSameReceipt(typed, this.receipt);
  }

  /**
   * Send the report. After an {@link UnreachableError}, call it again: the same bytes are sent, and the host keeps
   * them once.
   *
   * @throws {@link ProblemError} `line-limited`: keep the draft, and send it again after `retryAfter` seconds.
   */
  async send(): Promise<Sent> {
    const { sealed, keys, transport } = this;
    const api = reportApi(transport, keys.signing);
    return send(transport, sealed, sealed.lineId, () => api.putReport(keys, sealed.own.sealed));
  }
}

/** The operations of an office (openapi/meldpunt-v1.json). */

import type { SigningKey } from "../../protocol/keys.js";
import { type Bytes, encodeBase64url, encodeLineId } from "../../protocol/verify/encoding.js";
import * as f from "../../protocol/verify/fields.js";
import type { SignedRotation } from "../../protocol/verify/key-chain.js";
import { writtenRotation } from "../keys/line-keys.js";
import type { Transport } from "./transport.js";

const HOST = { origins: f.list(f.sized(1, 300), 1, 64), receiptKey: f.raw(32) };

/** What is read of answers: web/sdk/contract compares it with the contract. */
export interface OfficeShapes {
  host: typeof HOST;
  line: ReturnType<typeof travelling>;
}

/** A document to publish, with what a host must know beside it. */
export interface LinePut {
  readonly firstKey: Bytes;
  readonly rotations: readonly SignedRotation[];
  readonly document: Bytes;
  readonly signature: Bytes;
  readonly texts: readonly Bytes[];
  /** The operator's one-time invite: for the first document only. */
  readonly invite: string | undefined;
}

const travelling = ({ firstKey, rotations, document, signature, texts, invite }: LinePut) => ({
  firstKey: encodeBase64url(firstKey),
  rotations: rotations.map(writtenRotation),
  document: encodeBase64url(document),
  signature: encodeBase64url(signature),
  texts: texts.map(encodeBase64url),
  ...(invite === undefined ? {} : { invite }),
});

/** The operations of an office. Nothing that they return is verified. */
export const officeApi = (transport: Transport) => ({
  /** Origins and receipt key of the host. */
  host: () =>
    transport.call({
      method: "GET",
      target: "/v1/host",
      answer: (data) => f.readAnswer(data, HOST),
    }),
  /** Publish a document; the whole answer about the line, for `verifyLine`. */
  putLine: (line: Bytes, put: LinePut, key: SigningKey) =>
    transport.call({
      method: "PUT",
      target: `/v1/lines/${encodeLineId(line)}`,
      answer: (data) => data,
      key,
      body: travelling(put),
    }),
});

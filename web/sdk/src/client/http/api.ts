/** One function for each operation that a reporter needs (openapi/meldpunt-v1.json). All paths are here. */

import type { ReporterKeys, SigningKey } from "../../protocol/keys.js";
import { type Bytes, encodeBase64url, encodeLineId } from "../../protocol/verify/encoding.js";
import * as f from "../../protocol/verify/fields.js";
import { messageId } from "../../protocol/verify/ids.js";
import { type SealedMessage, WRAP } from "../../protocol/verify/sealed.js";
import { AnswerError } from "./errors.js";
import { BINARY_TYPE, JSON_TYPE, type Reply } from "./exchange.js";
import { MAX_ANSWER, MAX_PAGE } from "./limits.js";
import type { Transport } from "./transport.js";

/** An index of 1 MiB in base64. */
const MAX_INDEX = 2 << 20;

const DOCUMENT = { document: f.raw(), signature: f.raw(64) };
const TEXT = { text: f.raw() };
export const ACCEPTED = { receivedOn: f.day, proof: f.raw(64), receiptKey: f.optional(f.raw(32)) };
const INDEX = { index: f.raw(), signature: f.raw(64) };
const SINCE = { bulletinSince: f.day };

const CLOCK = f.open({ name: f.sized(1, 40), dueOn: f.day, metOn: f.optional(f.day) });
const STATE = f.oneOf(
  "received",
  "acknowledged",
  "feedback-given",
  "closed",
  "withdrawn",
  "handed-over",
);
export const STATUS = {
  lineId: f.lineId,
  document: f.raw(32),
  answeredBy: f.optional(f.lineId),
  state: STATE,
  receivedOn: f.day,
  clocks: f.list(CLOCK, 0, 20),
  erasedOn: f.day,
  erased: f.flag,
  unopened: f.optional(f.flag, false),
  messageCount: f.integer(0),
  consultation: f.optional(f.flag, false),
  bulletinSince: f.optional(f.day),
  birthKeys: f.optional(f.record({ signingKey: f.raw(32), boxKey: f.raw(1216) })),
};

export const MESSAGE = {
  header: f.raw(),
  signature: f.raw(64),
  receivedOn: f.day,
  proof: f.raw(64),
  body: f.optional(f.raw()),
  wraps: f.optional(f.list(WRAP, 0, 10_000), []),
};
export const PAGE = {
  messages: f.list(f.open(MESSAGE), 0, 10_000),
  cursor: f.integer(0),
  more: f.flag,
};

/** State and clocks of a report, as the host claims them. */
export type ReportClaim = f.Output<typeof STATUS>;
/** A message as the host serves it. */
export type ServedMessage = f.Output<typeof MESSAGE>;
/** A page of messages, in the order of arrival. */
export type MessagesPage = f.Output<typeof PAGE>;
/** The host's word that a message is on its disk. */
export type Accepted = f.Output<typeof ACCEPTED>;

/** What is read of answers, and sent in requests: web/sdk/contract compares it with the contract. */
export interface Shapes {
  document: typeof DOCUMENT;
  text: typeof TEXT;
  accepted: typeof ACCEPTED;
  index: typeof INDEX;
  since: typeof SINCE;
  status: typeof STATUS;
  page: typeof PAGE;
  sealed: ReturnType<typeof travelling>;
}

export const reading =
  <S extends Parameters<typeof f.readAnswer>[1]>(shape: S) =>
  (data: Bytes): f.Output<S> =>
    f.readAnswer(data, shape);

const linePath = (line: Bytes, ...parts: string[]): string =>
  ["/v1/lines", encodeLineId(line), ...parts].join("/");

/** A message as it travels in a request. */
export const travelling = ({ header, signature, body, wraps }: SealedMessage) => ({
  header: encodeBase64url(header),
  signature: encodeBase64url(signature),
  body: encodeBase64url(body),
  wraps: wraps.map(({ keyId, wrap }) => ({
    keyId: encodeBase64url(keyId),
    wrap: encodeBase64url(wrap),
  })),
});

/** The public operations on a line. Nothing that they return is verified. */
export const lineApi = (transport: Transport) => ({
  /** The whole answer about a line, for `verifyLine`. */
  line: (line: Bytes) =>
    transport.call({ method: "GET", target: linePath(line), answer: (data) => data }),
  /** One version of a document. */
  document: (line: Bytes, hash: Bytes) =>
    transport.call({
      method: "GET",
      target: linePath(line, "documents", encodeBase64url(hash)),
      answer: reading(DOCUMENT),
    }),
  /** A text that a document names. */
  text: (line: Bytes, hash: Bytes) =>
    transport.call({
      method: "GET",
      target: linePath(line, "texts", encodeBase64url(hash)),
      answer: reading(TEXT),
    }),
});

/** The bulletins: the same files for everybody, by unsigned requests. */
export const bulletinApi = (transport: Transport) => ({
  index: () =>
    transport.call({
      method: "GET",
      target: "/v1/bulletins",
      answer: reading(INDEX),
      limit: MAX_INDEX,
    }),
  /** A file of at most so many bytes. */
  file: (name: string, size: number) => transport.file(`/v1/bulletins/${name}`, size),
});

/** The operations of a reporter. The signing key says which report it is. */
export const reportApi = (transport: Transport, key: SigningKey) => ({
  status: () =>
    transport.call({ method: "GET", target: "/v1/report", answer: reading(STATUS), key }),
  /** The messages that follow a cursor. */
  messages: (after: number) =>
    transport.call({
      method: "GET",
      target: `/v1/report/messages?after=${after}`,
      answer: reading(PAGE),
      key,
      limit: MAX_PAGE,
    }),
  /** Send the first message of a report. */
  putReport: (keys: ReporterKeys, message: SealedMessage) =>
    transport.call({
      method: "PUT",
      target: "/v1/report",
      answer: reading(ACCEPTED),
      key,
      body: {
        keys: {
          signingKey: encodeBase64url(keys.signing.publicKey),
          boxKey: encodeBase64url(keys.box.publicKey),
        },
        message: travelling(message),
        bulletinKey: encodeBase64url(keys.bulletin),
      },
    }),
  /** Send a later message. */
  putMessage: (message: SealedMessage) =>
    transport.call({
      method: "PUT",
      target: `/v1/report/messages/${encodeBase64url(messageId(message.header))}`,
      answer: reading(ACCEPTED),
      key,
      body: travelling(message),
    }),
  /** Give the host the bulletin key of a report that has none. */
  putBulletinKey: (bulletinKey: Bytes) =>
    transport.call({
      method: "PUT",
      target: "/v1/report/bulletin-key",
      answer: reading(SINCE),
      key,
      body: { bulletinKey: encodeBase64url(bulletinKey) },
    }),
});

/** The operations of a reporter. */
export type ReportApi = ReturnType<typeof reportApi>;

const TUS = { "tus-resumable": "1.0.0" };

function offsetOf({ headers }: Reply): number {
  const found = headers.get("upload-offset") ?? "";
  if (!/^(0|[1-9][0-9]{0,15})$/.test(found)) throw new AnswerError();
  return Number(found);
}

/**
 * One file of a report: uploads by tus 1.0.0, downloads by ranges (section 10.5).
 *
 * @param path - of the report.
 */
export function attachmentApi(
  transport: Transport,
  key: SigningKey,
  id: Bytes,
  path = "/v1/report",
) {
  const target = `${path}/attachments/${encodeBase64url(id)}`;
  const usual = { target, key, expects: JSON_TYPE, limit: MAX_ANSWER } as const;
  return {
    /** Begin or find an upload of so many bytes; how many the host has. */
    begin: async (length: number) => {
      const fields = { ...TUS, "upload-length": `${length}` };
      return offsetOf(await transport.part({ ...usual, method: "POST", fields }));
    },
    /** How many bytes of an upload the host has. */
    offset: async () => offsetOf(await transport.part({ ...usual, method: "HEAD", fields: TUS })),
    /** Send a piece once; how many bytes the host then has. */
    append: async (offset: number, body: Bytes) => {
      const fields = { ...TUS, "upload-offset": `${offset}` };
      const mediaType = "application/offset+octet-stream";
      return offsetOf(
        await transport.part({ ...usual, method: "PATCH", fields, mediaType, body }, false),
      );
    },
    /** So many bytes from `start` of a file of `length` bytes. */
    read: async (start: number, size: number, length: number) => {
      const end = start + size - 1;
      const fields = { range: `bytes=${start}-${end}` };
      const request = {
        ...usual,
        method: "GET",
        expects: BINARY_TYPE,
        limit: size,
        fields,
      } as const;
      const { status, headers, body } = await transport.part(request);
      const told = headers.get("content-range") ?? `bytes ${start}-${end}/${length}`; // a page may not see it
      const isRight = status === 206 ? told === `bytes ${start}-${end}/${length}` : size === length;
      if (body.length !== size || !isRight) throw new AnswerError();
      return body;
    },
  };
}

/** The operations on one file. */
export type AttachmentApi = ReturnType<typeof attachmentApi>;

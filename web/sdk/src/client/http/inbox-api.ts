/** One function for each operation that a handler needs (openapi/meldpunt-v1.json). */

import type { SigningKey } from "../../protocol/keys.js";
import {
  type Bytes,
  encodeBase64url,
  encodeLineId,
  type Hex,
  unhex,
} from "../../protocol/verify/encoding.js";
import * as f from "../../protocol/verify/fields.js";
import { messageId } from "../../protocol/verify/ids.js";
import type { SealedMessage, Wrap } from "../../protocol/verify/sealed.js";
import type { PublishedKey } from "../keys/handler-keys.js";
import {
  ACCEPTED,
  MESSAGE,
  type MessagesPage,
  PAGE,
  type ReportClaim,
  reading,
  STATUS,
  travelling,
} from "./api.js";
import { JSON_TYPE } from "./exchange.js";
import { MAX_ANSWER, MAX_PAGE } from "./limits.js";
import type { Transport } from "./transport.js";

const BIRTH_KEYS = f.record({ signingKey: f.raw(32), boxKey: f.raw(1216) });
const ENTRY = { ...STATUS, entry: f.raw(16), birthKeys: BIRTH_KEYS };
const INBOX = { entries: f.list(f.open(ENTRY), 0, 10_000), cursor: f.optional(f.sized(1, 1000)) };
const SERVED = f.open({ ...MESSAGE, wrappedFor: f.optional(f.list(f.raw(16), 0, 10_000), []) });
const MESSAGES = { ...PAGE, messages: f.list(SERVED, 0, 10_000) };

/** What is read of answers: web/sdk/contract compares it with the contract. */
export interface InboxShapes {
  inbox: typeof INBOX;
  entry: typeof ENTRY;
  messages: typeof MESSAGES;
}

/** The state and clocks of a report in an inbox, as the host claims them. */
export interface EntryClaim extends ReportClaim {
  /** The report's name in this inbox, 16 bytes. */
  readonly entry: Bytes;
  readonly birthKeys: ReturnType<typeof BIRTH_KEYS>;
}

/** A page of an inbox, in the order of the entries' ids, which shows nothing. */
export interface InboxPage {
  readonly entries: readonly EntryClaim[];
  /** Where the next page starts; undefined on the last one. */
  readonly cursor: string | undefined;
}

/** States by which a handler can filter an inbox. */
export type EntryState = ReportClaim["state"];

const nothing = (): undefined => undefined;

/** A handler's inbox. The line and the signing key say which one. */
export const inboxApi = (transport: Transport, line: Bytes, key: SigningKey) => ({
  page: (state?: EntryState, cursor?: string): Promise<InboxPage> => {
    const query = new URLSearchParams({ line: encodeLineId(line) });
    if (state !== undefined) query.set("state", state);
    if (cursor !== undefined) query.set("cursor", cursor);
    const target = `/v1/inbox?${query}`;
    return transport.call({ method: "GET", target, answer: reading(INBOX), key, limit: MAX_PAGE });
  },
});

/** The path of a report in an inbox. */
export const entryPath = (entry: Hex): string => `/v1/inbox/${encodeBase64url(unhex(entry))}`;

/** The operations of a handler on one report. */
export function entryApi(transport: Transport, key: SigningKey, entry: Hex) {
  const path = entryPath(entry);
  const messagePath = (id: Bytes) => `${path}/messages/${encodeBase64url(id)}`;
  return {
    status: (): Promise<EntryClaim> =>
      transport.call({ method: "GET", target: path, answer: reading(ENTRY), key }),
    /** The messages that follow a cursor. */
    messages: (after: number): Promise<MessagesPage> => {
      const target = `${path}/messages?after=${after}`;
      return transport.call({
        method: "GET",
        target,
        answer: reading(MESSAGES),
        key,
        limit: MAX_PAGE,
      });
    },
    putMessage: (message: SealedMessage) =>
      transport.call({
        method: "PUT",
        target: messagePath(messageId(message.header)),
        answer: reading(ACCEPTED),
        key,
        body: travelling(message),
      }),
    /** Add wraps of a message for other keys. */
    putWraps: (message: Hex, wraps: readonly Wrap[]) =>
      transport.call({
        method: "PUT",
        target: `${messagePath(unhex(message))}/wraps`,
        answer: nothing,
        key,
        body: {
          wraps: wraps.map(({ keyId, wrap }) => ({
            keyId: encodeBase64url(keyId),
            wrap: encodeBase64url(wrap),
          })),
        },
      }),
    /** Delete the wraps of a message to one of the handler's own keys. */
    deleteWrap: (message: Hex, keyId: Hex) =>
      transport.part({
        method: "DELETE",
        target: `${messagePath(unhex(message))}/wraps/${encodeBase64url(unhex(keyId))}`,
        key,
        expects: JSON_TYPE,
        limit: MAX_ANSWER,
      }),
  };
}

/** Publish a handler's box keys. */
export const putBoxKeys = (
  transport: Transport,
  line: Bytes,
  keys: readonly PublishedKey[],
  key: SigningKey,
): Promise<undefined> =>
  transport.call({
    method: "PUT",
    target: `/v1/lines/${encodeLineId(line)}/box-keys`,
    answer: nothing,
    key,
    body: {
      boxKeys: keys.map(({ statement, signature }) => ({
        statement: encodeBase64url(statement),
        signature: encodeBase64url(signature),
      })),
    },
  });

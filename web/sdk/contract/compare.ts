/**
 * The contract, openapi/meldpunt-v1.json, beside what this client reads and sends. Nothing here runs: what has broken
 * does not compile. The types of the contract are written anew by each `npm run check`.
 */

import type { components, paths } from "../../node_modules/.cache/contract.js";
import type { Shapes } from "../src/client/http/api.js";
import type { InboxShapes } from "../src/client/http/inbox-api.js";
import type { OfficeShapes } from "../src/client/http/office-api.js";
import type { ProblemKind } from "../src/client/http/problems.js";
import type { ChallengeShape } from "../src/client/http/transport.js";
import type { ServedLine } from "../src/protocol/line.js";
import type { Reason } from "../src/protocol/verify/errors.js";
import type { Optional, Read, ReadList, ReadRecord } from "../src/protocol/verify/fields.js";

type Schema = Record<string, Read<unknown>>;

type OptionalKeys<S extends Schema> = {
  [K in keyof S]: S[K] extends Optional<unknown> ? K : never;
}[keyof S];

/** An object as it travels. */
type Members<S extends Schema> = {
  [K in Exclude<keyof S, OptionalKeys<S>>]: Travelling<S[K]>;
} & { [K in OptionalKeys<S>]?: Travelling<S[K]> };

/** A value as it travels, by what reads it: bytes are text. What has no such member says so by its keys alone. */
type Travelling<R> =
  R extends Optional<unknown, infer Item>
    ? Travelling<Item>
    : "members" extends keyof R
      ? R extends ReadRecord<infer S>
        ? Members<S>
        : never
      : "items" extends keyof R
        ? R extends ReadList<infer Item>
          ? readonly Travelling<Item>[]
          : never
        : R extends Read<infer T>
          ? T extends Uint8Array
            ? string
            : T
          : never;

type Methods = "get" | "put" | "post" | "delete";

/** What an operation answers with. */
type Answer<P extends keyof paths, M extends Methods> = paths[P][M] extends {
  responses: { 200: { content: { "application/json": infer T } } };
}
  ? T
  : never;

/** What an operation is sent. */
type Body<P extends keyof paths, M extends Methods> = paths[P][M] extends {
  requestBody: { content: { "application/json": infer T } };
}
  ? T
  : never;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Whether every answer of a host can be read, and has each member that is read. */
type Reads<Given, S extends Schema> = [Given] extends [never]
  ? false
  : [Given] extends [Members<S>]
    ? keyof S extends keyof Given
      ? true
      : false
    : false;

/** Whether a host takes what is sent, and knows each member of it. */
type Takes<Wanted, Sent> = [Wanted] extends [never]
  ? false
  : [Sent] extends [Wanted]
    ? keyof Sent extends keyof Wanted
      ? true
      : false
    : false;

/** Whether an operation is there whose answer is no JSON. */
type Has<P extends keyof paths, M extends Methods | "head" | "patch"> = paths[P][M] extends {
  responses: object;
}
  ? true
  : false;

type Holds<T extends true> = T;

interface ReportBody {
  keys: { signingKey: string; boxKey: string };
  message: Shapes["sealed"];
  bulletinKey: string;
}

interface Wraps {
  wraps: Shapes["sealed"]["wraps"];
}

/** One line for each operation that the client uses. */
export type Compared = [
  Holds<Reads<Answer<"/challenges", "post">, ChallengeShape>>,
  Holds<Reads<Answer<"/lines/{lineId}", "get">, ServedLine>>,
  Holds<Reads<Answer<"/lines/{lineId}", "put">, ServedLine>>,
  Holds<Takes<Body<"/lines/{lineId}", "put">, OfficeShapes["line"]>>,
  Holds<Reads<Answer<"/host", "get">, OfficeShapes["host"]>>,
  Holds<Reads<Answer<"/lines/{lineId}/documents/{hash}", "get">, Shapes["document"]>>,
  Holds<Reads<Answer<"/lines/{lineId}/texts/{hash}", "get">, Shapes["text"]>>,
  Holds<Reads<Answer<"/bulletins", "get">, Shapes["index"]>>,
  Holds<Has<"/bulletins/{name}", "get">>,
  Holds<Has<"/report/attachments/{attachmentId}", "post" | "head" | "patch" | "get">>,
  Holds<Reads<Answer<"/report", "get">, Shapes["status"]>>,
  Holds<Reads<Answer<"/report", "put">, Shapes["accepted"]>>,
  Holds<Takes<Body<"/report", "put">, ReportBody>>,
  Holds<Reads<Answer<"/report/messages", "get">, Shapes["page"]>>,
  Holds<Reads<Answer<"/report/messages/{messageId}", "put">, Shapes["accepted"]>>,
  Holds<Takes<Body<"/report/messages/{messageId}", "put">, Shapes["sealed"]>>,
  Holds<Reads<Answer<"/report/bulletin-key", "put">, Shapes["since"]>>,
  Holds<Takes<Body<"/report/bulletin-key", "put">, { bulletinKey: string }>>,
  Holds<Reads<Answer<"/inbox", "get">, InboxShapes["inbox"]>>,
  Holds<Reads<Answer<"/inbox/{entry}", "get">, InboxShapes["entry"]>>,
  Holds<Reads<Answer<"/inbox/{entry}/messages", "get">, InboxShapes["messages"]>>,
  Holds<Takes<Body<"/inbox/{entry}/messages/{messageId}", "put">, Shapes["sealed"]>>,
  Holds<Takes<Body<"/inbox/{entry}/messages/{messageId}/wraps", "put">, Wraps>>,
  Holds<Has<"/inbox/{entry}/messages/{messageId}/wraps/{keyId}", "delete">>,
  Holds<Has<"/lines/{lineId}/box-keys", "put">>,
  Holds<Same<components["schemas"]["Reason"], Reason>>,
  Holds<Same<components["schemas"]["Problem"]["type"], `urn:meldpunt:problem:${ProblemKind}`>>,
];

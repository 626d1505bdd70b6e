/** One attempt: send a request, and read its answer within the limits. */

import type { SigningKey } from "../../protocol/keys.js";
import { type Bytes, concat } from "../../protocol/verify/encoding.js";
import type { Reason } from "../../protocol/verify/errors.js";
import * as f from "../../protocol/verify/fields.js";
import type { Environment } from "../environment.js";
import { AnswerError, ProblemError, UnreachableError } from "./errors.js";
import { MAX_ANSWER, MAX_HEADER_BYTES, MAX_HEADER_FIELDS } from "./limits.js";
import { PROBLEM_MEDIA_TYPE, type ProblemKind, problemKind } from "./problems.js";

export const JSON_TYPE = "application/json";
export const BINARY_TYPE = "application/octet-stream";

/** A request to send. */
export interface Request {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query, in a form that no platform changes. */
  readonly target: string;
  /** Signs the request, if it must be signed. */
  readonly key?: SigningKey | undefined;
  /** None if absent. */
  readonly body?: Bytes | undefined;
  /** The media type of the body, if it is not JSON. */
  readonly mediaType?: string | undefined;
  /** More header fields, by names in lower case. */
  readonly fields?: Record<string, string> | undefined;
  /** The media type of the answer. */
  readonly expects: typeof JSON_TYPE | typeof BINARY_TYPE;
  /** The longest answer, in bytes. */
  readonly limit: number;
}

/** The host's answer. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Bytes;
}

/** The same for every request: nothing is kept, nothing of the page or the person goes along. */
const PLAIN = {
  cache: "no-store",
  credentials: "omit",
  referrerPolicy: "no-referrer",
  redirect: "error",
} as const satisfies RequestInit;

const SERVER_ERRORS = 500;

/** Ends an exchange that is slower than the lowest rate: it has time to spend, and each byte earns some. */
class LowestRate {
  readonly #environment: Environment;
  readonly #abort: AbortController;
  #until: number;
  #isOver = false;

  constructor(environment: Environment, abort: AbortController) {
    this.#environment = environment;
    this.#abort = abort;
    this.#until = environment.elapsed() + environment.limits.grace;
    void this.#watch();
  }

  /** Count bytes that were sent or received. A burst saves no time for later. */
  moved(size: number): void {
    const { elapsed, limits } = this.#environment;
    this.#until = Math.min(this.#until + size / limits.rate, elapsed() + limits.grace);
  }

  /** Allow time for a body that the platform sends without telling how far it is. */
  allow(size: number): void {
    this.#until += size / this.#environment.limits.rate;
  }

  async #watch(): Promise<void> {
    const { elapsed, sleep } = this.#environment;
    for (let left = this.#until - elapsed(); left > 0; left = this.#until - elapsed()) {
      await sleep(left, this.#abort.signal);
      if (this.#isOver || this.#abort.signal.aborted) return;
    }
    this.#abort.abort(new UnreachableError("slow"));
  }

  /** Stop watching. */
  end(): void {
    this.#isOver = true;
    this.#abort.abort();
  }
}

/**
 * Send a request once.
 *
 * @param fields - header fields that sign it.
 * @param deadline - ends it, with an error as its reason.
 * @throws {@link UnreachableError}, {@link ProblemError}, {@link AnswerError}
 */
export async function attempt(
  environment: Environment,
  origin: string,
  request: Request,
  fields: Record<string, string>,
  deadline: AbortSignal | undefined,
): Promise<Reply> {
  const abort = new AbortController();
  const end = () => abort.abort(deadline?.reason);
  if (deadline?.aborted) end();
  deadline?.addEventListener("abort", end, { once: true });
  const rate = new LowestRate(environment, abort);
  rate.allow(request.body?.length ?? 0);
  try {
    const init = initOf(request, fields, abort.signal);
    const response = await environment.fetch(origin + request.target, init);
    return await readReply(request, response, rate);
  } catch (error) {
    throw meaning(error, abort.signal);
  } finally {
    deadline?.removeEventListener("abort", end);
    rate.end();
  }
}

function initOf(
  request: Request,
  signed: Record<string, string>,
  signal: AbortSignal,
): RequestInit {
  const { method, body, mediaType = JSON_TYPE, fields = {} } = request;
  // Browsers choose Accept-Encoding themselves, and unpack without a word: the limit counts what comes out.
  const headers: Record<string, string> = {
    accept: `${JSON_TYPE}, ${BINARY_TYPE}, ${PROBLEM_MEDIA_TYPE}`,
    "accept-encoding": "identity",
    ...fields,
    ...signed,
  };
  if (body === undefined) return { ...PLAIN, method, headers, signal };
  return { ...PLAIN, method, headers: { ...headers, "content-type": mediaType }, signal, body };
}

/** Errors of this client stay as they are. Whatever the platform throws means that no answer came. */
function meaning(error: unknown, { aborted, reason }: AbortSignal): unknown {
  const isOwn = error instanceof ProblemError || error instanceof AnswerError;
  if (isOwn) return error;
  if (aborted && reason instanceof UnreachableError) return reason;
  return error instanceof UnreachableError ? error : new UnreachableError();
}

/** What a status means where a refusal has no body, as in an answer to HEAD. */
const BODILESS: Partial<Record<number, ProblemKind>> = {
  401: "challenge-expired",
  404: "not-found",
  410: "moved",
};

async function readReply(request: Request, response: Response, rate: LowestRate): Promise<Reply> {
  checkHead(response);
  const { status } = response;
  const type = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  const isRefusal = status >= 400;
  const body = await readBody(response, isRefusal ? MAX_ANSWER : request.limit, rate);
  if (isRefusal && type === PROBLEM_MEDIA_TYPE) throw problemOf(body, response);
  if (status >= SERVER_ERRORS) throw new UnreachableError(); // a gateway that does not reach the host
  const kind = request.method === "HEAD" ? BODILESS[status] : undefined;
  if (kind !== undefined) throw new ProblemError(kind);
  if (!response.ok || (body.length > 0 && type !== request.expects)) throw new AnswerError();
  return { status, headers: response.headers, body };
}

/** Fields that a page cannot see are not counted. */
function checkHead({ headers }: Response): void {
  const fields = [...headers];
  const size = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (fields.length > MAX_HEADER_FIELDS || size > MAX_HEADER_BYTES) {
    throw new AnswerError("answer-size");
  }
  if ((headers.get("content-encoding") ?? "identity") !== "identity") throw new AnswerError();
}

async function readBody(response: Response, limit: number, rate: LowestRate): Promise<Bytes> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
    rate.moved(value.length);
    if (size > limit) throw new AnswerError("answer-size");
  }
  return concat(...chunks);
}

const PROBLEM = {
  type: f.sized(0, 200),
  status: f.integer(0),
  reason: f.optional(f.pattern(/^[a-z][a-z0-9-]{0,39}$/)),
  field: f.optional(f.pattern(/^[a-z][A-Za-z]{0,39}$/)),
};

function problemOf(body: Bytes, response: Response): ProblemError | AnswerError {
  try {
    const { type, status, reason, field } = f.readAnswer(body, PROBLEM);
    const kind = status === response.status ? problemKind(type, status) : undefined;
    const wait = response.headers.get("retry-after") ?? "";
    const seconds = /^[0-9]{1,6}$/.test(wait) ? Number(wait) : undefined;
    if (kind === undefined) return new AnswerError();
    return new ProblemError(kind, reason as Reason | undefined, field, seconds);
  } catch {
    return new AnswerError();
  }
}

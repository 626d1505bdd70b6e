/**
 * The connection to a host: signed requests, strict answers, and the same bytes after a failure.
 *
 * Every operation may be repeated (openapi/protocol.md section 10.3). So a transport sends a request again,
 * unchanged, if its answer was lost.
 */

import type { SigningKey } from "../../protocol/keys.js";
import { signRequest } from "../../protocol/request-signing.js";
import { type Bytes, type Hex, hex } from "../../protocol/verify/encoding.js";
import { RefusedError } from "../../protocol/verify/errors.js";
import * as f from "../../protocol/verify/fields.js";
import { CHALLENGE } from "../../protocol/verify/request.js";
import { dumpJson } from "../../protocol/verify/strict-json.js";
import type { Environment } from "../environment.js";
import { isOnion, privateOrigin } from "./address.js";
import { AnswerError, ClientError, isProblem, ProblemError, UnreachableError } from "./errors.js";
import { attempt, BINARY_TYPE, JSON_TYPE, type Reply, type Request } from "./exchange.js";
import { MAX_ANSWER } from "./limits.js";
import { PROBLEMS } from "./problems.js";

/** What is read of a challenge. */
export type ChallengeShape = typeof ANSWER;
const ANSWER = { challenge: f.pattern(CHALLENGE), expiresIn: f.integer(0, 86_400) };
/** Ask for a new challenge so many milliseconds before the old one ends. */
const SPARE = 5000;
const SERVER_ERRORS = 500;
const NOTHING = new Uint8Array(0);

/** How to ask for something. */
export interface Call<T> {
  readonly method: "GET" | "POST" | "PUT";
  readonly target: string;
  /** Reads the answer's JSON. */
  readonly answer: (data: Bytes) => T;
  readonly key?: SigningKey;
  /** Becomes the JSON of the body. */
  readonly body?: object;
  readonly limit?: number;
}

/** A connection to one host. */
export class Transport {
  readonly environment: Environment;
  #origin: string;
  #challenges = new Map<Hex, { challenge: string; until: number }>();

  /** @throws {@link ClientError} `address` or `insecure`. */
  constructor(origin: string, environment: Environment) {
    this.environment = environment;
    this.#origin = privateOrigin(origin);
  }

  /** The origin of the host. */
  get origin(): string {
    return this.#origin;
  }

  /**
   * Talk to another host from now on: the one that a line has moved to.
   *
   * @throws {@link ClientError} As the constructor; `onion` for a host outside Tor if this one is an onion.
   */
  follow(origin: string): void {
    const found = privateOrigin(origin);
    if (isOnion(this.#origin) && !isOnion(found)) throw new ClientError("onion");
    this.#origin = found;
    this.#challenges.clear();
  }

  /** A connection of its own to the same host: nothing links the two. */
  another(): Transport {
    return new Transport(this.#origin, this.environment);
  }

  /**
   * Send a request and read its answer.
   *
   * @throws {@link ProblemError} The host refuses. {@link UnreachableError} It did not answer, after every
   * attempt, or was too slow. {@link AnswerError} The answer is too long, not JSON, or of another shape.
   */
  async call<T>({ method, target, answer, key, body, limit = MAX_ANSWER }: Call<T>): Promise<T> {
    const data = body === undefined ? undefined : dumpJson(body);
    const request = { method, target, key, body: data, expects: JSON_TYPE, limit } as const;
    const { body: found } = await this.#withDeadline((deadline) =>
      this.#exchange(request, deadline),
    );
    try {
      return answer(found);
    } catch (error) {
      throw error instanceof RefusedError ? new AnswerError() : error;
    }
  }

  /** Fetch a file of at most `limit` bytes. It has no deadline: only the lowest rate. */
  async file(target: string, limit: number): Promise<Bytes> {
    return (await this.part({ method: "GET", target, expects: BINARY_TYPE, limit })).body;
  }

  /**
   * Send or fetch a part of a file, without a deadline.
   *
   * @param isRepeated - send it again after a failure; otherwise the caller decides.
   */
  async part(request: Request, isRepeated = true): Promise<Reply> {
    return this.#exchange(request, undefined, isRepeated ? undefined : []);
  }

  async #withDeadline<T>(work: (deadline: AbortSignal) => Promise<T>): Promise<T> {
    const [deadline, done] = [new AbortController(), new AbortController()];
    const { sleep, limits } = this.environment;
    void sleep(limits.deadline, done.signal).then(() =>
      deadline.abort(new UnreachableError("slow")),
    );
    try {
      return await work(deadline.signal);
    } finally {
      done.abort();
    }
  }

  /** If the challenge has expired, make every attempt once more with another. */
  async #exchange(
    request: Request,
    deadline: AbortSignal | undefined,
    delays?: readonly number[],
  ): Promise<Reply> {
    try {
      return await this.#attempts(request, deadline, delays);
    } catch (error) {
      if (request.key === undefined || !isProblem(error, "challenge-expired")) throw error;
      this.#challenges.delete(hex(request.key.publicKey));
    }
    return this.#attempts(request, deadline, delays);
  }

  async #attempts(
    request: Request,
    deadline: AbortSignal | undefined,
    delays = this.environment.limits.delays,
  ): Promise<Reply> {
    const fields = await this.#signature(request, deadline);
    for (const delay of delays) {
      try {
        return await attempt(this.environment, this.#origin, request, fields, deadline);
      } catch (error) {
        await this.environment.sleep(this.#wait(error, delay), deadline);
      }
    }
    return attempt(this.environment, this.#origin, request, fields, deadline);
  }

  /** How long to wait before the same bytes are sent again; throws what no repetition helps. */
  #wait(error: unknown, delay: number): number {
    if (error instanceof UnreachableError && error.code === "unreachable") return delay;
    if (!(error instanceof ProblemError) || PROBLEMS[error.kind] < SERVER_ERRORS) throw error;
    const wait = Math.max(delay, 1000 * (error.retryAfter ?? 0));
    if (wait > this.environment.limits.longestWait) throw error;
    return wait;
  }

  async #signature(
    request: Request,
    deadline: AbortSignal | undefined,
  ): Promise<Record<string, string>> {
    const { method, target, body = NOTHING, key } = request;
    if (key === undefined) return {};
    const challenge = await this.#challenge(key, deadline);
    return { ...signRequest({ method, uri: this.#origin + target, body, challenge, key }) };
  }

  /** A valid challenge. Each key has its own, so that none links two keys. */
  async #challenge(key: SigningKey, deadline: AbortSignal | undefined): Promise<string> {
    const name = hex(key.publicKey);
    const [known, now] = [this.#challenges.get(name), this.environment.elapsed()];
    if (known !== undefined && known.until > now) return known.challenge;
    const request = {
      method: "POST",
      target: "/v1/challenges",
      expects: JSON_TYPE,
      limit: MAX_ANSWER,
    } as const;
    const { challenge, expiresIn } = readChallenge((await this.#attempts(request, deadline)).body);
    this.#challenges.set(name, { challenge, until: now + 1000 * expiresIn - SPARE });
    return challenge;
  }
}

function readChallenge(data: Bytes): f.Output<typeof ANSWER> {
  try {
    return f.readAnswer(data, ANSWER);
  } catch {
    throw new AnswerError();
  }
}

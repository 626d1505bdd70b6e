/**
 * The errors between a client and its host; refusals by the protocol are `RefusedError`.
 *
 * No message quotes a receipt code, a text, a key, a path or anything that a host wrote: errors end up in logs
 * and on screens. `explain` in words.ts has a sentence for people.
 */

import type { Reason } from "../../protocol/verify/errors.js";
import { PROBLEMS, type ProblemKind } from "./problems.js";

/** What went wrong, for a program. */
export type ClientErrorCode =
  | "address"
  | "insecure"
  | "onion"
  | "unreachable"
  | "slow"
  | "answer"
  | "answer-size"
  | "endless-list"
  | "problem"
  | "transfer"
  | "erased"
  | "readers-departed"
  | "taken-over"
  | "number-taken"
  | "same-line"
  | "other-host"
  | "line-unread"
  | "consultation"
  | "many-lines"
  | "no-earlier-reader"
  | "messages-unshown"
  | "messages-many"
  | "nobody-asked"
  | "known-code"
  | "referred";

/** The base of every error of the client. */
export class ClientError extends Error {
  override readonly name: string = "ClientError";
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode) {
    super(code);
    this.code = code;
  }
}

/**
 * The host did not answer, even after retries; with code `slow`, it was slower than the limits allow.
 *
 * The host may have received the request. Sending the same bytes again is safe; sealing again makes another
 * message.
 */
export class UnreachableError extends ClientError {
  override readonly name = "UnreachableError";

  constructor(code: "unreachable" | "slow" = "unreachable") {
    super(code);
  }
}

/** The host answered something that is not of this protocol, or more than an answer may have. */
export class AnswerError extends ClientError {
  override readonly name = "AnswerError";

  constructor(code: "answer" | "answer-size" | "endless-list" = "answer") {
    super(code);
  }
}

/** The host refused a request with a problem document (RFC 9457). */
export class ProblemError extends ClientError {
  override readonly name = "ProblemError";
  readonly kind: ProblemKind;
  /** The rule of the protocol that refused, if one did. */
  readonly reason: Reason | undefined;
  /** The member that the reason is about. */
  readonly field: string | undefined;
  /** Seconds to wait before a retry, if the host gave them. */
  readonly retryAfter: number | undefined;

  constructor(kind: ProblemKind, reason?: Reason, field?: string, retryAfter?: number) {
    super("problem");
    this.message = kind;
    this.kind = kind;
    this.reason = reason;
    this.field = field;
    this.retryAfter = retryAfter;
  }
}

/** Whether the host has refused a message for good: the same bytes would be refused again. */
export const isFinal = (error: unknown): boolean =>
  error instanceof ProblemError
    ? error.kind !== "line-limited" && PROBLEMS[error.kind] < 500
    : error instanceof ClientError && error.code === "number-taken";

/** Whether an error is the host's refusal of a kind. */
export const isProblem = (error: unknown, kind: ProblemKind): boolean =>
  error instanceof ProblemError && error.kind === kind;

/**
 * The reasons of refusals: one closed list for code, specification and vectors.
 *
 * openapi/annexes.md section 12 describes each one. A reason never quotes the refused input.
 */

export const REASONS = [
  // Receipt codes (section 3)
  "receipt-length",
  "receipt-symbol",
  "receipt-check",
  // Encodings and strict JSON (section 2)
  "base64url",
  "length",
  "line-id",
  "json-encoding",
  "json-syntax",
  "json-duplicate-key",
  "json-key",
  "json-number",
  "json-null",
  "json-surrogate",
  "json-depth",
  "json-root",
  "json-size",
  "json-not-canonical",
  "fields",
  // Signatures (section 2)
  "public-key",
  "signature",
  // Lines (sections 5 and 6)
  "first-key",
  "rotation",
  "key-number",
  "other-line",
  "document-dates",
  "document-below-pin",
  "document-fork",
  "document-previous",
  "document-expired",
  "document-unknown",
  "handler-id",
  "handler-duplicate",
  "box-key-other-line",
  "box-key-other-handler",
  "box-key-dates",
  "text-hash",
  // Texts of a line, and answers to its form (openapi/texts.md)
  "text-language",
  "text-id",
  "text-condition",
  "text-reach",
  "text-contrast",
  "text-logo",
  "answer",
  // Messages (sections 7 to 9)
  "other-report",
  "report-keys",
  "author-unknown",
  "header-fields",
  "order",
  "tag-not-allowed",
  "body-hash",
  "body-size",
  "wrap-size",
  "wrap-key",
  "wrap",
  "wrap-reader",
  "not-a-reader",
  "commitment",
  "ciphertext",
  "padding",
  "payload-language",
  "payload-text",
  "payload",
  "too-long",
  "attachments",
  "attachment-size",
  "attachment-digest",
  "attachment-stream",
  "no-reader",
  "reader-not-allowed",
  "past-term",
  "left-out",
  "proof",
  "succession",
  "succeeded",
  "oral",
  "handover",
  "consultation",
  // The log of a report (section 9)
  "gap",
  "fork",
  "unknown-seen",
  "unconfirmed",
  // Bulletins (section 10.6)
  "bulletin-index",
  "bulletin-size",
  "bulletin-hash",
  "bulletin-order",
  "bulletin-dates",
  // Requests (section 10)
  "request-syntax",
  "request-digest",
  "request-signature",
  "challenge",
] as const;

/** The closed list of reasons in protocol version 1. */
export type Reason = (typeof REASONS)[number];

/**
 * Something untrusted broke a rule of the protocol.
 *
 * `field` is the member of the statement that broke it, by its JSON name, where the reason holds for
 * many (`fields`, `order`, `header-fields`). It is a name of the specification, never one of the input.
 */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly reason: Reason;
  readonly field: string | undefined;
  /** How many bytes of a text are too many, with `too-long`. */
  readonly excess: number | undefined;

  constructor(reason: Reason, field?: string, excess?: number) {
    super(reason);
    this.reason = reason;
    this.field = field;
    this.excess = excess;
  }
}

/** Throw a {@link RefusedError}. */
export function refuse(reason: Reason, field?: string, excess?: number): never {
  throw new RefusedError(reason, field, excess);
}

/** Give the reason of a refusal, and throw everything else again. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof RefusedError) return error.reason;
  throw error;
}

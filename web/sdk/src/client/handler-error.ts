/** What can go wrong on a handler's side alone; `explainToHandler` has a sentence for each. */

/** What went wrong, for a program. */
export type HandlerErrorCode =
  | "passphrase"
  | "key-file"
  | "key-file-damaged"
  | "key-file-busy"
  | "other-keys"
  | "keys-elsewhere"
  | "no-current-key"
  | "withheld"
  | "not-passed-on"
  | "reporter-key"
  | "not-with-you"
  | "not-taken-up"
  | "no-consent"
  | "not-received"
  | "no-consultation";

/** Something on a handler's side is not possible. Nothing was sent. */
export class HandlerError extends Error {
  override readonly name: string = "HandlerError";
  readonly code: HandlerErrorCode;

  constructor(code: HandlerErrorCode) {
    super(code);
    this.code = code;
  }
}

/** Some messages of a report could not be passed on to colleagues; all others were. */
export class NotPassedOnError extends HandlerError {
  override readonly name = "NotPassedOnError";
  /** How many wraps were added. */
  readonly added: number;
  /** The reason for each message, by its id. */
  readonly failed: ReadonlyMap<string, Error>;

  constructor(added: number, failed: ReadonlyMap<string, Error>) {
    super("not-passed-on");
    this.added = added;
    this.failed = failed;
  }
}

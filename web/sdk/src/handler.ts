/**
 * The handler's side of a client of Meldpunt: read an inbox, and answer its reports.
 *
 * It keeps nothing: the key file comes in as bytes, and goes out to a function that the caller gives.
 */

export {
  Handler,
  type HandlerEnvironment,
  type NewHandler,
  newHandler,
  openHandler,
} from "./client/handler.js";
export { HandlerError, type HandlerErrorCode, NotPassedOnError } from "./client/handler-error.js";
export {
  type Absences,
  isUnread,
  type MissingReport,
  type UnreadReport,
} from "./client/handler-inbox.js";
export type { HandlerEntry, SaveKeyFile } from "./client/handler-line.js";
export { HandlerReport } from "./client/handler-report.js";
export { explainToHandler } from "./client/handler-words.js";
export { AnswerError, ClientError, ProblemError, UnreachableError } from "./client/http/errors.js";
export type { EntryClaim, EntryState, InboxPage } from "./client/http/inbox-api.js";
export type {
  AnswerKind,
  HandlerDraft,
  HandlerTag,
  HandlerWords,
  Label,
} from "./client/messages/answer.js";
export type { Renewal, RenewalOptions, UnmovedReport } from "./client/renewal.js";
export {
  type Asker,
  type HandlerThread,
  isConsultation,
  isOral,
  isTakenOver,
} from "./client/thread/handler-thread.js";
export type { EndKind, RememberedReport } from "./client/thread/remembered-report.js";
export { COST, type Cost } from "./protocol/key-file.js";
export { RefusedError } from "./protocol/verify/errors.js";

/**
 * A client of Meldpunt for browsers and Node: report to a line, and follow the report with nothing but its code.
 *
 * It keeps nothing: no storage, no global state. All that it takes from around it can be handed to `openLine`.
 */

export type { DraftReport } from "./client/draft-report.js";
export { type Environment, type Fetch, platform } from "./client/environment.js";
export { type Attached, attach, type NewFile } from "./client/files/attach.js";
export { download, type KeepPiece } from "./client/files/download.js";
export type { FileProgress } from "./client/files/upload.js";
export {
  type Consent,
  type ConsentDraft,
  findLine,
  proposedLines,
  sealConsent,
  sealTakingBack,
} from "./client/handover/handover.js";
export {
  type HandoverState,
  type HandoverStatus,
  handoverStatuses,
} from "./client/handover/status.js";
export { parseAddress, writeAddress } from "./client/http/address.js";
export {
  AnswerError,
  ClientError,
  type ClientErrorCode,
  isFinal,
  ProblemError,
  UnreachableError,
} from "./client/http/errors.js";
export { LIMITS, type Limits } from "./client/http/limits.js";
export type { ProblemKind } from "./client/http/problems.js";
export {
  type ActiveHandler,
  jsonText,
  Line,
  openLine,
  plainText,
  type Report,
} from "./client/line.js";
export type { Bulletins } from "./client/lines/bulletins.js";
export { answerCheckIn, type CheckIn } from "./client/messages/check-in.js";
export type { Sent } from "./client/messages/delivery.js";
export type { Words } from "./client/messages/draft.js";
export {
  isWithheld,
  type KeptProof,
  type OwnDraft,
  type ProofParts,
  prove,
  proveReport,
} from "./client/messages/proof.js";
export {
  followReferral,
  listReferrals,
  type Referral,
  referredFrom,
  tellReferred,
} from "./client/messages/referral.js";
export {
  begunDay,
  fetchDesk,
  ifTold,
  TOLD_KINDS,
  type ToldClock,
  type ToldKind,
} from "./client/messages/told-clocks.js";
export { isSameReceipt } from "./client/receipts.js";
export { type Takeover, takeOver } from "./client/takeover.js";
export type { Readability, ThreadMessage } from "./client/thread/message.js";
export { type Newcomer, newcomersOf } from "./client/thread/newcomers.js";
export type { Notice, NoticeKind } from "./client/thread/notices.js";
export type { Status } from "./client/thread/status.js";
export {
  awaitsTakeover,
  type Confirmation,
  confirmedBy,
  departedReaders,
  erasedSoon,
  handlerNames,
  isOdd,
  type Thread,
} from "./client/thread/thread.js";
export type { Draft, Reply, Visit } from "./client/visit.js";
export { type Explanation, explain, type Language } from "./client/words.js";
export type { Alarm } from "./protocol/alarms.js";
export type { Attachment } from "./protocol/payload.js";
export { parseReceipt } from "./protocol/receipt.js";
export { type VerifiedProof, verifyReportProof } from "./protocol/report-proof.js";
// First, since its table compresses best where no code is around it.
export { shownText } from "./protocol/shown-text.js";
export {
  type Answers,
  compose,
  type Evaluation,
  evaluate,
  type Given,
  readAnswers,
} from "./protocol/texts/answers.js";
export { type Content, readContent } from "./protocol/texts/content.js";
export { type Desk, readDesk, tick } from "./protocol/texts/desk.js";
export { type Form, type Question, readForm } from "./protocol/texts/form.js";
export { type Guide, readGuide } from "./protocol/texts/guide.js";
export { type Procedure, readProcedure } from "./protocol/texts/procedure.js";
export { readTheme, type Theme } from "./protocol/texts/theme.js";
export { REASONS, type Reason, RefusedError } from "./protocol/verify/errors.js";
export { inLanguage } from "./protocol/verify/line-document.js";

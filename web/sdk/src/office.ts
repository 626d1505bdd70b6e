/**
 * An office's side: its line key and key file, the documents of its line, and the audit of any line.
 *
 * Nothing is stored here: whoever uses it saves the bytes of the key file.
 */

export {
  AnswerError,
  ClientError,
  ProblemError,
  UnreachableError,
} from "./client/http/errors.js";
export {
  createLineKeys,
  type LineKeys,
  type LineSecrets,
  lineContent,
  lineIdOf,
  lineSecrets,
} from "./client/keys/line-keys.js";
export { type Audit, alarmsOf, auditLine } from "./client/lines/audit.js";
export type { ServedIndex } from "./client/lines/bulletin-audit.js";
export type { Check, Finding, Level } from "./client/lines/findings.js";
export {
  type HandlerEntry,
  type LinePlan,
  planOf,
  type Texts,
  withFirstBoxKey,
  withHandlers,
  withoutHandler,
} from "./client/lines/plan.js";
export { explainOffice, OfficeError, type OfficeErrorCode } from "./client/office-errors.js";
export { firstBoxKeyAhead, LineOwner, type SaveSecrets } from "./client/owner.js";
export {
  type Cost,
  NONCE_SIZE,
  newKeyFile,
  type OpenedKeyFile,
  openKeyFile,
  SALT_SIZE,
  writeKeyFile,
} from "./protocol/key-file.js";
export { RefusedError } from "./protocol/verify/errors.js";

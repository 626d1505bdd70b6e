/** A sentence for each thing that can go wrong, in the page's own words. None quotes an input. */

import {
  ClientError,
  type ClientErrorCode,
  ProblemError,
  type ProblemKind,
  type Reason,
  RefusedError,
} from "@meldpunt/client";
import { FileFailure } from "./files/send-files.js";
import type { Words } from "./words/index.js";

type Sentence = keyof Words["failures"];

const CODES: Record<Exclude<ClientErrorCode, "problem">, Sentence> = {
  address: "address",
  insecure: "insecure",
  onion: "onion",
  unreachable: "unreachable",
  slow: "slow",
  answer: "untrueAnswer",
  "answer-size": "untrueAnswer",
  "endless-list": "untrueAnswer",
  transfer: "moving",
  erased: "erased",
  "readers-departed": "noReader",
  "taken-over": "takenOver",
  "number-taken": "twice",
  "same-line": "sameLine",
  "other-host": "otherHost",
  "line-unread": "lineUnread",
  consultation: "handoverCannot",
  "many-lines": "handoverCannot",
  "no-earlier-reader": "handoverCannot",
  "messages-unshown": "handoverCannot",
  "messages-many": "handoverCannot",
  "nobody-asked": "handoverCannot",
  "known-code": "handoverCannot",
  referred: "handoverCannot",
};

const PROBLEMS: Partial<Record<ProblemKind, Sentence>> = {
  "not-found": "notFound",
  "line-limited": "limited",
  "not-allowed-now": "notAllowed",
  "report-full": "full",
  "content-too-large": "fileTooLarge",
  "attachment-lost": "fileLost",
  "database-full": "full",
  "storage-full": "full",
  busy: "server",
  internal: "server",
  "database-failed": "server",
  "database-read-only": "server",
  "database-damaged": "server",
  "database-replaced": "server",
  "challenge-expired": "clock",
};

const REASONS: Partial<Record<Reason, Sentence>> = {
  "document-expired": "expired",
  "document-dates": "clock",
  "no-reader": "noReader",
  "reader-not-allowed": "reader",
  "payload-text": "empty",
  "too-long": "tooLong",
  gap: "withheld",
  fork: "withheld",
  "unknown-seen": "withheld",
  succeeded: "withheld",
};

/** Refusals that say that the line is not what its address says. */
const OF_LINES: readonly Reason[] = [
  "line-id",
  "first-key",
  "rotation",
  "key-number",
  "other-line",
  "signature",
  "public-key",
  "document-below-pin",
  "document-fork",
  "document-previous",
  "document-unknown",
  "handler-id",
  "handler-duplicate",
  "text-hash",
];

function sentenceOf(error: unknown): Sentence {
  if (error instanceof FileFailure) {
    return error.cause instanceof DOMException ? "fileGone" : "fileTooLarge";
  }
  if (error instanceof DOMException) return "noRoom"; // the browser cannot keep what arrived
  if (error instanceof ProblemError) {
    return PROBLEMS[error.kind] ?? (error.reason && REASONS[error.reason]) ?? "cannot";
  }
  if (error instanceof ClientError) return error.code === "problem" ? "server" : CODES[error.code];
  if (error instanceof RefusedError) {
    return REASONS[error.reason] ?? (OF_LINES.includes(error.reason) ? "untrue" : "untrueAnswer");
  }
  return error instanceof TypeError ? "config" : "fault";
}

/** What to tell a person about an error. */
export const failureText = (error: unknown, say: Words): string => say.failures[sentenceOf(error)];

/** The closed list of problems that a host can tell (openapi/meldpunt-v1.json), and their HTTP statuses. */

export const PROBLEMS = {
  "malformed-request": 400,
  refused: 400,
  "signature-required": 401,
  "challenge-expired": 401,
  "invite-invalid": 403,
  "not-found": 404,
  "method-not-allowed": 405,
  "not-acceptable": 406,
  conflict: 409,
  "not-allowed-now": 409,
  "too-many-keys": 409,
  "upload-offset": 409,
  "attachment-unavailable": 409,
  moved: 410,
  "attachment-lost": 410,
  "content-too-large": 413,
  "report-full": 413,
  "tus-version": 412,
  "unsupported-media-type": 415,
  "range-not-satisfiable": 416,
  "line-limited": 429,
  "header-too-large": 431,
  "checksum-mismatch": 460,
  internal: 500,
  busy: 503,
  "database-failed": 503,
  "database-read-only": 503,
  "database-damaged": 503,
  "database-replaced": 503,
  "database-full": 507,
  "storage-full": 507,
} as const;

/** A problem by its name: what follows `urn:meldpunt:problem:`. */
export type ProblemKind = keyof typeof PROBLEMS;

/** The media type of a refusal. */
export const PROBLEM_MEDIA_TYPE = "application/problem+json";
const PREFIX = "urn:meldpunt:problem:";

/** The kind that a `type` names with a status; undefined if this version does not know it. */
export function problemKind(type: string, status: number): ProblemKind | undefined {
  const name = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : "";
  if (!Object.hasOwn(PROBLEMS, name)) return undefined;
  const kind = name as ProblemKind;
  return PROBLEMS[kind] === status ? kind : undefined;
}

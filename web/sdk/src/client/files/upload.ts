/** Carry a file in pieces over a connection that may fail (openapi/extensions.md section 10.5). */

import type { Environment } from "../environment.js";
import type { AttachmentApi } from "../http/api.js";
import { AnswerError, ProblemError, UnreachableError } from "../http/errors.js";
import { PROBLEMS } from "../http/problems.js";
import type { SealedFile } from "./sealed-file.js";

/** Told how many bytes have arrived, of all. */
export type FileProgress = (done: number, of: number) => void;

/** The smallest piece that a host accepts, but for the last one. */
const MIN_PIECE = 1 << 16;
const FIRST_PIECE = 1 << 18;
const MAX_PIECE = 1 << 22;
/** If a piece arrives within so many milliseconds, the next one may be larger. */
const QUICK = 8000;
const SLOW = 30_000;
const CONFLICT = 409;

/** The size of the next piece: circuits of Tor fail often, and a lost piece is sent again. */
function nextSize(size: number, milliseconds: number): number {
  if (milliseconds <= QUICK) return Math.min(2 * size, MAX_PIECE);
  return milliseconds <= SLOW ? size : Math.max(size / 2, MIN_PIECE);
}

/**
 * Upload a file. After a failure the host says how many bytes it has, and it goes on from there.
 *
 * @throws {@link ProblemError} `content-too-large`, `report-full`, `storage-full` and others.
 * {@link UnreachableError} The host did not answer, after every attempt.
 */
export async function upload(
  api: AttachmentApi,
  sealed: SealedFile,
  environment: Environment,
  progress: FileProgress = () => {},
): Promise<void> {
  const { elapsed } = environment;
  let [offset, size, failures] = [await api.begin(sealed.length), FIRST_PIECE, 0];
  while (offset < sealed.length) {
    progress(offset, sealed.length);
    const piece = await sealed.piece(offset, size);
    const started = elapsed();
    try {
      const reached = await api.append(offset, piece);
      if (reached <= offset || reached > offset + piece.length) throw new AnswerError();
      [offset, size, failures] = [reached, nextSize(size, elapsed() - started), 0];
    } catch (error) {
      await pause(error, failures, environment);
      [offset, size, failures] = [await api.offset(), Math.max(size / 4, MIN_PIECE), failures + 1];
    }
  }
  progress(offset, sealed.length);
}

/** Wait before another attempt; throws what none helps. */
async function pause(
  error: unknown,
  failures: number,
  { sleep, limits }: Environment,
): Promise<void> {
  const wait = limits.patience[failures];
  const isPassing =
    error instanceof UnreachableError ||
    (error instanceof ProblemError &&
      (["busy", "internal"].includes(error.kind) || PROBLEMS[error.kind] === CONFLICT));
  if (wait === undefined || !isPassing) throw error;
  const after = error instanceof ProblemError ? 1000 * (error.retryAfter ?? 0) : 0;
  await sleep(Math.max(wait, Math.min(after, limits.longestWait)));
}

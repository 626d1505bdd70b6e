/**
 * The asker of a consultation, verified by their own line, or shown as unknown.
 *
 * A stranger wrote the note. So the line that it names is looked for only on the host of this report: a request to a
 * host of the stranger's choice would tell the stranger who reads.
 */

import type { Alarm } from "../../protocol/alarms.js";
import { findConsultationNote, verifyConsultationNote } from "../../protocol/consultation.js";
import type { VerifiedLine } from "../../protocol/line.js";
import type { ConsultationNote } from "../../protocol/payload.js";
import type { Day } from "../../protocol/verify/days.js";
import type { Bytes } from "../../protocol/verify/encoding.js";
import { RefusedError, refuse } from "../../protocol/verify/errors.js";
import { findHandler } from "../../protocol/verify/line-document.js";
import type { Header } from "../../protocol/verify/log/header.js";
import { ClientError, UnreachableError } from "../http/errors.js";
import type { Transport } from "../http/transport.js";
import { fetchLineHere } from "../lines/line.js";
import { type HandlerThread, isConsultation, isTakenOver } from "./handler-thread.js";
import type { ThreadMessage } from "./message.js";

/** A thread with the verified asker of a consultation, or with an alarm or a notice. */
export async function withAsker(
  read: HandlerThread,
  transport: Transport,
  today: Day,
): Promise<HandlerThread> {
  const thread = { ...read, alarms: [...read.alarms, ...disagreeing(read)] };
  const found = noteIn(thread);
  if (found === undefined) return thread;
  const line = await lineHere(transport, found.note.lineId, today);
  if (line !== undefined) return vouched(thread, found, line, today);
  return { ...thread, notices: [...thread.notices, { kind: "asker-unverified" }] };
}

/** A line of this host, if it is here. It is never followed to another host. */
async function lineHere(
  transport: Transport,
  id: Bytes,
  today: Day,
): Promise<VerifiedLine | undefined> {
  try {
    const line = await fetchLineHere(transport, id, today);
    return line.document.origins.includes(transport.origin) ? line : undefined;
  } catch (error) {
    if (error instanceof UnreachableError) throw error; // it says nothing about who asks
    if (error instanceof ClientError || error instanceof RefusedError) return undefined;
    throw error;
  }
}

interface Found {
  readonly header: Header;
  readonly note: ConsultationNote;
}

/** A consultation with its asker as their line names them, or with an alarm. */
function vouched(
  thread: HandlerThread,
  { header, note }: Found,
  line: VerifiedLine,
  today: Day,
): HandlerThread {
  try {
    const id = verifyConsultationNote(header, note, line.document, today);
    const handler = findHandler(line.document, id) ?? refuse("consultation");
    return { ...thread, asker: { handler, line } };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const alarm: Alarm = { reason: error.reason, author: "reporter", n: header.n };
    return { ...thread, alarms: [...thread.alarms, alarm] };
  }
}

function noteIn({ messages }: HandlerThread): Found | undefined {
  for (const { header, payload } of messages) {
    const note = payload?.consultation;
    if (note !== undefined && header.origin === "consultation") return { header, note };
  }
  return undefined;
}

/** Header and payload disagree on whether this is a consultation, or somebody took one over. */
function disagreeing(thread: HandlerThread): Alarm[] {
  const wrong = thread.messages.find((message) => !agrees(message));
  const alarm = { reason: "consultation", author: "reporter" } as const;
  if (wrong !== undefined) return [{ ...alarm, n: wrong.n }];
  return isConsultation(thread) && isTakenOver(thread) ? [alarm] : [];
}

function agrees({ header, payload }: ThreadMessage): boolean {
  if (payload === undefined) return true;
  try {
    findConsultationNote(header, payload);
    return true;
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
}

/**
 * What a second look at a report heals, although an honest host never needs one for it (openapi/protocol.md
 * section 9.2).
 *
 * A message may arrive between two answers. But nothing that a host has shown, or counted, disappears from a report
 * that is still there.
 */

import type { Alarm } from "../../protocol/alarms.js";
import type { Reason } from "../../protocol/verify/errors.js";
import { countHolds } from "./host-claims.js";
import type { VerifiedReport } from "./report.js";

/** Alarms that no later message can end: only a host that answers otherwise ends them. */
const LASTING: readonly Reason[] = ["document-unknown", "fork", "gap", "succeeded", "unknown-seen"];

/** Whether two answers of the host do not fit together. */
export function isTorn(report: VerifiedReport): boolean {
  if (report.claim.erased || report.messages.size === 0) return true;
  return report.log.alarms.some(({ reason }) => reason === "unknown-seen") || !countHolds(report);
}

/** Whether a second answer heals what was wrong in the first one. */
export function hasHealed(first: VerifiedReport, second: VerifiedReport): boolean {
  if (second.claim.erased || second.messages.size === 0) return false; // that is told by itself
  if (first.claim.erased || first.messages.size === 0) return true;
  const isShort = first.part.counted < first.claim.messageCount && !second.part.ending;
  return (isShort && countHolds(second)) || healedAlarms(first.log.alarms, second.log.alarms);
}

/** Whether a lasting alarm of the first look has disappeared. */
export function healedAlarms(first: readonly Alarm[], second: readonly Alarm[]): boolean {
  const named = new Set(second.map(nameOf));
  return first.some((alarm) => LASTING.includes(alarm.reason) && !named.has(nameOf(alarm)));
}

const nameOf = ({ reason, author, n }: Alarm): string => `${reason} ${author} ${n}`;

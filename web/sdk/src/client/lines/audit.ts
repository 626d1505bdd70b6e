/**
 * The audit of a line from outside: fetch and check everything public about it.
 *
 * Anybody can do it. A host could show two people two different lines: only comparing their results reveals that, so
 * show what to compare (`line.documentHash`, the address with its pin).
 */

import { type VerifiedLine, verifyLine } from "../../protocol/line.js";
import { addDays, type Day, daysBetween } from "../../protocol/verify/days.js";
import { type Bytes, type Hex, hex, same } from "../../protocol/verify/encoding.js";
import { type Reason, RefusedError } from "../../protocol/verify/errors.js";
import {
  activeHandlers,
  checkHandlersKept,
  findHandler,
  type LineDocument,
} from "../../protocol/verify/line-document.js";
import { type Environment, platform, today } from "../environment.js";
import { type LineAddress, parseAddress } from "../http/address.js";
import { lineApi } from "../http/api.js";
import { isProblem } from "../http/errors.js";
import { officeApi } from "../http/office-api.js";
import { Transport } from "../http/transport.js";
import { auditBulletins, type ServedIndex } from "./bulletin-audit.js";
import type { Check, Finding, Level } from "./findings.js";
import { fetchDocument, fetchText } from "./line.js";

const MAX_DOCUMENTS = 1000;
const GRACE = 30;
const NOTICE = 21;

/** What an audit found. */
export interface Audit {
  /** Undefined if it does not verify: then there is one finding. */
  readonly line: VerifiedLine | undefined;
  /** The documents that hold, from the newest back to the first one that fails a check. */
  readonly documents: readonly LineDocument[];
  readonly findings: readonly Finding[];
  /** The signed index of bulletins, to keep for the next audit; undefined if it fails a check. */
  readonly bulletins: ServedIndex | undefined;
}

/** The findings that do not happen with an honest office and host. */
export const alarmsOf = ({ findings }: Audit): Finding[] =>
  findings.filter(({ level }) => level === "alarm");

/**
 * Check a whole line from outside. What the host does not show, or what fails a check, is a finding.
 *
 * @param written - the line's address, with a pin if somebody has one.
 * @param kept - the index of bulletins of an earlier audit: the host may only add to it.
 * @throws {@link ClientError} if the host does not answer at all.
 *
 * @example
 * ```ts
 * import { alarmsOf, auditLine } from "@meldpunt/client/office";
 *
 * const audit = await auditLine(address);
 * console.log(alarmsOf(audit).map(({ check }) => check), audit.line?.document.number);
 * ```
 */
export async function auditLine(
  written: string,
  { kept, ...given }: Partial<Environment> & { readonly kept?: ServedIndex | undefined } = {},
): Promise<Audit> {
  const address = parseAddress(written);
  const transport = new Transport(address.origin, platform(given));
  const day = today(transport.environment);
  const found = await verified(transport, address, day);
  if ("level" in found)
    return { line: undefined, documents: [], findings: [found], bulletins: undefined };
  const { documents, finding } = await historyOf(transport, found);
  const { receiptKey } = found.document;
  const earlier = documents.map((each) => each.receiptKey).filter((key) => !same(key, receiptKey));
  const keys: Finding = {
    level: found.keys.length > 1 ? "note" : "fine",
    check: "keys",
    document: found.keys.length,
  };
  const findings = [
    { level: "fine", check: "line", document: found.document.number } as const,
    keys,
    finding,
    ...dates(found, documents, day),
    ...people(documents),
    ...(await texts(transport, found, documents)),
    ...boxKeys(found, day),
    ...(await host(transport, address, found.document)),
  ];
  const bulletins = await auditBulletins(transport, receiptKey, day, kept, earlier);
  return {
    line: found,
    documents,
    findings: [...findings, ...bulletins.findings],
    bulletins: bulletins.index,
  };
}

async function verified(
  transport: Transport,
  { lineId, pin }: LineAddress,
  day: Day,
): Promise<VerifiedLine | Finding> {
  const served = await lineApi(transport).line(lineId);
  try {
    return verifyLine(served, lineId, day, pin);
  } catch (error) {
    if (error instanceof RefusedError)
      return { level: "alarm", check: "line", reason: error.reason };
    throw error;
  }
}

/** An object that a hash names, or why it fails: no reason if it is missing. */
async function attempt<T>(fetched: Promise<T>): Promise<{ found?: T; reason?: Reason }> {
  try {
    return { found: await fetched };
  } catch (error) {
    if (error instanceof RefusedError) return { reason: error.reason };
    if (isProblem(error, "not-found")) return {};
    throw error;
  }
}

const because = (reason: Reason | undefined) => (reason === undefined ? {} : { reason });

/** Fetch the documents back to number 1. Stop at the first one that fails a check. */
async function historyOf(
  transport: Transport,
  line: VerifiedLine,
): Promise<{ documents: LineDocument[]; finding: Finding }> {
  let { document } = line;
  const documents = [document];
  while (document.previous !== undefined && documents.length < MAX_DOCUMENTS) {
    const number = document.number - 1;
    const { found, reason } = await attempt(fetchDocument(transport, line, document.previous));
    const wrong = found && misplaced(found, number, document.keyNumber);
    if (found === undefined || wrong !== undefined) {
      const why = because(reason ?? wrong);
      return { documents, finding: { level: "alarm", check: "history", document: number, ...why } };
    }
    documents.push(found);
    document = found;
  }
  const { number } = line.document;
  return { documents, finding: { level: "fine", check: "history", document: number } };
}

function misplaced(found: LineDocument, number: number, keyNumber: number): Reason | undefined {
  if (found.number !== number) return "document-previous";
  return found.keyNumber > keyNumber ? "key-number" : undefined;
}

/** Each document with the one before it. */
const pairs = (documents: readonly LineDocument[]) =>
  documents.slice(1).map((older, i) => [documents[i] as LineDocument, older] as const);

function dates(line: VerifiedLine, documents: readonly LineDocument[], day: Day): Finding[] {
  const check = "dates";
  const found = pairs(documents).flatMap(([newer, older]): Finding[] => {
    const document = newer.number;
    if (newer.signedOn < older.signedOn)
      return [{ level: "alarm", check, document, day: newer.signedOn }];
    const isLate = newer.signedOn > addDays(older.expiresOn, GRACE);
    return isLate ? [{ level: "note", check, document, day: older.expiresOn }] : [];
  });
  const { number: document, expiresOn } = line.document;
  if (line.freshness !== "current")
    found.push({ level: "alarm", check, document, day: addDays(expiresOn, GRACE) });
  else if (daysBetween(day, expiresOn) <= NOTICE)
    found.push({ level: "note", check, document, day: expiresOn });
  return found.length > 0 ? found : [{ level: "fine", check, document, day: expiresOn }];
}

function people(documents: readonly LineDocument[]): Finding[] {
  const check = "people";
  const found = pairs(documents).flatMap(([newer, older]) =>
    older.handlers.flatMap((before): Finding[] => {
      const handler = hex(before.id);
      const now = findHandler(newer, handler);
      const document = newer.number;
      if (!isKept(newer, { ...older, handlers: [before] }))
        return [{ level: "alarm", check, document, handler }];
      const isSame = now?.name === before.name && now.role === before.role;
      return isSame ? [] : [{ level: "note", check, document, handler }];
    }),
  );
  return found.length > 0 ? found : [{ level: "fine", check }];
}

function isKept(newer: LineDocument, older: LineDocument): boolean {
  try {
    checkHandlersKept(newer, older);
    return true;
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
}

const textsOf = ({ form, guide, procedure, theme, pages = [], texts }: LineDocument): Bytes[] => [
  ...[form, guide, procedure, ...(theme === undefined ? [] : [theme])],
  ...pages,
  ...texts,
];

async function texts(
  transport: Transport,
  line: VerifiedLine,
  documents: readonly LineDocument[],
): Promise<Finding[]> {
  const [check, known] = ["texts", new Set<Hex>()] as const;
  const found: Finding[] = [];
  for (const document of documents) {
    for (const hash of textsOf(document).filter((each) => !known.has(hex(each)))) {
      known.add(hex(hash));
      const { found: text, reason } = await attempt(fetchText(transport, line, hash));
      if (text === undefined)
        found.push({ level: "alarm", check, document: document.number, ...because(reason) });
    }
  }
  return found.length > 0 ? found : [{ level: "fine", check }];
}

/** One handler without a key may be new. If nobody has one, that is an alarm. */
function boxKeys({ document, boxKeys: keys }: VerifiedLine, day: Day): Finding[] {
  const check = "box-keys";
  const lacking = keys.size > 0 ? "note" : "alarm";
  return activeHandlers(document, day).map((handler) => {
    const key = keys.get(handler);
    return key === undefined
      ? { level: lacking, check, handler }
      : { level: "fine", check, handler, day: key.notAfter };
  });
}

async function host(
  transport: Transport,
  address: LineAddress,
  document: LineDocument,
): Promise<Finding[]> {
  const served = await officeApi(transport).host();
  const named = originsOf(document.origins);
  const isSame = named.join() === originsOf(served.origins).join();
  const isKey = same(served.receiptKey, document.receiptKey);
  const level = (isFine: boolean, otherwise: Level): Level => (isFine ? "fine" : otherwise);
  const finding = (check: Check, found: Level): Finding => ({ level: found, check });
  return [
    finding("receipt-key", level(isKey, "alarm")),
    finding("origins", named.includes(address.origin) ? level(isSame, "note") : "alarm"),
  ];
}

const originsOf = (written: readonly string[]): string[] =>
  [...new Set(written.map((each) => (URL.canParse(each) ? new URL(each).origin : each)))].sort();

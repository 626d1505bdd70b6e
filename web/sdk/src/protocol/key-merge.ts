/** Joining two copies of a handler's key file (openapi/files.md section 4.3). */

import type {
  HandlerContent,
  SavedChain,
  SavedConsultation,
  SavedStatement,
  SeenReport,
  Unmoved,
} from "./key-file-content.js";
import { advance, CHAIN_LENGTH } from "./keys.js";
import { decodeBase64url, encodeBase64url, hex } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import { parseSigned } from "./verify/strict-json.js";

type Statements = Map<number, SavedStatement>;

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);
const spanOf = ({ firstNumber }: SavedChain) => range(firstNumber, firstNumber + CHAIN_LENGTH);
const heldOf = ({ firstNumber, number }: SavedChain) => range(number, firstNumber + CHAIN_LENGTH);
const isSame = (a: SavedStatement, b: SavedStatement): boolean =>
  a.statement === b.statement && a.signature === b.signature;
const byBytes = <T extends { entry: string }>(a: T, b: T): number =>
  hex(decodeBase64url(a.entry)) < hex(decodeBase64url(b.entry)) ? -1 : 1;

function byNumber({ statements }: HandlerContent): Statements {
  const found: Statements = new Map();
  for (const each of statements) {
    found.set(parseSigned(decodeBase64url(each.statement))["number"] as number, each);
  }
  return found;
}

/**
 * Join a content with that of a copy that another device used. Name, role, origin and sheet stay this copy's.
 *
 * @throws {@link RefusedError} `handler-id`: another handler's. `document-fork`: the host showed the two
 * devices different lines.
 */
export function mergeKeyFiles(mine: HandlerContent, theirs: HandlerContent): HandlerContent {
  if (mine.lineId !== theirs.lineId || mine.seed !== theirs.seed) refuse("handler-id");
  return {
    ...mine,
    ...mergedKeys(mine, theirs),
    ...mergedHistory(mine, theirs),
    seen: mergedSeen(mine.seen, theirs.seen),
    unmoved: mergedUnmoved(mine.unmoved, theirs.unmoved),
    consultations: mergedConsultations(mine.consultations, theirs.consultations),
  };
}

/** A key that either copy has destroyed stays destroyed. Of two chains of one number this copy's counts. */
function mergedKeys(mine: HandlerContent, theirs: HandlerContent) {
  const [own, other] = [byNumber(mine), byNumber(theirs)];
  const crosses = (n: number): boolean => {
    const [a, b] = [own.get(n), other.get(n)];
    return a !== undefined && b !== undefined && !isSame(a, b);
  };
  const crossed = theirs.chains.filter((chain) => spanOf(chain).some(crosses));
  const leftOut = new Set(crossed.flatMap(spanOf));
  const statements: Statements = new Map([...other].filter(([n]) => !leftOut.has(n)));
  for (const [n, each] of own) statements.set(n, each);
  const destroyed = [...destroyedOf(mine, own), ...destroyedOf(theirs, other)];
  const gone = new Set<number>();
  for (const [n, each] of statements) {
    if (destroyed.some((found) => isSame(found, each))) gone.add(n);
  }
  const added = theirs.chains.filter((chain) => !spanOf(chain).some((n) => leftOut.has(n)));
  return {
    chains: without([...mine.chains, ...added], gone),
    statements: [...statements].sort(([a], [b]) => a - b).map(([, each]) => each),
  };
}

function destroyedOf({ chains }: HandlerContent, statements: Statements): SavedStatement[] {
  const held = new Set(chains.flatMap(heldOf));
  return [...statements].filter(([n]) => !held.has(n)).map(([, each]) => each);
}

/** Each chain once, advanced past every key that is gone, in the order of their numbers. */
function without(chains: readonly SavedChain[], gone: ReadonlySet<number>): SavedChain[] {
  const found = new Map<number, SavedChain>();
  for (const chain of chains) {
    const { firstNumber, number, value } = chain;
    const to = Math.max(
      number,
      ...heldOf(chain)
        .filter((n) => gone.has(n))
        .map((n) => n + 1),
    );
    if (to >= firstNumber + CHAIN_LENGTH) continue;
    const left = advance({ first: firstNumber, number, value: decodeBase64url(value, 32) }, to);
    found.set(firstNumber, { firstNumber, number: to, value: encodeBase64url(left.value) });
  }
  return [...found.values()].sort((a, b) => a.firstNumber - b.firstNumber);
}

/** The longer history, which must continue the shorter one. */
function mergedHistory(mine: HandlerContent, theirs: HandlerContent) {
  const isLonger = theirs.documents.length >= mine.documents.length;
  const [shorter, longer] = isLonger ? [mine, theirs] : [theirs, mine];
  if (shorter.documents.some((each, i) => longer.documents[i] !== each)) refuse("document-fork");
  return { documents: longer.documents, keyNumber: longer.keyNumber };
}

function joined<T extends { entry: string }>(
  mine: readonly T[],
  theirs: readonly T[],
  join: (mine: T, theirs: T) => T,
): T[] {
  const found = new Map(mine.map((each) => [each.entry, each]));
  for (const each of theirs) {
    const own = found.get(each.entry);
    found.set(each.entry, own === undefined ? each : join(own, each));
  }
  return [...found.values()].sort(byBytes);
}

const mergedUnmoved = (mine: readonly Unmoved[], theirs: readonly Unmoved[]): Unmoved[] =>
  joined(mine, theirs, (a, b) => (b.since < a.since ? b : a));

const mergedSeen = (mine: readonly SeenReport[], theirs: readonly SeenReport[]): SeenReport[] =>
  joined(mine, theirs, mergedReport);

const earliest = (a: string, b: string): string => (b < a ? b : a);
const latest = (name: string, ...seen: SeenReport[]) => {
  const days = seen.map((each) => each[name]).filter((day) => typeof day === "string");
  const found = days.sort().at(-1);
  return found === undefined ? {} : { [name]: found };
};

/** The withdrawal comes from the copy that saw the reporter's newer message. */
function mergedReport(mine: SeenReport, theirs: SeenReport): SeenReport {
  const ranks = [mine, theirs].map(({ reporterN, withdrawnOn }) => [
    reporterN ?? 0,
    withdrawnOn ?? "",
  ]);
  const [own, other] = ranks as [[number, string], [number, string]];
  const isTheirs = other[0] > own[0] || (other[0] === own[0] && other[1] > own[1]);
  const newest = isTheirs ? theirs : mine;
  const document = newest["document"] ?? mine["document"] ?? theirs["document"];
  const alarms = [...(mine.knownAlarms ?? []), ...(theirs.knownAlarms ?? [])].map((each) =>
    JSON.stringify(each),
  );
  const { wholeOn: _whole, listedOn: _listed, ending: _ending, ...kept } = newest;
  const ending = (theirs.until < mine.until ? theirs : mine)["ending"];
  return {
    ...kept,
    ...latest("wholeOn", mine, theirs),
    ...latest("listedOn", mine, theirs),
    ...(document === undefined ? {} : { document }),
    ...(ending === undefined ? {} : { ending }),
    heads: [...new Set([...mine.heads, ...theirs.heads])].sort((a, b) =>
      hex(decodeBase64url(a)) < hex(decodeBase64url(b)) ? -1 : 1,
    ),
    receivedOn: earliest(mine.receivedOn, theirs.receivedOn),
    until: earliest(mine.until, theirs.until),
    knownAlarms: [...new Set(alarms)].sort().map((each) => JSON.parse(each)),
  };
}

/** Those of both, by their codes. A number that is taken becomes the next free one. */
function mergedConsultations(
  mine: readonly SavedConsultation[],
  theirs: readonly SavedConsultation[],
): SavedConsultation[] {
  const known = new Set(mine.map(({ receipt }) => receipt));
  const found = [...mine];
  for (const each of theirs.filter(({ receipt }) => !known.has(receipt))) {
    const taken = found.map(({ number }) => number);
    const number = taken.includes(each.number) ? Math.max(...taken) + 1 : each.number;
    found.push({ ...each, number });
  }
  return found.sort((a, b) => a.number - b.number);
}

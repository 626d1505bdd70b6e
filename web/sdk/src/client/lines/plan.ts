/** Plans: what an office decides about its line before it signs the document (openapi/protocol.md section 5.2). */

import { checkTexts } from "../../protocol/texts/check.js";
import { readForm } from "../../protocol/texts/form.js";
import { readGuide } from "../../protocol/texts/guide.js";
import { readPageManifest } from "../../protocol/texts/page-manifest.js";
import { readProcedure } from "../../protocol/texts/procedure.js";
import { readTheme } from "../../protocol/texts/theme.js";
import { addDays, type Day, daysBetween, type Term } from "../../protocol/verify/days.js";
import {
  type Bytes,
  decodeBase64url,
  encodeBase64url,
  encodeLineId,
  type Hex,
  hex,
} from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { handlerId, textHash } from "../../protocol/verify/ids.js";
import type {
  Clock,
  LineDocument,
  ListedHandler,
  LocalText,
} from "../../protocol/verify/line-document.js";
import { dumpJson } from "../../protocol/verify/strict-json.js";

/** The most days that a document is good for. */
export const LONGEST_VALIDITY = 90;

/** The texts of a line as bytes, each at most 256 KiB (openapi/texts.md). */
export interface Texts {
  readonly form: Bytes;
  readonly guide: Bytes;
  readonly procedure: Bytes;
  readonly theme?: Bytes | undefined;
  /** Manifests of builds of the reporter's page, at most 4. */
  readonly pages?: readonly Bytes[] | undefined;
  readonly further?: readonly Bytes[] | undefined;
}

/** A term that the office promises; `roll` is `none` by default. */
export type PlannedClock = Pick<Clock, "name" | "startsAt" | "term" | "metBy"> & Partial<Clock>;

/** A line as its office wants it. */
export interface LinePlan {
  readonly languages: readonly string[];
  /** One in each language. */
  readonly names: readonly LocalText[];
  /** How and at which hours to reach the office without this service. */
  readonly contact: readonly LocalText[];
  /** Everybody who ever handled reports here. Who has left has an `until`. */
  readonly handlers: readonly ListedHandler[];
  readonly clocks: readonly PlannedClock[];
  readonly retention: Term;
  readonly maximumTerm: Term;
  readonly texts: Texts;
  /** Days on which reporters are asked how they are, at most 8. */
  readonly checkIns?: LineDocument["checkIns"];
  readonly readerCount?: number;
  readonly withdrawalTerm?: Term;
  readonly unopenedTerm?: Term;
  /** How many days a document is good for: at most, and by default, 90. A new one is due before that. */
  readonly validity?: number;
}

/** What a handler gives to the office: name, role, and the public key made for one line. */
export interface HandlerEntry {
  readonly name: string;
  readonly role: string;
  /** 32 bytes in base64url. */
  readonly signingKey: string;
}

/** The plan with more handlers, from a day on. Those whom it has stay as they are. */
export function withHandlers(
  plan: LinePlan,
  line: Bytes,
  entries: readonly HandlerEntry[],
  from: Day,
): LinePlan {
  const known = plan.handlers.map(({ id }) => hex(id));
  const added = entries.map(({ name, role, signingKey: written }) => {
    const signingKey = decodeBase64url(written, 32);
    const none = {
      until: undefined,
      function: undefined,
      languages: undefined,
      external: undefined,
    };
    const id = handlerId(line, signingKey);
    return { id, name, role, signingKey, from, ...none, firstBoxKey: 0 };
  });
  return {
    ...plan,
    handlers: [...plan.handlers, ...added.filter(({ id }) => !known.includes(hex(id)))],
  };
}

/** The plan with one handler changed. @throws {@link RefusedError} `reader-not-allowed` for somebody unknown. */
function changed(
  plan: LinePlan,
  handler: Hex,
  change: (found: ListedHandler) => ListedHandler,
): LinePlan {
  const isListed = plan.handlers.some(({ id }) => hex(id) === handler);
  if (!isListed) refuse("reader-not-allowed");
  return {
    ...plan,
    handlers: plan.handlers.map((each) => (hex(each.id) === handler ? change(each) : each)),
  };
}

/** The plan without a handler, who reads nothing new from a day on. */
export const withoutHandler = (plan: LinePlan, handler: Hex, until: Day): LinePlan =>
  changed(plan, handler, (found) => ({ ...found, until: found.until ?? until }));

/** The plan in which a handler's box keys below a number count no more. No later document lowers it. */
export const withFirstBoxKey = (plan: LinePlan, handler: Hex, number: number): LinePlan =>
  changed(plan, handler, (found) => ({
    ...found,
    firstBoxKey: Math.max(number, found.firstBoxKey),
  }));

/** The plan of a published document, with the texts that it names. */
export const planOf = (document: LineDocument, texts: Texts): LinePlan => ({
  languages: document.languages,
  names: document.names,
  contact: document.contact,
  handlers: document.handlers,
  clocks: document.clocks,
  retention: document.retention,
  maximumTerm: document.maximumTerm,
  texts,
  checkIns: document.checkIns,
  readerCount: document.readerCount,
  withdrawalTerm: document.withdrawalTerm,
  unopenedTerm: document.unopenedTerm,
  validity: daysBetween(document.signedOn, document.expiresOn),
});

/** Every text of a plan once. */
export function allTexts({
  form,
  guide,
  procedure,
  theme,
  pages = [],
  further = [],
}: Texts): Bytes[] {
  const named = [
    form,
    guide,
    procedure,
    ...(theme === undefined ? [] : [theme]),
    ...pages,
    ...further,
  ];
  return [...new Map(named.map((text) => [hex(textHash(text)), text])).values()];
}

/**
 * Check that programs can read the texts of a plan, and that they fit each other and its clocks and languages.
 *
 * @throws {@link RefusedError} `text-…`.
 */
export function checkPlanTexts({ texts, languages, clocks }: LinePlan): void {
  for (const page of texts.pages ?? []) readPageManifest(page);
  const read = {
    form: readForm(texts.form),
    guide: readGuide(texts.guide),
    procedure: readProcedure(texts.procedure),
    theme: texts.theme === undefined ? undefined : readTheme(texts.theme),
  };
  checkTexts(read, { languages: [...languages], clocks: clocks.map(completed) });
}

/** Where a line lives, as its host says it. */
export interface LineHost {
  readonly origins: readonly string[];
  readonly receiptKey: Bytes;
}

/** What comes before a document. */
export interface Before {
  readonly number: number;
  readonly document: Bytes;
}

const named = (text: Bytes): string => encodeBase64url(textHash(text));

/** A list that is left out where it is empty. */
const unlessEmpty = <T>(items: readonly T[] | undefined): T[] | undefined =>
  items === undefined || items.length === 0 ? undefined : [...items];

/** Write the next document of a line. Nothing is checked: read what you wrote. */
export function writeDocument(
  plan: LinePlan,
  line: Bytes,
  keyNumber: number,
  host: LineHost,
  before: Before | undefined,
  today: Day,
): Bytes {
  const { texts } = plan;
  return dumpJson({
    version: 1,
    lineId: encodeLineId(line),
    number: (before?.number ?? 0) + 1,
    previous: before && encodeBase64url(before.document),
    keyNumber,
    signedOn: today,
    expiresOn: addDays(today, plan.validity ?? LONGEST_VALIDITY),
    origins: host.origins,
    receiptKey: encodeBase64url(host.receiptKey),
    languages: plan.languages,
    names: plan.names,
    contact: plan.contact,
    form: named(texts.form),
    guide: named(texts.guide),
    procedure: named(texts.procedure),
    theme: texts.theme && named(texts.theme),
    pages: unlessEmpty(texts.pages)?.map(named),
    texts: (texts.further ?? []).map(named),
    clocks: plan.clocks.map(writtenClock),
    checkIns: unlessEmpty(plan.checkIns),
    retention: plan.retention,
    maximumTerm: plan.maximumTerm,
    withdrawalTerm: plan.withdrawalTerm ?? "P14D",
    unopenedTerm: plan.unopenedTerm ?? "P14D",
    readerCount: plan.readerCount ?? 2,
    handlers: plan.handlers.map(writtenHandler),
  });
}

const completed = (clock: PlannedClock): Clock => ({
  ...clock,
  startsNoLaterThan: clock.startsNoLaterThan,
  roll: clock.roll ?? "none",
});

/** A clock with its members in their order, and without what is usual. */
const writtenClock = (clock: PlannedClock) => {
  const { name, startsAt, term, metBy, startsNoLaterThan, roll } = completed(clock);
  const rolled = roll === "none" ? undefined : roll;
  return { name, startsAt, term, metBy, startsNoLaterThan, roll: rolled };
};

function writtenHandler({ id, signingKey, firstBoxKey, ...rest }: ListedHandler): object {
  const { name, role, from, ...more } = rest;
  return {
    id: encodeBase64url(id),
    name,
    role,
    signingKey: encodeBase64url(signingKey),
    from,
    ...more,
    ...(firstBoxKey > 0 ? { firstBoxKey } : {}),
  };
}

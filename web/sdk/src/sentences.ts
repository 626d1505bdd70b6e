/**
 * Sentences for people about a report: its notices, its alarms and its state, in Dutch and in English.
 *
 * They stand apart from the client, so that a page with words of its own does not load them. Nothing quotes what a host or
 * another person wrote.
 */

import type { Notice, NoticeKind } from "./client/thread/notices.js";
import type { Status } from "./client/thread/status.js";
import type { Language } from "./client/words.js";
import type { Alarm } from "./protocol/alarms.js";
import type { Reason } from "./protocol/verify/errors.js";

export type { Language } from "./client/words.js";

type Sentence = readonly [nl: string, en: string];
const inLanguage = ([nl, en]: Sentence, language: Language): string =>
  language === "nl" ? nl : en;

/** A host that contradicts the signed messages. */
const HOST: Sentence = [
  "De server zegt iets anders dan de berichten laten zien. De berichten gelden.",
  "The server says something else than the messages show. The messages count.",
];

const NOTICES: Record<NoticeKind, Sentence> = {
  "line-moved": [
    "Dit meldpunt is verhuisd naar een andere server. U hoeft niets te doen.",
    "This line has moved to another server. You need not do anything.",
  ],
  "document-expired": [
    "De gegevens van dit meldpunt zijn niet bijgewerkt. Een bericht komt nog wel aan.",
    "The details of this line are not up to date. A message still arrives.",
  ],
  "document-past-grace": [
    "De gegevens van dit meldpunt zijn te oud. Er wordt niets meer verstuurd. Bel het meldpunt.",
    "The details of this line are too old. Nothing is sent any more. Call the office.",
  ],
  "key-missing": [
    "Een van de lezers kan dit nu nog niet openen. Een collega kan het later doorgeven.",
    "One of the readers cannot open this yet. A colleague can pass it on later.",
  ],
  "reader-departed": [
    "Iemand die deze melding las, werkt niet meer voor het meldpunt.",
    "Somebody who read this report does not work for the line any more.",
  ],
  "newcomer-not-named": [
    "Met dit bericht blijft iemand buiten die wil meelezen.",
    "By this message somebody who asked to read along stays out.",
  ],
  "takes-back": [
    "Dit bericht neemt terug dat een ander meldpunt de melding mag overnemen.",
    "This message takes back that another line may take the report up.",
  ],
  "erased-soon": [
    "Deze melding wordt binnen twee weken gewist.",
    "This report is erased within two weeks.",
  ],
  "host-state": HOST,
  "host-clocks": HOST,
  "host-day": HOST,
  "host-document": HOST,
  "host-count": HOST,
  "host-order": HOST,
  "host-proof": [
    "De server bewijst niet goed dat een bericht is aangekomen. Kijk over een dag of het er is.",
    "The server does not prove well that a message arrived. Look in a day whether it is there.",
  ],
  "bulletin-withheld": [
    "Er kwam een bericht dat bij het rustig kijken niet te zien was.",
    "A message came that a quiet look did not show.",
  ],
  "not-seen": [
    "Anderen schreven dagen later, en hadden een eerder bericht niet gezien. Vraag of het is aangekomen.",
    "Others wrote days later, and had not seen an earlier message. Ask whether it arrived.",
  ],
  "old-box-key": [
    "De server geeft een oudere sleutel van u dan u hebt gepubliceerd. Vertel het uw collega's.",
    "The server gives an older key of yours than you published. Tell your colleagues.",
  ],
  "unknown-box-key": [
    "De server geeft een sleutel van u die hier niet is. Hebt u een tweede apparaat? Voeg de sleutelbestanden samen.",
    "The server gives a key of yours that is not here. Have you a second device? Merge the key files.",
  ],
  "no-box-key": [
    "De server geeft geen sleutel van u: niemand kan u schrijven. Publiceer sleutels.",
    "The server gives no key of yours: nobody can write to you. Publish keys.",
  ],
  "asker-unverified": [
    "Het meldpunt van wie om advies vraagt is niet nagekeken. Het kan iedereen zijn.",
    "The line of whoever asks for advice was not verified. It may be anybody.",
  ],
  "second-look": [
    "Het eerste antwoord van de server was onjuist, en het volgende niet.",
    "The server's first answer was wrong, and the next one was not.",
  ],
};

/** Say what a notice means. */
export const explainNotice = ({ kind }: Pick<Notice, "kind">, language: Language): string =>
  inLanguage(NOTICES[kind], language);

const HIDING: Sentence = [
  "De server houdt mogelijk een bericht achter. Er wordt niets verstuurd. Bel het meldpunt.",
  "The server may be hiding a message. Nothing is sent. Call the office.",
];
const STRANGER: Sentence = [
  "Iemand schreef hier die dat misschien niet mag.",
  "Somebody wrote here who may not be allowed to.",
];
const ODD: Sentence = [
  "Er klopt iets niet aan een bericht. Vraag ernaar bij het meldpunt.",
  "Something about a message is not right. Ask the office about it.",
];

const ALARMS: Partial<Record<Reason, Sentence>> = {
  gap: HIDING,
  "unknown-seen": HIDING,
  succeeded: HIDING,
  fork: [
    "Twee berichten hebben hetzelfde nummer. Misschien schrijft iemand anders met deze code.",
    "Two messages have the same number. Perhaps somebody else writes with this code.",
  ],
  "not-a-reader": STRANGER,
  unconfirmed: STRANGER,
  "left-out": STRANGER,
  "reader-not-allowed": [
    "Iemand leest mee die dat misschien niet mag.",
    "Somebody reads along who may not be allowed to.",
  ],
  handover: [
    "Een ander meldpunt schrijft hier zonder geldige toestemming.",
    "Another line writes here without a consent that counts.",
  ],
};

/** Say what an alarm means. Who wrote the message, `handlerNames` tells. */
export const explainAlarm = ({ reason }: Pick<Alarm, "reason">, language: Language): string =>
  inLanguage(ALARMS[reason] ?? ODD, language);

const STATES: Record<Status["state"], Sentence> = {
  received: ["Ontvangen. Er is nog geen antwoord.", "Received. There is no answer yet."],
  acknowledged: [
    "Gelezen. Het meldpunt zoekt uit wat het kan doen.",
    "Read. The office finds out what it can do.",
  ],
  "feedback-given": [
    "Het meldpunt heeft verteld wat het deed.",
    "The office has told what it did.",
  ],
  closed: ["Afgesloten. Heropenen kan.", "Closed. It can be reopened."],
  withdrawn: ["Ingetrokken.", "Withdrawn."],
  "handed-over": ["Overgedragen aan een ander meldpunt.", "Handed over to another line."],
};

/**
 * Say where a report stands.
 *
 * @example
 * ```ts
 * import { openLine } from "@meldpunt/client";
 * import { explainAlarm, explainNotice, explainState } from "@meldpunt/client/sentences";
 *
 * const { thread } = await (await openLine(address)).visit(code);
 * console.log(explainState(thread.status.state, "en"));
 * for (const alarm of thread.alarms) console.log(explainAlarm(alarm, "en"));
 * for (const notice of thread.notices) console.log(explainNotice(notice, "en"));
 * ```
 */
export const explainState = (state: Status["state"], language: Language): string =>
  inLanguage(STATES[state], language);

/** A sentence for people and a hint for developers, for everything that can go wrong. Nothing quotes an input. */

import { type Reason, RefusedError } from "../protocol/verify/errors.js";
import { ClientError, type ClientErrorCode, ProblemError } from "./http/errors.js";
import type { ProblemKind } from "./http/problems.js";

/** The languages that this client speaks. */
export type Language = "nl" | "en";

/** What to show and what to log. */
export interface Explanation {
  /** For the person, in their language. */
  readonly sentence: string;
  /** For whoever builds or runs the page, in English. */
  readonly hint: string;
  /** The rule of the protocol that refused, if one did. */
  readonly reason: Reason | undefined;
}

type Words = Record<Language, string>;
/** What to say: in Dutch, in English, and to developers. */
export type Entry = readonly [nl: string, en: string, hint: string];

const TYPED: Entry = [
  "Deze code klopt niet. Kijk elke groep na.",
  "This code is not right. Check each group.",
  "Nothing was sent. The reason says whether a symbol, the length or the check failed.",
];
const UNTRUE: Entry = [
  "Het antwoord van de server klopt niet, dus er is niets van gebruikt. Probeer het later, of bel het meldpunt.",
  "The server's answer is not right, so nothing of it was used. Try again later, or call the office.",
  "The host served something that does not verify; openapi/annexes.md section 12 has the reason.",
];
const OWN: Entry = [
  "Dit bericht kan zo niet worden verstuurd. Er is niets verzonden.",
  "This message cannot be sent as it is. Nothing was sent.",
  "The client opened its own seal, and a reader would refuse it: section 7.5 lists the usual mistakes.",
];
const HIDING: Entry = [
  "De server houdt mogelijk een bericht van u achter. Daarom wordt er nu niets verstuurd. Bel het meldpunt.",
  "The server may be hiding a message of yours, so nothing is sent now. Call the office.",
  "A number or a named message is missing, or two keys speak: section 9.4 forbids sealing.",
];

/** By how much, so that the person can shorten it. */
const tooLong = (excess: number): Entry => [
  `Deze tekst is ${excess} ${excess === 1 ? "byte" : "bytes"} te lang (een letter heeft er een tot vier): kort hem in, of maak er twee berichten van.`,
  `This text is ${excess} ${excess === 1 ? "byte" : "bytes"} too long (a letter has one to four): shorten it, or make two messages of it.`,
  "A payload has at most 65,532 bytes of UTF-8 (7.2). `excess` of the error is how many are too many.",
];

const REASONS: Partial<Record<Reason, Entry>> = {
  "receipt-length": TYPED,
  "receipt-symbol": TYPED,
  "receipt-check": TYPED,
  "document-expired": [
    "De gegevens van dit meldpunt zijn te oud. Er wordt niets verstuurd. Bel het meldpunt.",
    "This line's details are too old, so nothing is sent. Call the office.",
    "The line document is more than 30 days past its end: the office must publish a new one.",
  ],
  "no-reader": [
    "Niemand van dit meldpunt kan uw bericht nu lezen. Er is niets verzonden.",
    "Nobody of this line can read your message now. Nothing was sent.",
    "No reader is left, or no reader has a key that counts today.",
  ],
  "reader-not-allowed": [
    "Een van de gekozen personen mag dit niet lezen.",
    "One of the people who were chosen may not read this.",
    "A reader is not active, was left out, or was not among the readers before (9.4).",
  ],
  "payload-text": ["Schrijf eerst een tekst.", "Write a text first.", "`text` is empty."],
  "too-long": [
    "Deze tekst is te lang: maak er twee berichten van.",
    "This text is too long: make two messages of it.",
    "A payload has at most 65,532 bytes of UTF-8 (7.2).",
  ],
  gap: HIDING,
  "unknown-seen": HIDING,
  succeeded: HIDING,
  fork: HIDING,
};

/** Reasons of what a client itself wrote. */
const OF_WRITING: readonly Reason[] = [
  "payload",
  "payload-language",
  "attachments",
  "header-fields",
  "json-key",
  "json-null",
  "json-number",
  "json-depth",
  "json-surrogate",
  "json-not-canonical",
];

const LATER: Entry = [
  "De server heeft een storing. Bewaar uw code, en probeer het later opnieuw: er wordt niets dubbel verstuurd.",
  "The server has a fault. Keep your code and try again later: nothing is sent twice.",
  "The host is at fault. The same bytes succeed later.",
];
const PROBLEM: Entry = [
  "De server weigert dit. Er is niets opgeslagen.",
  "The server refuses this. Nothing was stored.",
  "The kind and reason of the ProblemError say which rule refused.",
];

const PROBLEM_WORDS: Partial<Record<ProblemKind, Entry>> = {
  "not-found": [
    "Bij deze code is hier geen melding.",
    "There is no report of this code here.",
    "It does not exist, or it is not this key's: the two look alike on purpose.",
  ],
  "line-limited": [
    "Dit meldpunt neemt nu maar enkele meldingen per uur aan. Bewaar uw code en verstuur dit later.",
    "This line takes only a few reports an hour now. Keep your code and send this later.",
    "Nothing was stored. Send the same draft after `retryAfter` seconds.",
  ],
  "not-allowed-now": [
    "Dat kan nu niet bij deze melding.",
    "This report does not allow that now.",
    "The state of the report, or its near erasure, does not allow this tag (8).",
  ],
  busy: LATER,
  internal: LATER,
  "database-failed": LATER,
  "database-read-only": LATER,
  "database-damaged": LATER,
  "database-replaced": LATER,
  "database-full": LATER,
};

const CODES: Record<Exclude<ClientErrorCode, "problem">, Entry> = {
  address: [
    "Dit is geen adres van een meldpunt.",
    "This is not the address of a line.",
    "Write it as https://report.example/v1/lines/ and the 32 characters of the line.",
  ],
  insecure: [
    "Dit adres is niet beveiligd: anderen kunnen meelezen. Er is niets verzonden.",
    "This address is not secure: others could read along. Nothing was sent.",
    "The address begins with http://. Use https://, except on this machine or over Tor.",
  ],
  onion: [
    "Het meldpunt is verhuisd naar een adres buiten Tor. Vraag het meldpunt ernaar.",
    "The line has moved to an address outside Tor. Ask the office about it.",
    "The document names no onion: a client on Tor follows no other address.",
  ],
  unreachable: [
    "De server antwoordt niet. Kijk of u verbinding hebt, en probeer het opnieuw: er wordt niets dubbel verstuurd.",
    "The server does not answer. Check your connection and try again: nothing is sent twice.",
    "No answer came. In a browser the cause may be CORS: the operator must list your page's origin " +
      "(MELDPUNT_FRONTEND_ORIGINS), and the page's Content-Security-Policy must allow the host.",
  ],
  slow: [
    "De server is te traag. Probeer het later opnieuw: er wordt niets dubbel verstuurd.",
    "The server is too slow. Try again later: nothing is sent twice.",
    "The exchange took longer than `limits` allow.",
  ],
  answer: [
    "Het antwoord van de server is niet te lezen.",
    "The server's answer cannot be read.",
    "The answer is not of this protocol: is the address that of a Meldpunt host?",
  ],
  "answer-size": [
    "De server stuurt te veel.",
    "The server sends too much.",
    "The head or the body of the answer is larger than any of this protocol.",
  ],
  "endless-list": [
    "De server stuurt een lijst zonder eind.",
    "The server sends a list without end.",
    "A page of the list does not progress, or there are too many (10.1).",
  ],
  transfer: [
    "Het meldpunt verhuist en is er nog niet. Er gaat niets verloren: probeer het later opnieuw.",
    "The line is moving and is not there yet. Nothing is lost: try again later.",
    "The new host of the line does not have it yet.",
  ],
  erased: [
    "Deze melding is ingetrokken en gewist. Maak een nieuwe.",
    "This report was withdrawn and is erased. Make a new one.",
    "A withdrawal that counts has erased the report.",
  ],
  "readers-departed": [
    "Iedereen die deze melding kon lezen is weg. Kies wie er nu mag lezen.",
    "Everybody who could read this report has left. Choose who may read now.",
    "Name `readers` from the handlers of the line that answers.",
  ],
  "taken-over": [
    "De code van deze melding is al eens vervangen, of u vraagt hier zelf om advies. Dat kan niet nog eens.",
    "The code of this report was replaced before, or you ask for advice here. It cannot be replaced again.",
    "A report has one succession at most, and a consultation none (9.6).",
  ],
  "number-taken": [
    "Er is intussen iets in uw naam verstuurd, misschien door uzelf. Lees eerst de melding opnieuw.",
    "Something was sent in your name meanwhile, perhaps by yourself. Read the report again first.",
    "Another message has this author and number (409). Never seal again by itself: refresh, and show.",
  ],
  "same-line": [
    "Dat meldpunt heeft deze melding al.",
    "That line has this report already.",
    "The line that answers now was named as the target of a handover.",
  ],
  "other-host": [
    "Dat meldpunt staat niet op deze server, en kan deze melding niet overnemen. Maak daar een nieuwe melding.",
    "That line is not on this server, so it cannot take this report up. Make a new report there.",
    "A handover stays on one host (9.7). Use a referral, or openLine and prepare.",
  ],
  "line-unread": [
    "Niemand van dat meldpunt kan dit nu lezen. Kies een ander meldpunt, of bel het.",
    "Nobody of that line can read this now. Choose another line, or call it.",
    "Its document is past its grace, or no active handler has a key that counts today.",
  ],
  consultation: [
    "U vraagt hier zelf om advies. Dat kan niet worden overgedragen.",
    "You ask for advice here yourself. That cannot be handed over.",
    "A consultation stays with the line that is asked (9.8).",
  ],
  "many-lines": [
    "Er zijn genoeg meldpunten gevraagd. Maak een nieuwe melding.",
    "Enough lines were asked. Make a new report.",
    "A report has at most 8 lines beside its own (9.7).",
  ],
  "no-earlier-reader": [
    "Niemand van dat meldpunt die dit eerder las is er nog. Kies zelf wie het mag lezen.",
    "Nobody of that line who read this before is left. Choose who may read it.",
    "Name `readers`: on a line that was asked before, nobody is drawn by lot (9.7).",
  ],
  "messages-unshown": [
    "Deze berichten kan niemand aan het andere meldpunt laten zien. Kies andere.",
    "Nobody can show these messages to the other line. Choose others.",
    "`messages` names one that the reporter may not read, or that no reader can pass on; or none is left.",
  ],
  "messages-many": [
    "Dit zijn te veel berichten: kies er ten hoogste 256.",
    "These are too many messages: choose at most 256.",
    "Name `messages`.",
  ],
  "nobody-asked": [
    "Er wacht geen ander meldpunt op deze melding.",
    "No other line waits for this report.",
    "No consent waits, or its last day is over.",
  ],
  "known-code": [
    "Wie uw melding opschreef kent deze code. Neem eerst een nieuwe code.",
    "Whoever wrote your report down knows this code. Take a new code first.",
    "Call takeOver, or leave `receipt` out.",
  ],
  referred: [
    "Met deze code is daar al een melding. Er is niets nog eens verstuurd.",
    "There is a report of this code there already. Nothing was sent again.",
    "Open it: `line.visit(receipt)`.",
  ],
};

const known = (error: unknown): Entry => {
  if (error instanceof ProblemError) {
    const ofReason = error.reason && REASONS[error.reason];
    return PROBLEM_WORDS[error.kind] ?? ofReason ?? PROBLEM;
  }
  if (error instanceof ClientError) return error.code === "problem" ? PROBLEM : CODES[error.code];
  if (!(error instanceof RefusedError)) throw error;
  if (error.excess !== undefined) return tooLong(error.excess);
  return REASONS[error.reason] ?? (OF_WRITING.includes(error.reason) ? OWN : UNTRUE);
};

/**
 * Explain an error of this client. Any other is thrown again: it is a fault of a program.
 *
 * @param language - of the sentence.
 *
 * @example
 * ```ts
 * import { explain, openLine } from "@meldpunt/client";
 *
 * try {
 *   await openLine("https://report.example");
 * } catch (error) {
 *   console.log(explain(error, "en").sentence);
 * }
 * ```
 */
export const explain = (error: unknown, language: Language): Explanation =>
  explanation(error, known(error), language);

/** The words of an entry about an error. */
export function explanation(
  error: unknown,
  [nl, en, hint]: Entry,
  language: Language,
): Explanation {
  const words: Words = { nl, en };
  const isNamed = error instanceof RefusedError || error instanceof ProblemError;
  return { sentence: words[language], hint, reason: isNamed ? error.reason : undefined };
}

/** A sentence for handlers and a hint for developers, for what can go wrong on their side. Nothing quotes an input. */

import { type Reason, RefusedError } from "../protocol/verify/errors.js";
import { HandlerError, type HandlerErrorCode } from "./handler-error.js";
import { ProblemError } from "./http/errors.js";
import type { ProblemKind } from "./http/problems.js";
import { type Entry, type Explanation, explain, explanation, type Language } from "./words.js";

const CODES: Record<HandlerErrorCode, Entry> = {
  passphrase: [
    "Deze wachtzin past niet bij dit sleutelbestand.",
    "This passphrase does not open this key file.",
    "Or it is a copy under another passphrase: give that to `merge`.",
  ],
  "key-file": [
    "Dit is geen sleutelbestand van een ontvanger.",
    "This is not the key file of a handler.",
    "Another file, another version, or the key file of an office (openapi/files.md section 4).",
  ],
  "key-file-damaged": [
    "Dit sleutelbestand is beschadigd. Neem de reservekopie.",
    "This key file is damaged. Take the backup.",
    "The file is cut short, or its checksum is another one.",
  ],
  "key-file-busy": [
    "Het sleutelbestand verandert steeds ergens anders. Sluit andere vensters, en probeer het opnieuw.",
    "The key file keeps changing elsewhere. Close other windows, and try again.",
    "`save` gave back another copy each time.",
  ],
  "other-keys": [
    "Dit zijn sleutels van iemand anders, of voor een ander meldpunt. Er is niets gewijzigd.",
    "These are somebody else's keys, or for another line. Nothing was changed.",
    "Only copies of one key file can be merged (openapi/files.md section 4.3).",
  ],
  "keys-elsewhere": [
    "Een ander apparaat van u heeft sleutels gepubliceerd die hier niet zijn. Voeg de twee sleutelbestanden samen.",
    "Another device of yours has published keys that are not here. Merge the two key files.",
    "The host has other box keys under these numbers. Nothing was published: call `merge` with the other file.",
  ],
  "no-current-key": [
    "U hebt voor vandaag geen sleutel. Publiceer eerst sleutels.",
    "You have no key for today. Publish keys first.",
    "Call `publishKeys` before `renew`.",
  ],
  withheld: [
    "De server toont deze melding niet meer, hoewel de termijn niet om is. Vraag uw collega's ernaar.",
    "The server does not show this report any more, before its term. Ask your colleagues.",
    "Its reporter withdrew it, a line that took it up had it erased, or the host withholds it.",
  ],
  "not-passed-on": [
    "Sommige berichten konden niet aan collega's worden doorgegeven. Probeer het later opnieuw.",
    "Some messages could not be passed on to colleagues. Try again later.",
    "`failed` has the reason for each message; all others were passed on.",
  ],
  "reporter-key": [
    "De melder kan niet worden beantwoord: de sleutel van deze melding is onbruikbaar. Een notitie kan wel.",
    "The reporter cannot be answered: the key of this report is unusable. A note can be written.",
    "Nothing can be sealed to the box key that the report came with.",
  ],
  "not-with-you": [
    "Deze melding is niet meer bij uw meldpunt. U kunt er niets in schrijven.",
    "This report is not with your line any more. You cannot write in it.",
    "The part of this handler has ended (9.7).",
  ],
  "not-taken-up": [
    "Uw meldpunt heeft deze melding nog niet overgenomen. Neem haar over of weiger; tot dan kunt u alleen antwoorden.",
    "Your line has not taken this report up yet. Accept or refuse it; until then you can only reply.",
    "Those who are asked send `message`, `acceptance` or `refusal` alone (9.7).",
  ],
  "no-consent": [
    "Niemand wacht op een antwoord van uw meldpunt.",
    "Nobody waits for an answer of your line.",
    "No consent waits that names this handler, or its last day is over.",
  ],
  "not-received": [
    "Sommige berichten van deze melding kunt u nog niet openen, en wie haar overneemt tekent voor alle.",
    "Some messages of this report do not open here yet, and who accepts it signs for all of them.",
    "A handler of the line that hands it over passes them on by reading the report; or refuse.",
  ],
  "no-consultation": [
    "Dit overleg staat niet in uw sleutelbestand.",
    "This consultation is not in your key file.",
    "`consultations` lists the numbers.",
  ],
};

const REASONS: Partial<Record<Reason, Entry>> = {
  "reader-not-allowed": [
    "De melder laat u niet meer meelezen, of wie u wilt toelaten mag dit niet lezen.",
    "The reporter does not let you read on, or the person to let in may not read this.",
    "9.4 and 9.5: dropped, not active, read already, or admitted by this handler before.",
  ],
  "left-out": [
    "De melder wil niet dat deze persoon meeleest.",
    "The reporter does not want this person to read along.",
    "`leftOut` of a message of the reporter names the newcomer (9.5).",
  ],
  "past-term": [
    "De termijn van deze melding is om: er wordt niets meer van doorgegeven.",
    "The term of this report is over: nothing of it is passed on any more.",
    "The report should have been erased, by its signed days.",
  ],
  "wrap-reader": [
    "U kunt niet alles openen wat de melder schreef. Een collega moet u eerst laten meelezen.",
    "You cannot open all that the reporter wrote. A colleague must pass it on to you first.",
    "A message of the reporter does not open, and may leave the newcomer out.",
  ],
};

const PROBLEMS: Partial<Record<ProblemKind, Entry>> = {
  "not-found": [
    "Dit is hier niet, of niet voor u. Staat u in het document van het meldpunt?",
    "This is not here, or not yours. Does the line's document list you?",
    "It does not exist, or it is not this key's: the two look alike on purpose.",
  ],
};

/** Explain an error to a handler. What is no error of this client is thrown again: it is a fault of a program. */
export function explainToHandler(error: unknown, language: Language): Explanation {
  const own =
    error instanceof ProblemError
      ? PROBLEMS[error.kind]
      : error instanceof HandlerError
        ? CODES[error.code]
        : error instanceof RefusedError && REASONS[error.reason];
  return own ? explanation(error, own, language) : explain(error, language);
}

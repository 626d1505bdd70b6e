"""What reporters read in Dutch of an error, by its class or the host's kind of problem."""

from collections.abc import Mapping
from typing import Final

from meldpunt.client.http.errors import (
    AddressError,
    AnswerError,
    AnswerSizeError,
    CertificateError,
    EndlessListError,
    LineNotFoundError,
    MessageNumberTakenError,
    ProxyError,
    ReportNotFoundError,
    SlowHostError,
    TransferError,
    UnreachableError,
)
from meldpunt.wire.problems import ProblemType

ERRORS: Final[Mapping[type[Exception], str]] = {
    AddressError: "Dit adres kan niet gebruikt worden. Een adres van een meldpunt ziet er zo uit:"
    " https://report.example/v1/lines/…",
    ProxyError: "De proxy kan niet gebruikt worden.",
    UnreachableError: "De host antwoordt niet. Kijk of er verbinding is en of het adres klopt, en"
    " probeer het opnieuw.",
    CertificateError: "Het certificaat van de host is niet goed, dus er is niets verstuurd."
    " Misschien leest het netwerk mee, zoals dat van een werkgever kan: probeer een ander netwerk,"
    " of Tor.",
    SlowHostError: "De host was zo traag dat de verbinding verbroken is. Probeer het later.",
    AnswerError: "Het antwoord van de host is niet te lezen. Is dit het adres van een host van"
    " Meldpunt?",
    AnswerSizeError: "De host stuurde meer dan een antwoord ooit heeft, dus het is niet"
    " uitgelezen.",
    EndlessListError: "De host gaf een lijst zonder eind, dus er is niets van gebruikt.",
    LineNotFoundError: "Deze host heeft geen meldpunt met dit adres. Vergelijk het adres letter"
    " voor letter met dat van het meldpunt zelf.",
    ReportNotFoundError: "Geen melding op dit meldpunt heeft deze code. Is het de code van een"
    " ander meldpunt? Een melding die niet tot het eind verstuurd is, is er niet, en ook niet een"
    " die op haar dag gewist is.",
    TransferError: "Het meldpunt verhuist naar een andere host en is daar nog niet. Er gaat niets"
    " verloren: probeer het later.",
    MessageNumberTakenError: "Er is intussen iets verstuurd met deze code, misschien vanaf een"
    " ander apparaat. Lees eerst de melding opnieuw; deze tekst is niet verstuurd.",
}
_LATER: Final = "Er is een storing bij de host. Probeer het later opnieuw."
PROBLEM: Final = "De host weigert dit. Er is niets opgeslagen."
PROBLEMS: Final[Mapping[ProblemType, str]] = {
    ProblemType.NOT_FOUND: "Bij deze code is hier niets te vinden.",
    ProblemType.NOT_ALLOWED_NOW: "Dat kan nu niet bij deze melding. Heropenen kan alleen als zij is"
    " afgesloten.",
    ProblemType.LINE_LIMITED: "Dit meldpunt neemt nu maar enkele meldingen per uur aan, en die van"
    " dit uur zijn er al. Er is niets opgeslagen. Probeer het later.",
    ProblemType.INVITE_INVALID: "Deze uitnodiging is onbekend of al gebruikt. Vraag de"
    " beheerder van de host om een nieuwe.",
    ProblemType.CONFLICT: "Er staat al iets anders. Kijk eerst hoe het er nu voor staat.",
    ProblemType.ATTACHMENT_UNAVAILABLE: "Een bestand is niet, of niet helemaal, aangekomen."
    " Stuur het opnieuw.",
    ProblemType.MOVED: "Het meldpunt staat op een andere host.",
    ProblemType.CONTENT_TOO_LARGE: "De tekst of het bestand is te groot voor deze host.",
    ProblemType.REPORT_FULL: "Bij deze melding kunnen geen bestanden meer.",
    ProblemType.ATTACHMENT_LOST: "De host heeft dit bestand niet meer. Vraag om het opnieuw te"
    " sturen.",
    **dict.fromkeys((kind for kind in ProblemType if kind.status >= 500), _LATER),  # noqa: PLR2004
}

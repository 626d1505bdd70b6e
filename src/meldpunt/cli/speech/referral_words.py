"""What `meldpunt report refer` says, in Dutch and in English."""

from dataclasses import dataclass
from typing import Final

from meldpunt.cli.speech.spoken import by_language


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralWords:
    """The sentences in one language."""

    known_code: str
    nobody: str
    summary: str
    already: str
    look: str
    what_goes: tuple[str, ...]
    ask: str
    received: str
    same_code: str
    own_code: str
    ask_to_tell: str
    not_told: str


ENGLISH: Final = ReferralWords(
    known_code="The handler who wrote this report down knows its code. Make it yours first, with"
    " meldpunt report take-over, or add --new-code.",
    nobody="Nobody suggested another line in this report, or not that.",
    summary="Summary for this line:",
    already="There is a report under this code on that line already; nothing was sent again. Look:",
    look="    meldpunt report status {address}",
    what_goes=("This is what {line} gets, and that it comes from you by way of", "{old}:"),
    ask="Send this to {line}? [y/N] ",
    received="{line} received it on {day}.",
    same_code="Come back to it with the same receipt code:",
    own_code="Come back to it with its receipt code:",
    ask_to_tell="Tell the line that suggested it that you did? [y/N] ",
    not_told="The line that suggested it could not be told. {why}",
)
_DUTCH: Final = ReferralWords(
    known_code="Wie deze melding opschreef, kent de geheime code. Neem eerst een nieuwe code, met"
    " meldpunt report take-over, of zet er --new-code bij.",
    nobody="In deze melding heeft niemand een ander meldpunt voorgesteld, of niet dat meldpunt.",
    summary="Samenvatting voor dit meldpunt:",
    already="Bij dat meldpunt is met deze code al een melding; er is niets opnieuw verstuurd."
    " Kijk zo:",
    look="    meldpunt report status {address}",
    what_goes=("Dit krijgt {line}. Daar staat ook bij dat het van de melder komt, via", "{old}:"),
    ask="Dit versturen naar {line}? [j/N] ",
    received="{line} heeft het ontvangen op {day}.",
    same_code="Bekijk het later met dezelfde geheime code:",
    own_code="Bekijk het later met de nieuwe geheime code:",
    ask_to_tell="Aan het meldpunt dat dit voorstelde, vertellen dat het gedaan is? [j/N] ",
    not_told="Aan het meldpunt dat dit voorstelde, kon het niet verteld worden. {why}",
)


def referral_words() -> ReferralWords:
    """Return the sentences of the language that the program speaks now."""
    return by_language(_DUTCH, ENGLISH)

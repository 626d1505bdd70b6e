"""Names of people, compared as people compare them: one rule for every command."""

import re
import unicodedata
from typing import Final

_HYPHENS: Final = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")


def plain_name(name: str) -> str:
    """Return a name in the form in which two names are compared. It is not for showing.

    Keyboards and pages differ in the form of accents, in case, in kinds of space and of hyphen, and
    in what nobody sees.
    """
    shown = "".join(
        c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf"
    )
    folded = unicodedata.normalize("NFC", shown.casefold())
    return _HYPHENS.sub("-", " ".join(folded.split()))

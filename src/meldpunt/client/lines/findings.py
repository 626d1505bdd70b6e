"""What an audit of a line can find."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason


class Level(StrEnum):
    """How serious a finding is."""

    FINE = "fine"
    NOTE = "note"
    """Worth knowing; it may happen with an honest office and host."""
    ALARM = "alarm"
    """It does not happen with an honest office and host."""


class Check(StrEnum):
    """The subject of a check."""

    LINE = "line"
    """Key chain, newest document and box keys, verified from the line id, and the address's pin."""
    KEYS = "keys"
    HISTORY = "history"
    """Every document back to number 1: each must name the one before."""
    DATES = "dates"
    PEOPLE = "people"
    """No handler may disappear from the list, come back, or become somebody else."""
    TEXTS = "texts"
    BOX_KEYS = "box-keys"
    ORIGINS = "origins"
    RECEIPT_KEY = "receipt-key"
    BULLETINS = "bulletins"
    """The index of bulletins: its signature and form."""
    BULLETIN_DAYS = "bulletin-days"
    """The index reaches up to yesterday."""
    BULLETIN_FILES = "bulletin-files"
    """Each file that the index names is there; months and years are their days."""
    BULLETIN_HISTORY = "bulletin-history"
    """The index continues one that somebody kept."""
    BULLETIN_MOVE = "bulletin-move"
    """The kept index is of an earlier host of the line, so a new one begins."""
    PAGE_RELEASE = "page-release"
    """The manifest of a served page is the one of this release, or one that the office signed."""
    PAGE_SIGNED = "page-signed"
    """The line document names the manifest."""
    PAGE_FILE = "page-file"
    """Every served file is the one that the manifest names."""
    PAGE_POLICY = "page-policy"
    """Every file comes with the Content-Security-Policy of the manifest."""
    PAGE_HEADER = "page-header"
    """The other header fields of a file are those of a page that loads and keeps nothing else."""
    PAGE_TRANSPORT = "page-transport"
    """Browsers keep to TLS."""
    PAGE_LINE = "page-line"
    """`line.json` names this line, and browsers do not keep it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of an audit."""

    level: Level
    check: Check
    document: int | None = None
    """The number of the line document that the finding is about."""
    handler: ids.HandlerId | None = None
    day: date | None = None
    reason: Reason | None = None
    file: str | None = None
    """The name of the bulletin or of the page's file that the finding is about."""
    fields: tuple["WrongField", ...] = ()
    """The header fields of the page's file that are wrong."""


@dataclass(frozen=True, slots=True)
class WrongField:
    """A header field that a server sends in vain, or does not send as it should."""

    name: str
    """In lower case."""
    expected: str | None
    """What it should say; None if it should not be sent."""

"""The shape of line.yaml: the members of a line document, and a few of the office's own."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from meldpunt.client.lines.other_lines import MAX_LINES
from meldpunt.protocol.texts.desk import StoryTerm
from meldpunt.protocol.texts.guide import NamedLine
from meldpunt.protocol.texts.shapes import Translations
from meldpunt.protocol.texts.theme import Colours
from meldpunt.protocol.verify.clock import CheckIn, Clock
from meldpunt.protocol.verify.days import Term
from meldpunt.protocol.verify.fields import Day, Flag, Model, TermField
from meldpunt.protocol.verify.line_document import Function, Languages

_Short = Annotated[str, Field(min_length=1, max_length=200)]
_Said = Annotated[str, Field(min_length=1, max_length=4000)]
FileName = Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9 ._-]{0,99}/?){1,3}$")]
"""A file in the folder, or in a folder in it."""


class ChecklistItem(StrEnum):
    """What an office settles before it publishes. Nothing enforces it."""

    WORKS_COUNCIL = "worksCouncil"
    """Consent of the works council (WOR 27)."""
    CLIENT_COUNCIL = "clientCouncil"
    """The student or client council."""
    DPIA = "dpia"
    DATA_PROTECTION_OFFICER = "dataProtectionOfficer"
    PROCESSOR_AGREEMENT = "processorAgreement"
    SELECTION_LIST = "selectionList"
    """Where archives law applies."""
    SECRECY_LAW = "secrecyLaw"
    """A lawyer has looked when secrecy must end."""
    TELEPHONE_NUMBERS = "telephoneNumbers"
    """Somebody has called every number of the guide."""


class SourcedClock(Clock):
    """A clock, with where its term comes from."""

    source: _Said
    """The law and article, or `own choice`."""
    checked: Day
    """When somebody last looked the source up."""
    unverified: _Said | None = None
    """Why the source could not be looked up."""


class SourcedStoryTerm(StoryTerm):
    """How soon a story is taken down, with where that comes from."""

    source: _Said
    checked: Day


class PlannedHandler(Model):
    """What an office decides about a handler."""

    name: _Short
    """As in the handler's public entry."""
    function: Function | None = None
    languages: Languages | None = None
    external: Flag | None = None
    entry: FileName | None = None
    """The handler's public entry, a file in this folder."""


class LineSettings(Model):
    """line.yaml, without its `values`."""

    languages: Languages
    address_form: Literal["je", "u"] | None = None
    names: Translations
    contact: Translations
    reader_count: Annotated[int, Field(strict=True, ge=1, le=64)] = 2
    retention: TermField
    maximum_term: TermField
    withdrawal_term: TermField = Term(14, "D")
    unopened_term: TermField = Term(14, "D")
    clocks: Annotated[tuple[SourcedClock, ...], Field(min_length=1, max_length=20)]
    check_ins: Annotated[tuple[CheckIn, ...], Field(max_length=8)] = ()
    story_term: SourcedStoryTerm | None = None
    other_lines: Annotated[tuple[NamedLine, ...], Field(max_length=MAX_LINES)] = ()
    functions: tuple[Function, ...] = ()
    """The functions that this line needs."""
    handlers: Annotated[tuple[PlannedHandler, ...], Field(max_length=64)] = ()
    checklist: dict[ChecklistItem, str] = {}  # noqa: RUF012 (pydantic copies it)
    """What was settled: a day and a word for each, or `open`."""
    pages: Annotated[tuple[FileName, ...], Field(max_length=4)] = ()
    """Manifests of builds of the reporter's page."""
    texts: Annotated[tuple[FileName, ...], Field(max_length=39)] = ()
    """Further texts, such as a code of conduct."""


class LogoFile(Model):
    """The logo, as a file in the folder."""

    file: FileName
    label: Translations


class ThemeFile(Model):
    """theme.yaml."""

    light: Colours
    dark: Colours | None = None
    logo: LogoFile | None = None

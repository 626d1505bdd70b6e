"""The line document: what an office promises, who handles reports, under which clocks (section 5).

A client needs only the newest document to seal a report. The host still serves older documents by
hash: the clocks of a report follow the document under which it was made.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import Field

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.clock import CheckIn, Clock
from meldpunt.protocol.verify.days import TOLERANCE, Term
from meldpunt.protocol.verify.ed25519 import check_public_key, check_signature
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import (
    Count,
    Day,
    Flag,
    HandlerIdField,
    HashField,
    Key32,
    Language,
    LineIdField,
    Model,
    Number,
    Participant,
    SignedModel,
    TermField,
    Version,
)

DOCUMENT_LABEL: Final = "mp1/line-document"
MAX_VALIDITY: Final = timedelta(days=90)
GRACE: Final = timedelta(days=30)
"""For how long after a document's last day clients still seal under it, with a warning."""


Origin = Annotated[str, Field(pattern=r"^https?://[a-z0-9.:\[\]-]{1,255}$")]
"""Scheme and authority in lower case: no path, no user, one spelling for each host name."""


Languages = Annotated[tuple[Language, ...], Field(fail_fast=True, min_length=1, max_length=40)]


class Text(Model):
    """A short text in one language."""

    language: Language
    text: Annotated[str, Field(min_length=1, max_length=4000)]


class Function(StrEnum):
    """What a handler does with reports. People choose by it whom they write to."""

    ADVISER = "adviser"
    """Supports whoever reports; never investigates or judges."""
    CONTACT = "contact"
    INVESTIGATOR = "investigator"
    DECIDER = "decider"
    AFTERCARE = "aftercare"


class ListedHandler(Model):
    """A handler, as the document lists them. `until` is the day on which they leave."""

    id: HandlerIdField
    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Annotated[str, Field(min_length=1, max_length=200)]
    signing_key: Key32
    from_: Annotated[Day, Field(alias="from")]
    until: Day | None = None
    function: Function | None = None
    languages: Languages | None = None
    """The languages in which they read and answer, if not all those of the line."""
    external: Flag | None = None
    """They work for another organisation than the one that the line is about."""
    first_box_key: Count | None = None
    """The lowest number of a box key that counts. Set after a recovery: the lost ones are lower."""

    def is_active(self, day: date) -> bool:
        """Say whether this handler may read new messages on `day`."""
        return self.from_ <= day + TOLERANCE and (self.until is None or day < self.until)


class LineDocument(SignedModel):
    """One numbered version of what a line publishes about itself."""

    MAX_SIZE: ClassVar[int] = 65536

    version: Version
    line_id: LineIdField
    number: Number
    previous: HashField | None = None
    """Hash of the document before this document; absent only in number 1."""
    key_number: Count
    """Position in the key chain of the key that signs this document, from 0."""
    signed_on: Day
    expires_on: Day
    origins: Annotated[tuple[Origin, ...], Field(fail_fast=True, min_length=1, max_length=8)]
    """Origins of the host (RFC 6454), such as `https://report.example`."""
    receipt_key: Key32
    """The host's Ed25519 key for proofs of receipt."""
    languages: Languages
    names: Annotated[tuple[Text, ...], Field(fail_fast=True, min_length=1, max_length=40)]
    contact: Annotated[tuple[Text, ...], Field(fail_fast=True, min_length=1, max_length=40)]
    """How to reach the office without this service."""
    form: HashField
    guide: HashField
    procedure: HashField
    theme: HashField | None = None
    pages: (
        Annotated[tuple[HashField, ...], Field(fail_fast=True, min_length=1, max_length=4)] | None
    ) = None
    """Manifests of the builds of the reporter's page that the office serves."""
    texts: Annotated[tuple[HashField, ...], Field(fail_fast=True, max_length=40)] = ()
    clocks: Annotated[tuple[Clock, ...], Field(fail_fast=True, min_length=1, max_length=20)]
    check_ins: (
        Annotated[tuple[CheckIn, ...], Field(fail_fast=True, min_length=1, max_length=8)] | None
    ) = None
    retention: TermField
    """How long after the closing the host erases a report."""
    maximum_term: TermField
    """How long after receipt the host erases a report at the latest, except for `unopened_term`."""
    withdrawal_term: TermField
    """How long after a withdrawal the host erases the report."""
    unopened_term: TermField = Term(14, "D")
    """How much longer the host keeps a report with a reporter's message that no handler opened."""
    reader_count: Annotated[int, Field(strict=True, ge=1, le=64)] = 2
    """How many handlers read a report."""
    handlers: Annotated[
        tuple[ListedHandler, ...], Field(fail_fast=True, min_length=1, max_length=64)
    ]

    @property
    def documents(self) -> tuple["LineDocument"]:
        """Return this document alone, so that it can stand in for `Lines`."""
        return (self,)

    def text_hashes(self) -> frozenset[ids.Hash]:
        """Return the hashes of all texts that this document names."""
        theme = () if self.theme is None else (self.theme,)
        named = (self.form, self.guide, self.procedure, *theme, *(self.pages or ()))
        return frozenset((*named, *self.texts))

    def handler(self, handler: ids.HandlerId) -> ListedHandler | None:
        """Return the handler with this id, or None. Handlers who have left count too."""
        return next((found for found in self.handlers if found.id == handler), None)

    def active_handlers(self, day: date) -> tuple[ListedHandler, ...]:
        """Return the handlers who may read new messages on `day`."""
        return tuple(handler for handler in self.handlers if handler.is_active(day))


@dataclass(frozen=True, slots=True)
class Lines:
    """The newest documents of all lines whose handlers take part in a report.

    A handler's id is a hash that includes the line id. So only one of these documents can list it.
    """

    birth_line: LineDocument
    """The document of the line on which the report was made."""
    others: tuple[LineDocument, ...]
    """The documents of the lines in the reporter's consents: asked to take the report, or took it.
    """

    @property
    def line_id(self) -> ids.LineId:
        """The line that every message of the report names."""
        return self.birth_line.line_id

    @property
    def documents(self) -> tuple[LineDocument, ...]:
        """The documents of all lines."""
        return (self.birth_line, *self.others)

    @property
    def handlers(self) -> tuple[ListedHandler, ...]:
        """The handlers of all lines, with those who have left."""
        return tuple(h for document in self.documents for h in document.handlers)

    def handler(self, handler: ids.HandlerId) -> ListedHandler | None:
        """Return the handler with this id, or None. Handlers who have left count too."""
        return next((found for found in self.handlers if found.id == handler), None)

    def active_handlers(self, day: date) -> tuple[ListedHandler, ...]:
        """Return the handlers who may read new messages on `day`."""
        return tuple(handler for handler in self.handlers if handler.is_active(day))

    def of(self, handler: Participant) -> LineDocument | None:
        """Return the document that names a handler, or None."""
        return next((d for d in self.documents if any(h.id == handler for h in d.handlers)), None)


Directory = LineDocument | Lines
"""Who handles a report: one line, or several after a handover."""


def parse_line_document(data: bytes, line: ids.LineId) -> LineDocument:
    """Read a document and check what needs no signature.

    Raises:
        RefusedError: A JSON reason, FIELDS, OTHER_LINE, DOCUMENT_DATES, DOCUMENT_PREVIOUS when
            number 1 names a previous document or another number does not, HANDLER_ID,
            HANDLER_DUPLICATE, PUBLIC_KEY.
    """
    document = LineDocument.from_signed(data)
    if document.line_id != line:
        raise RefusedError(Reason.OTHER_LINE)
    if not timedelta(0) <= document.expires_on - document.signed_on <= MAX_VALIDITY:
        raise RefusedError(Reason.DOCUMENT_DATES)
    if (document.number == 1) != (document.previous is None):
        raise RefusedError(Reason.DOCUMENT_PREVIOUS)
    check_public_key(document.receipt_key)
    _check_handlers(document)
    return document


def check_handlers_kept(newer: LineDocument, older: LineDocument) -> None:
    """Check that a document keeps everybody whom an earlier one lists (section 5.2).

    No handler may disappear, start on another day, or come back: somebody else may hold the key of
    a handler who has left. Nor may a lost box key count again. The office may correct names, roles,
    and a day of leaving in the future.

    Raises:
        RefusedError: DOCUMENT_PREVIOUS.
    """
    if not all(is_kept(before, newer) for before in older.handlers):
        raise RefusedError(Reason.DOCUMENT_PREVIOUS)


def is_kept(before: ListedHandler, newer: LineDocument) -> bool:
    """Say whether a later document lists a handler as `check_handlers_kept` asks."""
    now = newer.handler(before.id)
    has_left = before.until is not None and before.until <= newer.signed_on
    return (
        now is not None
        and now.from_ == before.from_
        and not (has_left and now.until != before.until)
        and (now.first_box_key or 0) >= (before.first_box_key or 0)
    )


def _check_handlers(document: LineDocument) -> None:
    for handler in document.handlers:
        check_public_key(handler.signing_key)
        if handler.id != ids.handler_id(document.line_id, handler.signing_key):
            raise RefusedError(Reason.HANDLER_ID)
    if len({handler.id for handler in document.handlers}) != len(document.handlers):
        raise RefusedError(Reason.HANDLER_DUPLICATE)


def verify_line_document(
    data: bytes, signature: bytes, line: ids.LineId, keys: tuple[bytes, ...]
) -> LineDocument:
    """Read a document and verify it under the line key with its key number.

    Raises:
        RefusedError: As `parse_line_document`; KEY_NUMBER when the chain has no such key,
            SIGNATURE.
    """
    document = parse_line_document(data, line)
    if document.key_number >= len(keys):
        raise RefusedError(Reason.KEY_NUMBER)
    check_signature(DOCUMENT_LABEL, data, signature, keys[document.key_number])
    return document

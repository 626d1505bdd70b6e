"""Message headers: what a host can read of a message, signed by its author (section 7).

Everything that happens to a report is a message. The header says who wrote it, what it does, who
may read it and what its author had seen; the body is named by its hash.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.ed25519 import (
    check_public_key,
    check_signature,
    is_signature,
    signed_bytes,
)
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import (
    REPORTER,
    AttachmentIds,
    BoxPublicKey,
    Count,
    Day,
    Flag,
    HandlerIdField,
    HandlerIds,
    HashField,
    Key32,
    LineIdField,
    MessageIdField,
    MessageIds,
    Model,
    ParticipantField,
    Participants,
    ReportIdField,
    SignatureField,
    SignedModel,
    Version,
)

MESSAGE_LABEL: Final = "mp1/message"
SUCCESSION_LABEL: Final = "mp1/succession"

ReportOrigin = Literal["oral", "consultation"]
"""How a report came about, where no reporter wrote it: the payload has whose word that is."""


class Tag(StrEnum):
    """What a message does: the closed list of protocol version 1."""

    REPORT = "report"
    MESSAGE = "message"
    ACKNOWLEDGEMENT = "acknowledgement"
    FEEDBACK = "feedback"
    PAUSE = "pause"
    CLOSING = "closing"
    REOPENING = "reopening"
    WITHDRAWAL = "withdrawal"
    ADMIT = "admit"
    SUCCESSION = "succession"
    PROPOSAL = "proposal"
    CONSENT = "consent"
    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"


REPORTER_TAGS: Final = frozenset(
    {Tag.REPORT, Tag.MESSAGE, Tag.REOPENING, Tag.WITHDRAWAL, Tag.SUCCESSION, Tag.CONSENT}
)
"""What a reporter may send."""
HANDLER_TAGS: Final = frozenset(
    {
        Tag.MESSAGE,
        Tag.ACKNOWLEDGEMENT,
        Tag.FEEDBACK,
        Tag.PAUSE,
        Tag.CLOSING,
        Tag.REOPENING,
        Tag.ADMIT,
        Tag.PROPOSAL,
        Tag.ACCEPTANCE,
        Tag.REFUSAL,
    }
)
"""What a handler may send."""
TAGS_WITHOUT_FILES: Final = frozenset({Tag.REPORT, Tag.WITHDRAWAL, Tag.SUCCESSION})
"""A file is uploaded to a report that exists; what ends a report or a key brings none."""


_FIELD_OF: Final = {
    Tag.PAUSE: "until",
    Tag.WITHDRAWAL: "immediate",
    Tag.ADMIT: "admits",
    Tag.SUCCESSION: "successor",
    Tag.PROPOSAL: "proposes",
    Tag.CONSENT: "handover",
    Tag.ACCEPTANCE: "consent",
    Tag.REFUSAL: "consent",
}
"""The field that stands in messages of a tag, and in no others."""
_FIELDS_OF_TAGS: Final = tuple(dict.fromkeys(_FIELD_OF.values()))
_SUNDAY: Final = 6


class Successor(Model):
    """The keys that take over a report, signed by the signing key that they replace.

    The new key signs the header, so that nobody who knows the replaced one can write another.
    """

    signing_key: Key32
    box_key: BoxPublicKey
    signature: SignatureField

    @staticmethod
    def statement(
        *, line: ids.LineId, report: ids.ReportId, signing_key: bytes, box_key: bytes
    ) -> bytes:
        """Return what the replaced key signs under `mp1/succession`."""
        return line + report + signing_key + box_key


class Handover(Model):
    """To whom a reporter hands a report over, if they take it (section 9.7)."""

    line_id: LineIdField
    """The line that is asked; on the same host."""
    document: HashField
    """That line's document as the reporter saw it: its clocks and terms apply from acceptance."""
    readers: Annotated[HandlerIds, Field(min_length=1)]
    """Handlers of that line: who decides, and reads on afterwards."""
    messages: Annotated[MessageIds, Field(min_length=1)]
    """What they may read of the report so far."""
    until: Day
    """Last day on which they can accept: a Sunday, so that it tells little of a device's clock."""


class Header(SignedModel):
    """The header of a message; a well-formed one, not yet a verified one."""

    MAX_SIZE: ClassVar[int] = 16384

    version: Version
    line_id: LineIdField
    """The line the report was made on, for ever."""
    report_id: ReportIdField
    author: ParticipantField
    n: Count
    """The author's own count in this report: 0, 1, 2…"""
    tag: Tag
    document: HashField
    """The newest line document the author knew."""
    day: Day | None = None
    """The author's day; handlers only: a reporter's clock could point at them."""
    until: Day | None = None
    """Last day of a pause; pauses only."""
    immediate: Flag | None = None
    """Erase without cooling-off; withdrawals only."""
    admits: HandlerIdField | None = None
    """The handler who may read everything before this; admissions only."""
    successor: Successor | None = None
    """The reporter's new keys, which sign this header; successions only."""
    proposes: LineIdField | None = None
    """The line that a handler suggests; proposals of a handover only."""
    handover: Handover | None = None
    """What the reporter agrees to; consents only."""
    consent: MessageIdField | None = None
    """The consent that is answered; acceptances and refusals only."""
    origin: ReportOrigin | None = None
    """A handler wrote the report down for a caller, or asks for advice; first messages only."""
    attachments: AttachmentIds | None = None
    """The files that come with this message; absent when there are none."""
    readers: Annotated[Participants, Field(min_length=1)]
    """Who may read the body. Without `reporter`, a handler's message is a note among handlers."""
    seen: MessageIds
    """The newest message of every author that this author holds, own ones included."""
    body: HashField


@dataclass(frozen=True, slots=True)
class VerifiedHeader:
    """A header whose form and signature hold."""

    header: Header
    message_id: ids.MessageId
    data: bytes
    """The bytes that were signed."""
    signature: bytes


def parse_header(data: bytes) -> Header:
    """Read a header and check the rules that need no key.

    Raises:
        RefusedError: A JSON reason, FIELDS, ORDER, HEADER_FIELDS when a field does not go with
            author or tag, TAG_NOT_ALLOWED.
    """
    header = Header.from_signed(data)
    if header.author == REPORTER:
        _check_reporter(header)
    else:
        _check_handler(header)
    own = _FIELD_OF.get(header.tag)
    for field in _FIELDS_OF_TAGS:
        _check((getattr(header, field) is not None) == (field == own), field)
    _check(header.origin is None or header.tag is Tag.REPORT, "origin")
    _check(header.attachments is None or header.tag not in TAGS_WITHOUT_FILES, "attachments")
    return header


def _check(holds: bool, field: str) -> None:  # noqa: FBT001 (what is checked)
    if not holds:
        raise RefusedError(Reason.HEADER_FIELDS, field)


def _check_reporter(header: Header) -> None:
    if header.tag not in REPORTER_TAGS or (header.tag is Tag.REPORT) != (header.n == 0):
        raise RefusedError(Reason.TAG_NOT_ALLOWED)
    # A body sealed to the reporter would make a seized receipt code a confession.
    _check(REPORTER not in header.readers, "readers")
    _check(header.day is None, "day")
    _check((header.n == 0) == (not header.seen), "seen")
    _check(header.handover is None or _is_sound(header.handover, header), "handover")


def _is_sound(handover: Handover, header: Header) -> bool:
    sunday = handover.until.weekday() == _SUNDAY
    return sunday and set(handover.readers).issubset(header.readers)


def _check_handler(header: Header) -> None:
    if header.tag not in HANDLER_TAGS:
        raise RefusedError(Reason.TAG_NOT_ALLOWED)
    if header.day is None:
        raise RefusedError(Reason.HEADER_FIELDS, "day")
    _check(header.author in header.readers, "readers")
    _check(bool(header.seen), "seen")
    # What changes the state of a report must be readable to the person it is about.
    _check(header.tag is Tag.MESSAGE or REPORTER in header.readers, "readers")
    _check(header.until is None or header.until > header.day, "until")
    newcomers = {*header.readers} - {header.author}
    _check(header.admits is None or header.admits in newcomers, "admits")


def verify_header(data: bytes, signature: bytes, signing_key: bytes) -> VerifiedHeader:
    """Read a header and verify its author's signature.

    A succession is signed by the new key; `signing_key` has signed that it takes over.

    Args:
        data: The bytes that were signed.
        signature: 64 bytes.
        signing_key: The Ed25519 key of the author that the header names; the caller looks it up.

    Raises:
        RefusedError: As `parse_header`; PUBLIC_KEY for a new key, SUCCESSION when `signing_key` did
            not hand over to it; SIGNATURE.
    """
    return verify_author(parse_header(data), data, signature, signing_key)


def verify_author(
    header: Header, data: bytes, signature: bytes, signing_key: bytes
) -> VerifiedHeader:
    """As `verify_header`, of a header that has been read from `data` already.

    Raises:
        RefusedError: PUBLIC_KEY, SUCCESSION, SIGNATURE.
    """
    if header.successor is not None:
        _check_successor(header, header.successor, signing_key)
        signing_key = header.successor.signing_key
    check_signature(MESSAGE_LABEL, data, signature, signing_key)
    return VerifiedHeader(header, ids.message_id(data), data, signature)


def _check_successor(header: Header, successor: Successor, replaced: bytes) -> None:
    check_public_key(successor.signing_key)
    statement = Successor.statement(
        line=header.line_id,
        report=header.report_id,
        signing_key=successor.signing_key,
        box_key=successor.box_key,
    )
    signed = signed_bytes(SUCCESSION_LABEL, statement)
    if successor.signing_key == replaced or not is_signature(signed, successor.signature, replaced):
        raise RefusedError(Reason.SUCCESSION)

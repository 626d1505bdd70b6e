"""A line on its way from one host to another: all that the old one holds, in records.

Everything is public, signed by somebody else, or ciphertext; the days are the old host's word. A
record follows those it needs: documents in order, then texts, box keys and reports, each report
with its messages in order of arrival.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from meldpunt.protocol.verify.box_key import SignedBoxKey
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import (
    AttachmentIdField,
    Bytes,
    Count,
    Day,
    Flag,
    HandlerIds,
    HashField,
    Key16,
    Key32,
    MessageIdField,
    Model,
    Number,
    ParticipantField,
    ReportIdField,
    SignatureField,
)
from meldpunt.protocol.verify.key_chain import Rotation
from meldpunt.protocol.verify.sealed import Wrap
from meldpunt.wire.reports import ReporterPublicKeys

MAX_WRAPS = 64
"""Wraps in one record."""
MAX_PART = 512 * 1024
"""Bytes of an attachment in one record."""


class MovedMessage(Model):
    """A message as a host received it."""

    report: ReportIdField
    position: Number
    """Place in the order of arrival, from 1."""
    header: Bytes
    signature: SignatureField
    received_on: Day
    proof: SignatureField
    """Proof of receipt of the host that the message came to first."""
    receipt_key: Key32
    """The key that made it; a document of the line names it."""
    body: Bytes | None = None
    """Absent where only the header is left of an erased report."""


class MovedReport(Model):
    """The beginning of a report: its keys, and a first message that one of them signed."""

    keys: ReporterPublicKeys
    """Those that the report is named after."""
    document: HashField
    """The document the report was made with."""
    first: MovedMessage


class MovedWrap(Wrap):
    """A wrap, and who made it."""

    maker: ParticipantField


class MovedWraps(Model):
    """Wraps of one message."""

    report: ReportIdField
    message: MessageIdField
    wraps: Annotated[
        tuple[MovedWrap, ...], Field(fail_fast=True, min_length=1, max_length=MAX_WRAPS)
    ]


class MovedPause(Model):
    """A pause of the clocks."""

    since: Day
    until: Day


class Remains(Model):
    """What a host keeps of an erased report beside the headers of withdrawal and succession."""

    received_on: Day
    acknowledged_on: Day | None = None
    feedback_on: Day | None = None
    closed_on: Day | None = None
    immediate: Flag
    pauses: Annotated[tuple[MovedPause, ...], Field(fail_fast=True, max_length=10_000)] = ()
    handlers: Annotated[HandlerIds, Field(min_length=1)]
    """Who took part in it, and is told that it was withdrawn."""
    erased_on: Day
    """When this too is to be erased."""


class MovedPart(Model):
    """A part of an attachment that a message lists; the parts come in order, after that message."""

    report: ReportIdField
    attachment: AttachmentIdField
    size: Number
    """Bytes of ciphertext, all of it."""
    offset: Count
    """Where this part starts."""
    data: Bytes
    """At most 512 KiB."""


class MovedEnd(Model):
    """The end of a report: with it the report is whole, and can be read and answered."""

    report: ReportIdField
    message_count: Number
    remains: Remains | None = None
    """For an erased report; the state of any other follows from its messages."""
    bulletin_key: Key16 | None = None
    """The report's key for bulletins, in clear: the next host masks it with a secret of its own."""


class MovedDocument(Model):
    """One version of the line document."""

    document: Bytes
    signature: SignatureField


class Record(Model):
    """One of these; strict, for whoever leaves out what it does not know has lost it."""

    document: MovedDocument | None = None
    text: Bytes | None = None
    box_key: SignedBoxKey | None = None
    report: MovedReport | None = None
    message: MovedMessage | None = None
    wraps: MovedWraps | None = None
    part: MovedPart | None = None
    end: MovedEnd | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(value is not None for _, value in self) != 1:
            raise RefusedError(Reason.FIELDS)
        return self


class ExportPage(Model):
    """Answer of `GET /v1/lines/{lineId}/export`; at most about 1 MiB of content."""

    records: tuple[Record, ...]
    cursor: str | None = None
    """Where the next page starts; absent on the last."""
    staying: Count | None = None
    """On the last page: reports that are left out, because the reporter asked another line to take
    them. They stay on this host, and can be read and answered there."""


class ImportPut(Model):
    """Body of `PUT /v1/lines/{lineId}/import`: one page of an export."""

    first_key: Key32
    rotations: Annotated[tuple[Rotation, ...], Field(fail_fast=True, max_length=64)] = ()
    """The key chain up to the key that signs this request."""
    invite: Annotated[str, Field(max_length=64)] | None = None
    """The operator's one-time invite, with every page until the line is here."""
    records: Annotated[tuple[Record, ...], Field(fail_fast=True, max_length=4096)]
    last: Flag | None = None
    """All is sent: the line begins to live on this host."""

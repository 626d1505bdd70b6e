"""A transfer of a line from one host to another: everything that the old host holds, in records.

Every record is public, signed by somebody else, or ciphertext. Only the days rest on what the old
host says. A record comes after the records that it needs: documents in order, then texts, box keys
and reports. The messages of a report come in order of arrival.
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
"""How many wraps one record may hold."""
MAX_PART = 512 * 1024
"""How many bytes of an attachment one record may hold."""


class MovedMessage(Model):
    """A message as a host received it."""

    report: ReportIdField
    position: Number
    """The message's place in the order of arrival, from 1."""
    header: Bytes
    signature: SignatureField
    received_on: Day
    proof: SignatureField
    """Proof of receipt by the first host that received the message."""
    receipt_key: Key32
    """The key that signed the proof of receipt. A document of the line names it."""
    body: Bytes | None = None
    """Absent if the host erased the report and kept only this header."""


class MovedReport(Model):
    """The beginning of a report: its keys, and the first message, signed by one of them."""

    keys: ReporterPublicKeys
    """The first keys of the reporter. The report id is their hash."""
    document: HashField
    """The document under which the report was made."""
    first: MovedMessage


class MovedWrap(Wrap):
    """A wrap and its maker."""

    maker: ParticipantField


class MovedWraps(Model):
    """Wraps of one message."""

    report: ReportIdField
    message: MessageIdField
    wraps: Annotated[
        tuple[MovedWrap, ...], Field(fail_fast=True, min_length=1, max_length=MAX_WRAPS)
    ]


class Remains(Model):
    """What a host keeps of an erased report, besides the headers of withdrawal and succession."""

    received_on: Day
    immediate: Flag
    """As the header of the withdrawal says."""
    handlers: Annotated[HandlerIds, Field(min_length=1)]
    """The handlers who took part. The host tells them that the report was withdrawn."""
    erased_on: Day
    """The day on which the host erases this too."""


class MovedPart(Model):
    """A part of a listed attachment. The parts come in order, after the message that lists it."""

    report: ReportIdField
    attachment: AttachmentIdField
    size: Number
    """Bytes of the whole ciphertext."""
    offset: Count
    """The byte at which this part starts."""
    data: Bytes
    """At most 512 KiB."""


class MovedEnd(Model):
    """The end of a report. Now the report is whole, and participants can read and answer it."""

    report: ReportIdField
    message_count: Number
    remains: Remains | None = None
    """Only for an erased report. The state of other reports follows from their messages."""
    bulletin_key: Key16 | None = None
    """The report's bulletin key, not masked. The next host masks it with a secret of its own."""


class MovedDocument(Model):
    """One version of the line document."""

    document: Bytes
    signature: SignatureField


class Record(Model):
    """Exactly one of these fields. A host refuses unknown fields, because it would lose them."""

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


class ExportTotal(Model):
    """What an export holds, as the host counts it at its start. A client refuses much more."""

    reports: Count
    messages: Count
    attachment_bytes: Count
    """Bytes of all attachments, as ciphertext."""


class ExportPage(Model):
    """Answer of `GET /v1/lines/{lineId}/export`; at most about 1 MiB of content."""

    records: tuple[Record, ...]
    cursor: str | None = None
    """Where the next page starts; absent on the last page."""
    total: ExportTotal | None = None
    """On the first page."""
    staying: Count | None = None
    """On the last page: how many reports the export leaves out, because the reporter asked another
    line to take them. They stay on the old host, where participants can read and answer them."""


class ImportPut(Model):
    """Body of `PUT /v1/lines/{lineId}/import`: one page of an export."""

    first_key: Key32
    rotations: Annotated[tuple[Rotation, ...], Field(fail_fast=True, max_length=64)] = ()
    """The key chain up to the key that signs this request."""
    invite: Annotated[str, Field(max_length=64)] | None = None
    """The operator's one-time invite, with every page until the line is on this host."""
    records: Annotated[tuple[Record, ...], Field(fail_fast=True, max_length=4096)]
    last: Flag | None = None
    """The export is complete: this host begins to serve the line."""

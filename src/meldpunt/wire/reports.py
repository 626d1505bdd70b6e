"""Reports and their messages, as reporters and handlers see them."""

from typing import Annotated, Literal

from pydantic import Field

from meldpunt.protocol.verify.fields import (
    Answer,
    BoxPublicKey,
    Bytes,
    Count,
    Day,
    EntryIdField,
    HashField,
    Key16,
    Key32,
    KeyIdField,
    LineIdField,
    Model,
    SignatureField,
)
from meldpunt.protocol.verify.log.clocks import ClockStatus, State
from meldpunt.protocol.verify.sealed import SealedMessage, Wrap


class Challenge(Answer):
    """Answer of `POST /v1/challenges`."""

    challenge: Annotated[str, Field(max_length=256)]
    expires_in: int
    """Seconds from now."""


class ReporterPublicKeys(Model):
    """A reporter's public keys; the report id is their hash."""

    signing_key: Key32
    box_key: BoxPublicKey


class ReportPut(Model):
    """Body of `PUT /v1/report`: a report's first message."""

    keys: ReporterPublicKeys
    message: SealedMessage
    bulletin_key: Key16 | None = None
    """Finds the report's tags in bulletins (openapi/protocol.md section 10.6)."""


class BulletinKeyPut(Model):
    """Body of `PUT /v1/report/bulletin-key`."""

    bulletin_key: Key16


class BulletinsSince(Answer):
    """Answer of `PUT /v1/report/bulletin-key`."""

    bulletin_since: Day
    """First day on which bulletins tell of the report."""


class Accepted(Answer):
    """The host holds the message, durably, since this day."""

    received_on: Day
    proof: SignatureField
    """The host's proof of receipt (openapi/protocol.md section 10.4)."""
    receipt_key: Key32 | None = None
    """Of the host that received it, where the line has moved to this one since."""


class ReportStatus(Answer):
    """Where a report stands; the same form for reporter and handler."""

    line_id: LineIdField
    document: HashField
    """The line document whose clocks apply: the one the report was made with, or after a handover
    that of the line that took it."""
    answered_by: LineIdField | None = None
    """The line that answers the report, where it is not the one that it was made on."""
    state: State
    received_on: Day
    clocks: tuple[ClockStatus, ...]
    erased_on: Day
    """When the report is to be erased, as things stand."""
    erased: bool
    """Only the withdrawal is left."""
    message_count: Count
    """For a handler: of the messages that this handler may read."""
    consultation: bool = False
    """A handler of another line asks for advice: this is no report, and has no clocks."""
    bulletin_since: Day | None = None
    """For the reporter: the first day on which bulletins tell of the report; none without a key."""
    birth_keys: ReporterPublicKeys | None = None
    """The keys the report is named after; for a reporter, only when others have replaced them."""


class EntryStatus(ReportStatus):
    """A report in a handler's inbox."""

    entry: EntryIdField
    birth_keys: ReporterPublicKeys


class InboxPage(Answer):
    """A page of a handler's inbox, in the order of entry ids, which tells nothing."""

    entries: tuple[EntryStatus, ...]
    cursor: str | None = None
    """Where the next page starts; absent on the last."""


class ServedMessage(Answer):
    """A message as the host serves it to a participant."""

    header: Bytes
    signature: SignatureField
    received_on: Day
    """The host's day of arrival."""
    proof: SignatureField
    """The host's proof of receipt."""
    receipt_key: Key32 | None = None
    """Of the host that received it, where the line has moved to this one since."""
    body: Bytes | None = None
    """Absent for one who may not read it."""
    wraps: tuple[Wrap, ...] = ()
    """Those to the caller's own keys."""
    wrapped_for: tuple[KeyIdField, ...] = ()
    """Ids of all keys it is wrapped to; for a handler who may read it."""


class MessagesPage(Answer):
    """Messages of one report in order of arrival."""

    messages: tuple[ServedMessage, ...]
    cursor: Count
    """Pass as `after` to get what follows."""
    more: bool
    """Whether something follows now."""


class WrapsPut(Model):
    """Body of `PUT …/wraps`: wraps that a reader adds for other readers' keys."""

    wraps: Annotated[tuple[Wrap, ...], Field(fail_fast=True, min_length=1, max_length=64)]


class Health(Answer):
    """Answer of `GET /v1/health`."""

    status: Literal["ok"]

"""Shapes of reports and their messages, as reporters and handlers see them."""

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
    """A reporter's public keys. The report id is the hash of the first ones."""

    signing_key: Key32
    box_key: BoxPublicKey


class ReportPut(Model):
    """Body of `PUT /v1/report`: a report's first message."""

    keys: ReporterPublicKeys
    message: SealedMessage
    bulletin_key: Key16 | None = None
    """The key that finds the report's tags in bulletins (openapi/extensions.md section 10.6)."""


class BulletinKeyPut(Model):
    """Body of `PUT /v1/report/bulletin-key`."""

    bulletin_key: Key16


class BulletinsSince(Answer):
    """Answer of `PUT /v1/report/bulletin-key`."""

    bulletin_since: Day
    """First day whose bulletin can hold a tag of the report."""


class Accepted(Answer):
    """The host has stored the message durably. `receivedOn` is the day of receipt."""

    received_on: Day
    proof: SignatureField
    """The host's proof of receipt (openapi/extensions.md section 10.4)."""
    receipt_key: Key32 | None = None
    """The receipt key of the host that received it, if the line has moved to this host since."""


class ReportStatus(Answer):
    """State and clocks of a report, in the same form for reporter and handler."""

    line_id: LineIdField
    document: HashField
    """The line document whose clocks apply: the document under which the report was made. After a
    handover, it is a document of the line that took the report."""
    answered_by: LineIdField | None = None
    """The line that answers the report, if the report was made on another line."""
    state: State
    received_on: Day
    clocks: tuple[ClockStatus, ...]
    erased_on: Day
    """The day on which the host will erase the report, if nothing changes."""
    erased: bool
    """The host has erased the report. It keeps only the withdrawal."""
    unopened: bool = False
    """At the end of the report's term, no handler had opened some message of the reporter. So
    `erasedOn` is later than that end, by the line's `unopenedTerm`."""
    message_count: Count
    """How many messages the report has. For a handler: how many of them this handler may read."""
    consultation: bool = False
    """This is a consultation: a handler of another line asks for advice. It has no clocks."""
    bulletin_since: Day | None = None
    """For the reporter: the first day whose bulletin can hold a tag of the report. Absent if the
    host has no bulletin key for it."""
    birth_keys: ReporterPublicKeys | None = None
    """The first keys, whose hash is the report id. A reporter gets them only after a succession."""


class EntryStatus(ReportStatus):
    """A report in a handler's inbox."""

    entry: EntryIdField
    birth_keys: ReporterPublicKeys


class InboxPage(Answer):
    """A page of a handler's inbox. Entries are in the order of their ids, which shows nothing."""

    entries: tuple[EntryStatus, ...]
    cursor: str | None = None
    """Where the next page starts; absent on the last page."""


class ServedMessage(Answer):
    """A message as the host serves it to a participant."""

    header: Bytes
    signature: SignatureField
    received_on: Day
    """The day of receipt, as the host says it."""
    proof: SignatureField
    """The host's proof of receipt."""
    receipt_key: Key32 | None = None
    """The receipt key of the host that received it, if the line has moved to this host since."""
    body: Bytes | None = None
    """Absent if the caller may not read the message."""
    wraps: tuple[Wrap, ...] = ()
    """The wraps to the caller's own keys."""
    wrapped_for: tuple[KeyIdField, ...] = ()
    """Ids of all keys to which the message is wrapped. Only a handler who may read it gets them."""


class MessagesPage(Answer):
    """Messages of one report, in order of arrival."""

    messages: tuple[ServedMessage, ...]
    cursor: Count
    """Send this as `after` to get the messages that follow."""
    more: bool
    """Whether more messages follow now."""


class WrapsPut(Model):
    """Body of `PUT …/wraps`: wraps that a reader adds, sealed to the keys of other readers."""

    wraps: Annotated[tuple[Wrap, ...], Field(fail_fast=True, min_length=1, max_length=64)]


class Health(Answer):
    """Answer of `GET /v1/health`."""

    status: Literal["ok", "waiting"]
    """`waiting`: the host serves, but an operator must act before it erases anything."""
    reason: Literal["day-unconfirmed"] | None = None
    """Why it waits: its clock is more than 7 days from the last day that it saw."""

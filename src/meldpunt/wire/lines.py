"""Shapes of lines, as an office publishes them."""

from typing import Annotated

from pydantic import Field

from meldpunt.protocol.verify.box_key import SignedBoxKey
from meldpunt.protocol.verify.fields import (
    Answer,
    Bytes,
    Count,
    Day,
    Key32,
    Model,
    SignatureField,
)
from meldpunt.protocol.verify.key_chain import Rotation


class HostInfo(Answer):
    """What an office must know about its host to write a line document."""

    origins: tuple[str, ...]
    receipt_key: Key32


class LinePut(Model):
    """Body of `PUT /v1/lines/{lineId}`: everything that changes, in one request."""

    first_key: Key32
    rotations: Annotated[tuple[Rotation, ...], Field(fail_fast=True, max_length=64)] = ()
    document: Bytes
    signature: SignatureField
    texts: Annotated[tuple[Bytes, ...], Field(fail_fast=True, max_length=48)] = ()
    """Texts that the document names and the host may not have yet, each at most 256 KiB."""
    invite: Annotated[str, Field(max_length=64)] | None = None
    """The operator's one-time invite. Only the first document needs it."""


class DocumentAnswer(Answer):
    """One version of a line document."""

    document: Bytes
    signature: SignatureField


class TextAnswer(Answer):
    """A text that a line document names by its hash."""

    text: Bytes


class BoxKeysPut(Model):
    """Body of `PUT /v1/lines/{lineId}/box-keys`: box keys that a handler publishes in advance."""

    box_keys: Annotated[
        tuple[SignedBoxKey, ...], Field(fail_fast=True, min_length=1, max_length=16)
    ]


class WaitingClock(Answer):
    """Reports of a line on which one clock runs, and is due on one day."""

    name: str
    due_on: Day
    overdue: bool
    reports: Count
    """How many."""


class UnopenedReports(Answer):
    """Reports past their term that are kept until one day, because no handler opened them."""

    erased_on: Day
    reports: Count
    """How many."""


class LineClocks(Answer):
    """Answer of `GET /v1/lines/{lineId}/clocks`: what a line's reports wait for."""

    on: Day
    """The host's day."""
    clocks: tuple[WaitingClock, ...]
    """By day, then by name. Open reports alone, and clocks that are not met."""
    unopened: tuple[UnopenedReports, ...]
    """By day."""

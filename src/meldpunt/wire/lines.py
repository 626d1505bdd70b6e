"""Lines, as an office publishes them."""

from typing import Annotated

from pydantic import Field

from meldpunt.protocol.verify.box_key import SignedBoxKey
from meldpunt.protocol.verify.fields import Answer, Bytes, Key32, Model, SignatureField
from meldpunt.protocol.verify.key_chain import Rotation


class HostInfo(Answer):
    """What an office needs to know of its host to write a line document."""

    origins: tuple[str, ...]
    receipt_key: Key32


class LinePut(Model):
    """Body of `PUT /v1/lines/{lineId}`: everything that changes, at once."""

    first_key: Key32
    rotations: Annotated[tuple[Rotation, ...], Field(fail_fast=True, max_length=64)] = ()
    document: Bytes
    signature: SignatureField
    texts: Annotated[tuple[Bytes, ...], Field(fail_fast=True, max_length=43)] = ()
    """Texts that the document names and the host may not hold yet, each at most 64 KiB."""
    invite: Annotated[str, Field(max_length=64)] | None = None
    """The operator's one-time invite; for the first document only."""


class DocumentAnswer(Answer):
    """One version of a line document."""

    document: Bytes
    signature: SignatureField


class TextAnswer(Answer):
    """A text that a line document names by hash."""

    text: Bytes


class BoxKeysPut(Model):
    """Body of `PUT /v1/lines/{lineId}/box-keys`: a handler's keys, published ahead."""

    box_keys: Annotated[
        tuple[SignedBoxKey, ...], Field(fail_fast=True, min_length=1, max_length=16)
    ]

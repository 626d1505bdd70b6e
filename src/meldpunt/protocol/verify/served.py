"""What a host serves of a line, before a client has verified it (section 5)."""

from typing import Annotated

from pydantic import Field

from meldpunt.protocol.verify.box_key import SignedBoxKey
from meldpunt.protocol.verify.fields import Answer, Bytes, Flag, Key32, SignatureField
from meldpunt.protocol.verify.key_chain import Rotation


class ServedLine(Answer):
    """A line: its key chain, its newest document, and the current box key of each handler."""

    first_key: Key32
    rotations: Annotated[tuple[Rotation, ...], Field(fail_fast=True, max_length=64)] = ()
    document: Bytes
    signature: SignatureField
    box_keys: tuple[SignedBoxKey, ...] = ()
    moved: Flag | None = None
    """The host accepts nothing new for this line, because its document names another host."""

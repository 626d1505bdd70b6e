"""What a host serves of a line, before anything of it is trusted (section 5)."""

from typing import Annotated

from pydantic import Field

from meldpunt.protocol.verify.box_key import SignedBoxKey
from meldpunt.protocol.verify.fields import Answer, Bytes, Flag, Key32, SignatureField
from meldpunt.protocol.verify.key_chain import Rotation


class ServedLine(Answer):
    """A line: key chain, newest document, and the current box key of each handler."""

    first_key: Key32
    rotations: Annotated[tuple[Rotation, ...], Field(fail_fast=True, max_length=64)] = ()
    document: Bytes
    signature: SignatureField
    box_keys: tuple[SignedBoxKey, ...] = ()
    moved: Flag | None = None
    """The host takes nothing new for this line: its document names another host."""

"""Sealed messages as they are sent, and what anybody can check without a key (section 7)."""

from typing import Annotated

from pydantic import Field

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Bytes, KeyIdField, Model, SignatureField
from meldpunt.protocol.verify.log.header import Header
from meldpunt.protocol.verify.sizes import BODY_SIZES, WRAP_SIZE


class Wrap(Model):
    """A content key sealed to one box key (1,168 bytes)."""

    key_id: KeyIdField
    wrap: Bytes


class SealedMessage(Model):
    """A message as its author sends it. A retry sends the same bytes; it never seals again."""

    header: Bytes
    """The bytes that were signed."""
    signature: SignatureField
    body: Bytes
    wraps: Annotated[tuple[Wrap, ...], Field(fail_fast=True, min_length=1, max_length=64)]

    @property
    def message_id(self) -> ids.MessageId:
        """The 32-byte name of this message."""
        return ids.message_id(self.header)


def check_wraps(wraps: tuple[Wrap, ...]) -> None:
    """Check that each wrap has the right size, and that no two wraps name the same key.

    Raises:
        RefusedError: WRAP_SIZE, ORDER for a key named twice.
    """
    if any(len(wrap.wrap) != WRAP_SIZE for wrap in wraps):
        raise RefusedError(Reason.WRAP_SIZE)
    if len({wrap.key_id for wrap in wraps}) != len(wraps):
        raise RefusedError(Reason.ORDER)


def check_body(header: Header, body: bytes) -> None:
    """Check that a body has a valid size, and the hash that its header names.

    Raises:
        RefusedError: BODY_SIZE, BODY_HASH.
    """
    if len(body) not in BODY_SIZES:
        raise RefusedError(Reason.BODY_SIZE)
    if ids.body_hash(body) != header.body:
        raise RefusedError(Reason.BODY_HASH)

"""A line's keys, from the first line key to the line key in force (section 5.1).

The line id is a hash of the first key. So nobody can give a line another key chain.
"""

from typing import ClassVar

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.ed25519 import check_public_key, check_signature
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import (
    Bytes,
    Key32,
    LineIdField,
    Model,
    Number,
    SignatureField,
    SignedModel,
    Version,
)

ROTATION_LABEL = "mp1/line-rotation"


class RotationStatement(SignedModel):
    """Says that line key `number` is `new_key`. Then the office destroys the old private key."""

    MAX_SIZE: ClassVar[int] = 1024

    version: Version
    line_id: LineIdField
    number: Number
    old_key: Key32
    new_key: Key32


class Rotation(Model):
    """A rotation as it is sent: the signed bytes, and signatures by the old and the new key."""

    statement: Bytes
    old_signature: SignatureField
    new_signature: SignatureField


def verify_key_chain(
    line: ids.LineId, first_key: bytes, rotations: tuple[Rotation, ...]
) -> tuple[bytes, ...]:
    """Return the line's Ed25519 keys in order; the last one is in force.

    Raises:
        RefusedError: FIRST_KEY when the first key does not hash to the line id, PUBLIC_KEY,
            OTHER_LINE, ROTATION when a step is out of order, SIGNATURE when one of its two
            signatures is missing or wrong.
    """
    check_public_key(first_key)
    if ids.line_id(first_key) != line:
        raise RefusedError(Reason.FIRST_KEY)
    keys = [first_key]
    for rotation in rotations:
        keys.append(_verify_rotation(line, len(keys), keys[-1], rotation))
    return tuple(keys)


def _verify_rotation(line: ids.LineId, number: int, old_key: bytes, rotation: Rotation) -> bytes:
    statement = RotationStatement.from_signed(rotation.statement)
    if statement.line_id != line:
        raise RefusedError(Reason.OTHER_LINE)
    if statement.number != number or statement.old_key != old_key:
        raise RefusedError(Reason.ROTATION)
    check_public_key(statement.new_key)
    for signature, key in (
        (rotation.old_signature, old_key),
        (rotation.new_signature, statement.new_key),
    ):
        check_signature(ROTATION_LABEL, rotation.statement, signature, key)
    return statement.new_key

"""Data that a client keeps on its own disk for a while, sealed under its own key (section 2.2).

No other program reads this data, so this program alone decides its layout. It is padded like a
message, so that its length does not show how much is in it. What is longer than one body becomes
several; the key of each depends on its place and on their number.
"""

from typing import Final

from meldpunt.protocol.body import open_body, seal_body
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.hashing import labelled_hash
from meldpunt.protocol.verify.sizes import BODY_OVERHEAD, SIZE_CLASSES

SALT_SIZE: Final = 32
_KEY_SIZE: Final = 32
_LENGTH_SIZE: Final = 4
_ROOM: Final = SIZE_CLASSES[-1] - _LENGTH_SIZE
"""Bytes in one body."""
_BODY_SIZE: Final = SIZE_CLASSES[-1] + BODY_OVERHEAD
MAX_KEPT: Final = 16 * _ROOM


def seal_kept(data: bytes, *, seed: bytes, salt: bytes) -> bytes:
    """Seal data under the seed of the client's own signing key.

    Args:
        data: At most 1,048,512 bytes.
        seed: 32 bytes.
        salt: 32 fresh random bytes.

    Raises:
        RefusedError: TOO_LONG.
    """
    if len(data) > MAX_KEPT:
        raise RefusedError(Reason.TOO_LONG)
    parts = [data[start : start + _ROOM] for start in range(0, len(data), _ROOM)] or [b""]
    sealed = (
        seal_body(part, content_key=_key(seed, salt, number, len(parts)))
        for number, part in enumerate(parts)
    )
    return salt + b"".join(sealed)


def open_kept(kept: bytes, *, seed: bytes) -> bytes:
    """Return the data that was sealed under this seed.

    Raises:
        RefusedError: COMMITMENT for another seed, or for parts that were moved or cut off; as
            `open_body`.
    """
    if len(kept) < SALT_SIZE:
        raise RefusedError(Reason.BODY_SIZE)
    salt, sealed = kept[:SALT_SIZE], kept[SALT_SIZE:]
    parts = [sealed[start : start + _BODY_SIZE] for start in range(0, len(sealed), _BODY_SIZE)]
    return b"".join(
        open_body(part, content_key=_key(seed, salt, number, len(parts)))
        for number, part in enumerate(parts or [b""])
    )


def _key(seed: bytes, salt: bytes, number: int, of: int) -> bytes:
    """Return the key of one part: no part opens in another place, or beside fewer others."""
    return labelled_hash(_KEY_SIZE, "mp1/draft", seed, salt, bytes([number, of]))

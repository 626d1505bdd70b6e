"""Data that a client keeps on its own disk for a while, sealed under its own key (section 2.2).

No other program reads this data, so this program alone decides its layout. It is padded like a
message, so that its length does not show how much is in it.
"""

from typing import Final

from meldpunt.protocol.body import open_body, seal_body
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.hashing import labelled_hash

SALT_SIZE: Final = 32
_KEY_SIZE: Final = 32


def seal_kept(data: bytes, *, seed: bytes, salt: bytes) -> bytes:
    """Seal data under the seed of the client's own signing key.

    Args:
        data: At most 65,532 bytes.
        seed: 32 bytes.
        salt: 32 fresh random bytes.

    Raises:
        RefusedError: TOO_LONG.
    """
    return salt + seal_body(data, content_key=_key(seed, salt))


def open_kept(kept: bytes, *, seed: bytes) -> bytes:
    """Return the data that was sealed under this seed.

    Raises:
        RefusedError: COMMITMENT for another seed; as `open_body`.
    """
    if len(kept) < SALT_SIZE:
        raise RefusedError(Reason.BODY_SIZE)
    return open_body(kept[SALT_SIZE:], content_key=_key(seed, kept[:SALT_SIZE]))


def _key(seed: bytes, salt: bytes) -> bytes:
    return labelled_hash(_KEY_SIZE, "mp1/draft", seed, salt)

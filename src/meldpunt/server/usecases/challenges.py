"""Challenges: what a signed request must name, so that it cannot be replayed for long.

Opaque to clients: expiry (8 bytes), random bytes (16) and a MAC (16) under a key that all workers
of a host share. Nothing is stored.
"""

import hmac
import secrets
from hashlib import blake2b
from typing import Final

from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url, int8
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.server.errors import ChallengeExpiredError

_RANDOM_SIZE: Final = 16
_MAC_SIZE: Final = 16
_CONTENT_SIZE: Final = 8 + _RANDOM_SIZE


def make_challenge(*, key: bytes, now: float, seconds: int) -> str:
    """Return a challenge of 54 characters, good for some seconds from now."""
    content = int8(int(now) + seconds) + secrets.token_bytes(_RANDOM_SIZE)
    return encode_base64url(content + _mac(content, key))


def check_challenge(challenge: str, *, key: bytes, now: float) -> None:
    """Check that this host made a challenge, not too long ago.

    Raises:
        ChallengeExpiredError: Expired, altered, or another host's.
    """
    try:
        value = decode_base64url(challenge, _CONTENT_SIZE + _MAC_SIZE)
    except RefusedError:
        raise ChallengeExpiredError from None
    content, mac = value[:_CONTENT_SIZE], value[_CONTENT_SIZE:]
    if not hmac.compare_digest(mac, _mac(content, key)):
        raise ChallengeExpiredError
    if int.from_bytes(content[:8], "big") < now:
        raise ChallengeExpiredError


def _mac(content: bytes, key: bytes) -> bytes:
    return blake2b(content, key=key, digest_size=_MAC_SIZE).digest()

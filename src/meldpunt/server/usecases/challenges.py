"""Challenges: a signed request names one, so that nobody can replay the request for long.

A challenge is opaque to clients: expiry (8 bytes), random bytes (16) and a MAC (16). All workers of
a host share the key of the MAC. The host stores no challenges.
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
    """Return a challenge of 54 characters, valid for `seconds` from `now` (seconds since 1970)."""
    content = int8(int(now) + seconds) + secrets.token_bytes(_RANDOM_SIZE)
    return encode_base64url(content + _mac(content, key))


def check_challenge(challenge: str, *, key: bytes, now: float) -> None:
    """Check that this host made a challenge, and that it has not expired.

    Raises:
        ChallengeExpiredError: The challenge has expired, was changed, or is another host's.
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

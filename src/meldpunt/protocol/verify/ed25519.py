"""Ed25519 (RFC 8032) as libsodium verifies it, with prime-order keys only.

Libraries disagree on small-order and mixed-order keys. If one client accepts a signature that
another refuses, the two show different threads (openapi/protocol.md section 2.3).
"""

from typing import Final

import nacl.bindings
import nacl.exceptions

from meldpunt.protocol.verify.encoding import lp
from meldpunt.protocol.verify.errors import Reason, RefusedError

PUBLIC_KEY_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64


def signed_bytes(label: str, message: bytes) -> bytes:
    """Return what `Sig(label, message)` signs: lp(label) and lp(message)."""
    return lp(label.encode("ascii")) + lp(message)


def check_public_key(key: bytes) -> None:
    """Refuse a key that is not a canonical point of the prime-order subgroup.

    Raises:
        RefusedError: PUBLIC_KEY.
    """
    if len(key) != PUBLIC_KEY_SIZE or not nacl.bindings.crypto_core_ed25519_is_valid_point(key):
        raise RefusedError(Reason.PUBLIC_KEY)


def is_signature(message: bytes, signature: bytes, key: bytes) -> bool:
    """Say whether `signature` (64 bytes) over the raw `message` verifies under `key` (32 bytes)."""
    if len(signature) != SIGNATURE_SIZE or len(key) != PUBLIC_KEY_SIZE:
        return False
    try:
        nacl.bindings.crypto_sign_open(signature + message, key)
    except (nacl.exceptions.BadSignatureError, ValueError):
        return False
    return True


def check_signature(label: str, message: bytes, signature: bytes, key: bytes) -> None:
    """Verify `Sig(label, message)` under a key that `check_public_key` has accepted.

    Raises:
        RefusedError: SIGNATURE.
    """
    if not is_signature(signed_bytes(label, message), signature, key):
        raise RefusedError(Reason.SIGNATURE)

"""Wraps: a message's content key, sealed to one reader (section 7.4).

HPKE (RFC 9180) base mode, KEM X-Wing (0x647a), HKDF-SHA256, ChaCha20-Poly1305, no aad. X-Wing is
post-quantum and classical together. Somebody who records a wrap today cannot open it later with a
quantum computer.
"""

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PublicKey,
    Suite,
)

from meldpunt.protocol.keys import BoxKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import lp
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.sizes import BOX_KEY_SIZE, WRAP_SIZE

CONTENT_KEY_SIZE: Final = 32

_ML_KEM_SIZE: Final = 1184
_ANY_SCALAR: Final = X25519PrivateKey.from_private_bytes(bytes(32))
"""A scalar that X25519 clamps to a multiple of 8.

Multiplied by it, every point of low order gives zero, and no other point does.
"""
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapContext:
    """What a wrap is bound to: a wrap opens only for this message and this key."""

    line: ids.LineId
    report: ids.ReportId
    message: ids.MessageId
    key: ids.KeyId

    def info(self) -> bytes:
        """Return the HPKE info string."""
        parts = (b"mp1/wrap", self.line, self.report, self.message, self.key)
        return b"".join(map(lp, parts))


def check_box_public_key(public_key: bytes) -> MLKEM768X25519PublicKey:
    """Load an X-Wing public key (1,216 bytes).

    Raises:
        RefusedError: WRAP_KEY for a wrong size, an ML-KEM coefficient out of range (FIPS 203,
            section 7.2), or an X25519 point of low order (RFC 7748, section 6.1).
    """
    if len(public_key) != BOX_KEY_SIZE:
        raise RefusedError(Reason.WRAP_KEY)
    try:
        ml_kem = MLKEM768PublicKey.from_public_bytes(public_key[:_ML_KEM_SIZE])
        x25519 = X25519PublicKey.from_public_bytes(public_key[_ML_KEM_SIZE:])
        _ANY_SCALAR.exchange(x25519)  # the library itself checks the order only when it seals
    except ValueError:
        raise RefusedError(Reason.WRAP_KEY) from None
    return MLKEM768X25519PublicKey(ml_kem, x25519)


def seal_wrap(content_key: bytes, *, public_key: bytes, context: WrapContext) -> bytes:
    """Seal a 32-byte content key to an X-Wing public key (1,216 bytes).

    The library itself draws the randomness of HPKE. So vectors can fix only how to open a wrap.

    Raises:
        RefusedError: WRAP_KEY for a key that no honest handler publishes.
    """
    key = check_box_public_key(public_key)
    try:
        return _SUITE.encrypt(content_key, key, info=context.info())
    except ValueError:  # the library checks for a low-order X25519 part only here
        raise RefusedError(Reason.WRAP_KEY) from None


def open_wrap(wrap: bytes, *, box_key: BoxKey, context: WrapContext) -> bytes:
    """Open a wrap with the key pair to which it was sealed; returns the 32-byte content key.

    Raises:
        RefusedError: WRAP_SIZE, WRAP.
    """
    if len(wrap) != WRAP_SIZE:
        raise RefusedError(Reason.WRAP_SIZE)
    try:
        return _SUITE.decrypt(wrap, box_key.private_key, info=context.info())
    except (InvalidTag, ValueError):
        raise RefusedError(Reason.WRAP) from None

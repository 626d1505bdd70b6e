"""Message bodies: padded, encrypted once, and committed to their key (section 7.2 and 7.3).

With XChaCha20-Poly1305 alone, an author can make one ciphertext that opens to two texts under two
keys. The commitment in front of the ciphertext makes every reader see the same bytes.
"""

import hmac
from typing import Final

import nacl.bindings
import nacl.exceptions

from meldpunt.protocol.keys import derive
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.sizes import BODY_OVERHEAD, COMMITMENT_SIZE, SIZE_CLASSES

_LENGTH_SIZE: Final = 4
_NONCE_SIZE: Final = 24


def pad(payload: bytes) -> bytes:
    """Return length, payload and zeros, up to the smallest size class that fits.

    Raises:
        RefusedError: TOO_LONG for more than 65,532 bytes.
    """
    text = len(payload).to_bytes(_LENGTH_SIZE, "big") + payload
    for size in SIZE_CLASSES:
        if len(text) <= size:
            return text.ljust(size, b"\0")
    raise RefusedError(Reason.TOO_LONG)


def unpad(padded: bytes) -> bytes:
    """Return the payload from the output of `pad`; refuse all other bytes.

    Raises:
        RefusedError: PADDING.
    """
    size = int.from_bytes(padded[:_LENGTH_SIZE], "big")
    payload = padded[_LENGTH_SIZE : _LENGTH_SIZE + size]
    # pad() refuses a payload above the largest class. A forged length changes the result of pad().
    if len(payload) != size or len(padded) not in SIZE_CLASSES or pad(payload) != padded:
        raise RefusedError(Reason.PADDING)
    return payload


def _commitment(content_key: bytes) -> bytes:
    return derive(content_key, "mp1/commit")


def seal_body(payload: bytes, *, content_key: bytes) -> bytes:
    """Encrypt a payload under a fresh content key (32 bytes, used for this body only).

    Returns:
        Commitment (32 bytes) and ciphertext (16 bytes longer than a size class).

    Raises:
        RefusedError: TOO_LONG.
    """
    commitment = _commitment(content_key)
    ciphertext = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        pad(payload),
        None,
        commitment[:_NONCE_SIZE],
        derive(content_key, "mp1/encrypt"),
    )
    return commitment + ciphertext


def check_commitment(body: bytes, *, content_key: bytes) -> None:
    """Check that a body commits to a content key.

    Raises:
        RefusedError: BODY_SIZE, COMMITMENT, in this order.
    """
    if len(body) - BODY_OVERHEAD not in SIZE_CLASSES:
        raise RefusedError(Reason.BODY_SIZE)
    if not hmac.compare_digest(body[:COMMITMENT_SIZE], _commitment(content_key)):
        raise RefusedError(Reason.COMMITMENT)


def open_body(body: bytes, *, content_key: bytes) -> bytes:
    """Return the payload of a body.

    Raises:
        RefusedError: BODY_SIZE, COMMITMENT, CIPHERTEXT, PADDING, in this order.
    """
    check_commitment(body, content_key=content_key)
    commitment, ciphertext = body[:COMMITMENT_SIZE], body[COMMITMENT_SIZE:]
    try:
        padded = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            ciphertext,
            None,
            commitment[:_NONCE_SIZE],
            derive(content_key, "mp1/encrypt"),
        )
    except nacl.exceptions.CryptoError:
        raise RefusedError(Reason.CIPHERTEXT) from None
    return unpad(padded)

"""Text forms of bytes, and the length prefix in every hash (openapi/protocol.md section 2).

A parser here refuses every form that its writer cannot make. If one value had two spellings, one
reader could see two messages where another reader sees one.
"""

import base64
import re
from typing import Final

import pybase64

from meldpunt.protocol.verify.errors import Reason, RefusedError

_TO_BASE64: Final = bytes.maketrans(b"-_+/=", b"+/\0\0\0")
"""Turns base64url (RFC 4648 section 5) into base64 (section 4).

Characters that only base64 has become zero bytes, which the decoder refuses.
"""
_LAST: Final = (None, frozenset("AQgw"), frozenset("AEIMQUYcgkosw048"))
"""The last characters whose spare bits are zero, by the number of bytes past a multiple of 3."""
_LINE_ID: Final = re.compile(r"[a-z2-7]{32}", re.ASCII)


def lp(value: bytes) -> bytes:
    """Return the length of `value` as 4 bytes, big-endian, and then `value`."""
    return len(value).to_bytes(4, "big") + value


def int8(number: int) -> bytes:
    """Return a non-negative integer as 8 bytes, big-endian: its form inside every hash."""
    return number.to_bytes(8, "big")


def encode_base64url(value: bytes) -> str:
    """Return unpadded base64url (RFC 4648 section 5)."""
    return pybase64.b64encode(value, b"-_").rstrip(b"=").decode("ascii")


def decode_base64url(text: str, size: int | None = None) -> bytes:
    """Read canonical unpadded base64url.

    Args:
        text: Must be exactly what `encode_base64url` writes.
        size: The exact number of bytes expected; None allows any number.

    Raises:
        RefusedError: BASE64URL for padding, other alphabets or non-zero spare bits; LENGTH.
    """
    padding = b"=" * (-len(text) % 4)
    try:
        base64_text = text.encode("ascii").translate(_TO_BASE64) + padding
        value = pybase64.b64decode(base64_text, validate=True)
    except ValueError:
        raise RefusedError(Reason.BASE64URL) from None
    last = _LAST[len(value) % 3]
    if last is not None and text[-1] not in last:
        raise RefusedError(Reason.BASE64URL)
    if size is not None and len(value) != size:
        raise RefusedError(Reason.LENGTH)
    return value


def encode_base64(value: bytes) -> str:
    """Return padded base64 (RFC 4648 section 4), the form of bytes in header fields (RFC 9651)."""
    return pybase64.b64encode_as_string(value)


def decode_base64(text: str) -> bytes:
    """Read canonical padded base64.

    Raises:
        RefusedError: BASE64URL for anything that `encode_base64` does not write.
    """
    try:
        value = pybase64.b64decode(text, validate=True)
    except ValueError:
        raise RefusedError(Reason.BASE64URL) from None
    if encode_base64(value) != text:  # non-zero spare bits
        raise RefusedError(Reason.BASE64URL)
    return value


def encode_line_id(line_id: bytes) -> str:
    """Return the 32 lower-case base32 characters (RFC 4648 section 6) of a 20-byte line id."""
    return base64.b32encode(line_id).decode("ascii").lower()


def decode_line_id(text: str) -> bytes:
    """Read a line id of 32 lower-case base32 characters into 20 bytes.

    Raises:
        RefusedError: LINE_ID for anything else, upper case included.
    """
    if not _LINE_ID.fullmatch(text):
        raise RefusedError(Reason.LINE_ID)
    return base64.b32decode(text.upper())

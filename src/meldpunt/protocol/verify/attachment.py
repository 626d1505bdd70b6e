"""Lengths of attachments: what an observer sees of a file (section 7.7).

A client pads a file with zeros to a Padmé length, and encrypts it in chunks of 64 KiB. Only the
last chunk may be shorter. So the length shows the size of a file to within 12 %. A host can refuse
a length that no file gives.
"""

from typing import Final

from meldpunt.protocol.verify.errors import Reason, RefusedError

CHUNK_SIZE: Final = 65536
"""Bytes of plaintext in a chunk."""
CHUNK_OVERHEAD: Final = 17
"""A tag byte and the 16 bytes that authenticate a chunk."""
STREAM_HEADER_SIZE: Final = 24


def padme(size: int) -> int:
    """Return the shortest padded length for `size` bytes (section 7.7).

    Padmé (Nikitin et al., PETS 2019, "Reducing Metadata Leakage from Encrypted Files and
    Communication with PURBs", section 4): a length is a floating-point number whose mantissa has no
    more bits than its exponent. Padding adds at most 12 %, and a smaller part to a longer file.

    Args:
        size: Bytes, 0 or more. Padding adds nothing to fewer than 9 bytes.
    """
    if size == 0:
        return 0
    exponent = size.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (size + mask) & ~mask


def chunk_count(padded: int) -> int:
    """Return how many chunks `padded` bytes take: at least one."""
    return max(1, -(-padded // CHUNK_SIZE))


def stream_size(size: int) -> int:
    """Return the ciphertext length in bytes of a file of `size` bytes."""
    padded = padme(size)
    return STREAM_HEADER_SIZE + padded + chunk_count(padded) * CHUNK_OVERHEAD


def check_stream_size(length: int) -> None:
    """Check that a file can have a ciphertext of `length` bytes.

    Raises:
        RefusedError: ATTACHMENT_SIZE.
    """
    chunks = max(1, -(-(length - STREAM_HEADER_SIZE) // (CHUNK_SIZE + CHUNK_OVERHEAD)))
    padded = length - STREAM_HEADER_SIZE - chunks * CHUNK_OVERHEAD
    if padded < 0 or stream_size(padded) != length:
        raise RefusedError(Reason.ATTACHMENT_SIZE)

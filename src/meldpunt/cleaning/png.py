"""Clean PNG pictures: keep the chunks that make the pixels, as they are.

PNG, third edition, section 5: a signature, then chunks of length, type, data and checksum.
`web/sdk/src/cleaning/png.ts` does the same.
"""

import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

from meldpunt.cleaning.parts import Found, broken
from meldpunt.cleaning.results import Cleaned, Trace

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_FIRST, _MOVING = b"IHDR", b"acTL"
_KEPT: Final = frozenset({_FIRST, b"PLTE", b"tRNS", b"IDAT", b"IEND", _MOVING, b"fcTL", b"fdAT"})
_NEUTRAL: Final = frozenset({b"bKGD", b"cHRM", b"gAMA", b"hIST", b"pHYs", b"sBIT", b"sRGB"})
"""They tell of the screen rather than of a person. They go, and are not named."""
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_TRACE_OF: Final = {b"tIME": Trace.TIME, **dict.fromkeys(_TEXTS, Trace.COMMENT)}
_LONGEST_PROFILE: Final = 8 << 20
_LONGEST_NAME: Final = 79
_STORED: Final = 0xFFFF
"""Bytes in one block that is not compressed (RFC 1951 section 3.2.4)."""


def clean_png(data: bytes) -> Cleaned:
    """Return a PNG picture with its pixels, its orientation and the bare colour profile.

    Raises:
        NotCleanedError: The data is not a sequence of chunks, or lacks frames.
    """
    found, kept, counted, announced, end = Found(), list[bytes](), Counter[bytes](), 0, 0
    for kind, start, end in _chunks(data):
        body = data[start + 8 : end - 4]
        if kind in _KEPT:
            _check(data, start, end)
            kept.append(data[start:end])
            counted[kind] += 1
            announced = int.from_bytes(body[:4], "big") if kind == _MOVING else announced
        elif kind == b"eXIf":
            found.add_exif(body)
        elif kind == b"iCCP":
            found.add_profile(_unpacked(body))
        elif kind not in _NEUTRAL:
            found.removed.add(_TRACE_OF.get(kind, Trace.FURTHER_DATA))
    if not counted[b"IDAT"] or (counted[_MOVING] and counted[b"fcTL"] != announced):
        broken()
    found.add_rest(data[end:])
    profile = [_chunk(b"iCCP", b"icc\0\0" + _packed(found.profile))] if found.profile else []
    exif = [_chunk(b"eXIf", found.exif)] if found.exif else []
    written = b"".join((SIGNATURE, kept[0], *profile, *exif, *kept[1:]))
    return found.cleaned(written, "image/png")


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, start and end of each chunk, to the last one."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if end > len(data) or (kind == _FIRST) != (at == len(SIGNATURE)):
            broken()
        yield kind, at, end
        if kind == b"IEND":
            return
        at = end
    broken()


def _check(data: bytes, start: int, end: int) -> None:
    if zlib.crc32(data[start + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
        broken()


def _chunk(kind: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + checksum


def _unpacked(body: bytes) -> bytes:
    """Return the profile of an `iCCP` chunk, at most 8 MiB; nothing if it cannot be read."""
    name, _, packed = body.partition(b"\0")
    if len(name) > _LONGEST_NAME or packed[:1] != b"\0":
        return b""
    try:
        unpacking = zlib.decompressobj()
        profile = unpacking.decompress(packed[1:], _LONGEST_PROFILE)
    except zlib.error:
        return b""
    return profile if unpacking.eof and not unpacking.unused_data else b""


def _packed(data: bytes) -> bytes:
    """Return data in the form of zlib, not compressed: every program writes the same bytes."""
    blocks = []
    for at in range(0, len(data), _STORED):
        block = data[at : at + _STORED]
        size = len(block).to_bytes(2, "little")
        complement = bytes(byte ^ 0xFF for byte in size)
        blocks.append(bytes((at + _STORED >= len(data),)) + size + complement + block)
    return b"\x78\x01" + b"".join(blocks) + zlib.adler32(data).to_bytes(4, "big")

"""Clean WebP pictures: keep the chunks that make the pixels, as they are.

RFC 9649 section 2: a RIFF file of chunks with a type, a length and data, filled to an even length.
`web/sdk/src/cleaning/webp.ts` does the same.
"""

from collections.abc import Iterator
from typing import Final

from meldpunt.cleaning.parts import Found, broken
from meldpunt.cleaning.results import Cleaned, Trace

_HEADER: Final = 12
_EXTENDED, _FRAME, _ANIMATION, _PROFILE = b"VP8X", b"ANMF", b"ANIM", b"ICCP"
_PIXELS: Final = frozenset({b"VP8 ", b"VP8L"})
_KEPT: Final = _PIXELS | {b"ALPH"}
_EXTENDED_SIZE, _FRAME_SIZE = 10, 16
_HAS_PROFILE, _HAS_EXIF = 0x20, 0x08
_SHAPE: Final = 0x12
"""Flags of `VP8X` that stay: transparency and movement."""

_Chunk = tuple[bytes, bytes]


def clean_webp(data: bytes) -> Cleaned:
    """Return a WebP picture with its pixels, its orientation and the bare colour profile.

    Raises:
        NotCleanedError: The data is not a sequence of chunks, or has no picture.
    """
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        broken()
    found, extended, kept = Found(), b"", list[bytes]()
    found.add_rest(data[end:])
    for kind, body in _chunks(data[:end], _HEADER):
        if kind == _EXTENDED and len(body) >= _EXTENDED_SIZE and not kept:
            extended = body
        elif kind in _KEPT or kind == _ANIMATION:
            kept.append(_chunk(kind, body))
        elif kind == _FRAME:
            kept.append(_chunk(kind, _frame(body, found)))
        else:
            _note(kind, body, found)
    if not any(chunk[:4] in _PIXELS or chunk[:4] == _FRAME for chunk in kept):
        broken()
    whole = b"".join(_extended(extended, found, kept) if extended else kept)
    size = (4 + len(whole)).to_bytes(4, "little")
    return found.cleaned(b"RIFF" + size + b"WEBP" + whole, "image/webp")


def _note(kind: bytes, body: bytes, found: Found) -> None:
    if kind == b"EXIF":
        found.add_exif(body)
    elif kind == _PROFILE:
        found.add_profile(body)
    else:
        found.removed.add(Trace.FURTHER_DATA)


def _extended(head: bytes, found: Found, kept: list[bytes]) -> Iterator[bytes]:
    """Yield the chunks of an extended file in their order: section 2.7."""
    flags = head[0] & _SHAPE
    flags |= (_HAS_PROFILE if found.profile else 0) | (_HAS_EXIF if found.exif else 0)
    yield _chunk(_EXTENDED, bytes((flags, 0, 0, 0)) + head[4:_EXTENDED_SIZE])
    if found.profile:
        yield _chunk(_PROFILE, found.profile)
    yield from kept
    if found.exif:
        yield _chunk(b"EXIF", found.exif)


def _frame(body: bytes, found: Found) -> bytes:
    """Return a frame without the chunks that nobody knows."""
    if len(body) < _FRAME_SIZE:
        broken()
    kept = []
    for kind, inner in _chunks(body, _FRAME_SIZE):
        if kind in _KEPT:
            kept.append(_chunk(kind, inner))
        else:
            found.removed.add(Trace.FURTHER_DATA)
    return body[:_FRAME_SIZE] + b"".join(kept)


def _chunks(data: bytes, at: int) -> Iterator[_Chunk]:
    while at < len(data):
        start = at + 8
        end = start + int.from_bytes(data[at + 4 : start], "little")
        if end > len(data):
            broken()
        yield data[at : at + 4], data[start:end]
        at = end + (end - start) % 2


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + bytes(len(body) % 2)

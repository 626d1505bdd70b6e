"""Read from EXIF what it says, and write EXIF that says nothing but which way is up.

EXIF 2.32 is a small TIFF file (TIFF 6.0 section 2): a header, then directories of 12-byte entries.
`web/sdk/src/cleaning/exif.ts` does the same.
"""

import struct
from collections.abc import Iterator
from typing import Final

from meldpunt.cleaning.results import Trace

EXIF_MARK: Final = b"Exif\0\0"
UPRIGHT: Final = 1
_ORIENTATION: Final = 0x0112
_EXIF, _PLACE, _INTEROPERABILITY = 0x8769, 0x8825, 0xA005
_SHORT: Final = 3
_TURNED: Final = range(2, 9)

TRACE_OF_TAG: Final[dict[int, Trace]] = {
    **dict.fromkeys((271, 272, 305, 316, 37500, 42033, 42035, 42036, 42037, 50735), Trace.DEVICE),
    **dict.fromkeys((306, 36867, 36868, 36880, 36881, 36882), Trace.TIME),
    **dict.fromkeys((37520, 37521, 37522), Trace.TIME),
    **dict.fromkeys((315, 33432, 40093, 42032), Trace.PERSON),
    **dict.fromkeys((270, 37510, 40091, 40092, 40094, 40095), Trace.COMMENT),
    _PLACE: Trace.LOCATION,
}
"""What a tag says. Every other one is further data."""


def orientation_exif(orientation: int) -> bytes:
    """Return the EXIF of a picture that is turned, and of which nothing else is known."""
    entry = struct.pack(">HHHIHH", 1, _ORIENTATION, _SHORT, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">I", 8) + entry + bytes(4)


def read_exif(data: bytes) -> tuple[int, set[Trace]]:
    """Return the orientation (1 to 8) and what else EXIF says. Unreadable EXIF says something."""
    data = data.removeprefix(EXIF_MARK)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        return UPRIGHT, {Trace.FURTHER_DATA}
    try:
        return _read(data, order)
    except struct.error:
        return UPRIGHT, {Trace.FURTHER_DATA}


def _read(data: bytes, order: str) -> tuple[int, set[Trace]]:
    (first,) = struct.unpack_from(order + "I", data, 4)
    orientation, traces = UPRIGHT, set[Trace]()
    for tag, kind, count, at in _entries(data, order, first):
        if tag == _ORIENTATION:
            (value,) = struct.unpack_from(order + "H", data, at)
            is_known = kind == _SHORT and count == 1 and value in _TURNED
            orientation = value if is_known else orientation
        elif tag == _EXIF:
            traces |= _inner(data, order, at)
        else:
            traces.add(TRACE_OF_TAG.get(tag, Trace.FURTHER_DATA))
    if _next(data, order, first):
        traces.add(Trace.FURTHER_PICTURES)
    return orientation, traces


def _inner(data: bytes, order: str, at: int) -> set[Trace]:
    try:
        (inner,) = struct.unpack_from(order + "I", data, at)
        tags = [tag for tag, _, _, _ in _entries(data, order, inner)]
    except struct.error:
        return {Trace.FURTHER_DATA}
    return {TRACE_OF_TAG.get(tag, Trace.FURTHER_DATA) for tag in tags if tag != _INTEROPERABILITY}


def _entries(data: bytes, order: str, at: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield tag, type, count and the place of the value of each entry of a directory."""
    (count,) = struct.unpack_from(order + "H", data, at)
    for number in range(count):
        place = at + 2 + 12 * number
        tag, kind, values, _ = struct.unpack_from(order + "HHII", data, place)
        yield tag, kind, values, place + 8


def _next(data: bytes, order: str, at: int) -> int:
    """Return the place of the next directory, or 0. Some writers leave it out."""
    (count,) = struct.unpack_from(order + "H", data, at)
    end = at + 2 + 12 * count
    return int.from_bytes(data[end : end + 4], "big")

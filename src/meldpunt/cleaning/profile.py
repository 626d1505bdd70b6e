"""Clean colour profiles inside documents: keep the colour data; remove names, makers and dates.

ISO 15076-1 section 7: a header of 128 bytes, a table of tags, and the data of each tag.
"""

import struct
from collections.abc import Iterator
from typing import Final

from meldpunt.cleaning.results import Failure, NotCleanedError

_HEADER_SIZE: Final = 128
_SIGNATURE: Final = b"acsp"
_AT_SIGNATURE: Final = 36
_MAX_TAGS: Final = 100
_COLOUR_TAGS: Final = frozenset(
    {b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad"}
    | {b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt"}
    | {b"D2B0", b"D2B1", b"D2B2", b"D2B3", b"B2D0", b"B2D1", b"B2D2", b"B2D3"}
)
_KEPT_FIELDS: Final = ((8, 24), (36, 40), (64, 80))
"""Ranges of header bytes to keep: version, class, colour spaces; signature; intent, illuminant."""
_TEXT: Final = b"text\0\0\0\0-\0"
_DESCRIPTION: Final = b"desc\0\0\0\0" + struct.pack(">I", 2) + b"-\0" + bytes(4 + 4 + 2 + 1 + 67)
_UNICODE_TEXT: Final = b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", 2, 28) + b"\0-"
_FIRST_WITH_UNICODE: Final = 4
"""First version of profiles whose texts are Unicode."""

_COMMON: Final = (
    ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)),  # sRGB
    ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)),  # Adobe RGB
    ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841)),  # Display P3
)
_TOLERANCE: Final = 0.002


def is_profile(data: bytes) -> bool:
    """Say whether bytes begin like a profile."""
    return data[_AT_SIGNATURE : _AT_SIGNATURE + 4] == _SIGNATURE


def bare_profile(data: bytes) -> bytes:
    """Return a profile that computes the same colours and names nothing.

    Raises:
        NotCleanedError: The data is not a readable profile.
    """
    tags = {name: data[start:end] for name, start, end in _tags(data) if name in _COLOUR_TAGS}
    has_unicode = data[8] >= _FIRST_WITH_UNICODE
    tags[b"desc"] = _UNICODE_TEXT if has_unicode else _DESCRIPTION
    tags[b"cprt"] = _UNICODE_TEXT if has_unicode else _TEXT
    return _written(data, tags)


def is_common(data: bytes) -> bool:
    """Say whether a profile's colour space is so common that it does not point at one device."""
    tags = {name: data[start:end] for name, start, end in _tags(data)}
    if b"kTRC" in tags:
        return not any(name.startswith((b"A2B", b"B2A", b"D2B", b"B2D")) for name in tags)
    if len({tags.get(name) for name in (b"rTRC", b"gTRC", b"bTRC")}) > 1:
        return False  # three curves of one device
    colours = [_xyz(tags.get(name, b"")) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    return any(
        all(
            abs(value - wanted) < _TOLERANCE
            for found, expected in zip(colours, common, strict=True)
            for value, wanted in zip(found, expected, strict=True)
        )
        for common in _COMMON
    )


def _xyz(tag: bytes) -> tuple[float, ...]:
    if len(tag) < 20:  # noqa: PLR2004 (ISO 15076-1 section 10.31: type, reserved, three numbers)
        return (-1.0, -1.0, -1.0)
    return tuple(value / 65536 for value in struct.unpack(">3i", tag[8:20]))


def _tags(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of each tag."""
    if not is_profile(data) or len(data) < _HEADER_SIZE + 4:
        raise NotCleanedError(Failure.BROKEN)
    (count,) = struct.unpack_from(">I", data, _HEADER_SIZE)
    if count > _MAX_TAGS or len(data) < _HEADER_SIZE + 4 + 12 * count:
        raise NotCleanedError(Failure.BROKEN)
    for number in range(count):
        name, start, size = struct.unpack_from(">4sII", data, _HEADER_SIZE + 4 + 12 * number)
        if start + size > len(data):
            raise NotCleanedError(Failure.BROKEN)
        yield name, start, start + size


def _written(data: bytes, tags: dict[bytes, bytes]) -> bytes:
    at = _HEADER_SIZE + 4 + 12 * len(tags)
    table, bodies, places = b"", b"", dict[bytes, int]()
    for name, body in tags.items():
        if body not in places:  # three colours often share one curve
            places[body] = at + len(bodies)
            bodies += body + bytes(-len(body) % 4)
        table += struct.pack(">4sII", name, places[body], len(body))
    header = bytearray(_HEADER_SIZE)
    header[:4] = struct.pack(">I", at + len(bodies))
    for start, end in _KEPT_FIELDS:
        header[start:end] = data[start:end]
    return bytes(header) + struct.pack(">I", len(tags)) + table + bodies

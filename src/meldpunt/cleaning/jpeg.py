"""Clean JPEG pictures inside documents: leave out segments with traces, and keep the pixels.

ITU-T T.81 annex B: a picture is a sequence of segments. Each starts with a marker (0xFF and a
code); most have a length. Coded bytes follow a scan header. In them 0xFF only occurs as 0xFF00 or
in a restart marker.
"""

from collections.abc import Iterator
from typing import Final

from meldpunt.cleaning.results import Failure, NotCleanedError

_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_JFIF: Final = 0xE0
_ADOBE: Final = 0xEE
"""This segment says how colours are coded. Without it a picture looks different."""
_APPLICATION: Final = range(0xE0, 0xF0)
_BARE: Final = frozenset({0x01, _START, _END, *range(0xD0, 0xD8)})
"""Markers without a length."""


def strip_segments(data: bytes) -> bytes:
    """Return a JPEG picture without EXIF, XMP, IPTC, profiles, comments and bytes after its end.

    Raises:
        NotCleanedError: The data is not a sequence of segments.
    """
    return b"".join(
        data[start:end] for marker, start, end in _segments(data) if not _says(data, marker, start)
    )


def _says(data: bytes, marker: int, start: int) -> bool:
    """Say whether a segment holds more than pixels. JFIF extensions, for example, hold previews."""
    if marker == _JFIF:
        return data[start + 4 : start + 9] != b"JFIF\0"
    if marker == _ADOBE:
        return data[start + 4 : start + 9] != b"Adobe"
    return marker == _COMMENT or marker in _APPLICATION


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each segment. A scan ends after its coded bytes."""
    at = 0
    while at + 1 < len(data):
        if data[at] != 0xFF:  # noqa: PLR2004 (T.81: every marker begins so)
            raise NotCleanedError(Failure.BROKEN)
        marker, end = data[at + 1], at + 2
        if marker == 0xFF:  # noqa: PLR2004 (T.81 B.1.1.2: fill bytes)
            at += 1
            continue
        if marker not in _BARE:
            end += int.from_bytes(data[end : end + 2], "big")
        if marker == _SCAN:
            end = _end_of_scan(data, end)
        if end > len(data) or end < at + 2:
            raise NotCleanedError(Failure.BROKEN)
        yield marker, at, end
        if marker == _END:
            return
        at = end
    raise NotCleanedError(Failure.BROKEN)


def _end_of_scan(data: bytes, at: int) -> int:
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and data[at + 1] not in range(0xD0, 0xD8):
            return at
        at += 2
    raise NotCleanedError(Failure.BROKEN)

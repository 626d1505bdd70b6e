"""Clean JPEG pictures: leave out segments with traces, and keep the pixels as they are coded.

ITU-T T.81 annex B: a picture is a sequence of segments. Each starts with a marker (0xFF and a
code); most have a length. Coded bytes follow a scan header. In them 0xFF only occurs as 0xFF00 or
in a restart marker. `web/sdk/src/cleaning/jpeg.ts` does the same.
"""

from collections.abc import Iterator
from typing import Final

from meldpunt.cleaning.exif import EXIF_MARK
from meldpunt.cleaning.parts import Found, broken
from meldpunt.cleaning.results import Cleaned, Trace

_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_JFIF, _EXIF, _PROFILE, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PICTURE: Final = _FRAMES | {0xC4, 0xCC, _SCAN, _END, 0xDB, 0xDC, 0xDD}
"""Markers without which there is no picture: frames, tables, scans, lines, restarts, the end."""
_BARE: Final = frozenset({0x01, _START, _END, *range(0xD0, 0xD8)})
"""Markers without a length."""
_JFIF_MARK, _PROFILE_MARK, _ADOBE_MARK = b"JFIF\0", b"ICC_PROFILE\0", b"Adobe"
_PLAIN_JFIF: Final = b"\xff\xe0\0\x10" + _JFIF_MARK + b"\1\1\0\0\1\0\1\0\0"
"""JFIF 1.01 without a density and a preview."""
_PLAIN_ADOBE: Final = b"\xff\xee\0\x0e" + _ADOBE_MARK + b"\0\x64\0\0\0\0"
"""It says in one last byte how colours are coded. Without it a picture looks different."""
_ADOBE_SIZE: Final = 12
_PROFILE_PIECE: Final = 65519


def clean_jpeg(data: bytes) -> Cleaned:
    """Return a JPEG picture with its pixels, its orientation and the bare colour profile.

    Raises:
        NotCleanedError: The data is not a sequence of segments.
    """
    found, kept, has_jfif = _stripped(data)
    head = [b"\xff\xd8", _PLAIN_JFIF if has_jfif else b""]
    if found.exif:
        head.append(_segment(_EXIF, EXIF_MARK + found.exif))
    return found.cleaned(b"".join((*head, *_profile(found.profile), *kept)), "image/jpeg")


def strip_segments(data: bytes) -> bytes:
    """Return a JPEG picture for inside a document, which has its own orientation and profile.

    Raises:
        NotCleanedError: The data is not a sequence of segments.
    """
    _, kept, has_jfif = _stripped(data)
    return b"".join((b"\xff\xd8", _PLAIN_JFIF if has_jfif else b"", *kept))


def _stripped(data: bytes) -> tuple[Found, list[bytes], bool]:
    """Return what was found, the segments to keep after the start, and whether it is JFIF."""
    found, kept, profile = Found(), list[bytes](), dict[int, bytes]()
    seen, end = set[int](), 0
    for marker, start, end in _segments(data):
        body = data[start + 4 : end]
        seen.add(marker)
        if marker in _PICTURE:
            kept.append(data[start:end])
        elif _is_adobe(marker, body):
            kept.append(_PLAIN_ADOBE + body[_ADOBE_SIZE - 1 : _ADOBE_SIZE])
        elif marker == _PROFILE and body.startswith(_PROFILE_MARK):
            at = len(_PROFILE_MARK)
            profile.setdefault(int.from_bytes(body[at : at + 1], "big"), body[at + 2 :])
        elif marker not in _BARE:
            _note(marker, body, found)
    if _SCAN not in seen or seen.isdisjoint(_FRAMES):
        broken()
    if profile:
        found.add_profile(b"".join(profile[number] for number in sorted(profile)))
    found.add_rest(data[end:])
    return found, kept, _JFIF in seen


def _is_adobe(marker: int, body: bytes) -> bool:
    return marker == _ADOBE and body.startswith(_ADOBE_MARK) and len(body) >= _ADOBE_SIZE


def _note(marker: int, body: bytes, found: Found) -> None:
    """Note what a segment says. JFIF may have a preview, and its extensions are one."""
    if marker == _JFIF:
        if not body.startswith(_JFIF_MARK) or len(body) > len(_PLAIN_JFIF) - 4:
            found.removed.add(Trace.FURTHER_PICTURES)
    elif marker == _EXIF and body.startswith(EXIF_MARK):
        found.add_exif(body)
    else:
        found.removed.add(Trace.COMMENT if marker == _COMMENT else Trace.FURTHER_DATA)


def _profile(profile: bytes) -> Iterator[bytes]:
    """Yield the segments of a colour profile (ICC.1 annex B.4)."""
    starts = range(0, len(profile), _PROFILE_PIECE)
    for number, at in enumerate(starts, 1):
        head = _PROFILE_MARK + bytes((number, len(starts)))
        yield _segment(_PROFILE, head + profile[at : at + _PROFILE_PIECE])


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each segment after the first. A scan has its coded bytes."""
    if not data.startswith(b"\xff\xd8"):
        broken()
    at = 2
    while at + 1 < len(data):
        if data[at] != 0xFF:  # noqa: PLR2004 (T.81: every marker begins so)
            broken()
        marker, end = data[at + 1], at + 2
        if marker == 0xFF:  # noqa: PLR2004 (T.81 B.1.1.2: fill bytes)
            at += 1
            continue
        if marker in {0, _START}:
            broken()
        if marker not in _BARE:
            size = int.from_bytes(data[end : end + 2], "big")
            end += size if size > 1 else broken()
        if end > len(data):
            broken()
        if marker == _SCAN:
            end = _end_of_scan(data, end)
        yield marker, at, end
        if marker == _END:
            return
        at = end
    broken()


def _end_of_scan(data: bytes, at: int) -> int:
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and data[at + 1] not in range(0xD0, 0xD8):
            return at
        at += 2
    return broken()

"""The type of a file: by its first bytes, since a name may be false; else by its name."""

import mimetypes
import re
from pathlib import Path
from typing import Final

_BEGINNINGS: Final = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), "image/tiff"),
    (re.compile(rb".{0,1000}%PDF-", re.DOTALL), "application/pdf"),
    (re.compile(rb"....ftyp(?:hei[cxms]|mif1|msf1|hev[cx])", re.DOTALL), "image/heic"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image/avif"),
)
_LONGEST: Final = 1024
_FORM: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_UNKNOWN: Final = "application/octet-stream"


def media_type_of(path: Path) -> str:
    """Return the media type of a file, or `application/octet-stream` if it is unknown.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        beginning = file.read(_LONGEST)
    for pattern, kind in _BEGINNINGS:
        if pattern.match(beginning):
            return kind
    guessed = (mimetypes.guess_type(path.name)[0] or _UNKNOWN).lower()
    return guessed if _FORM.fullmatch(guessed) else _UNKNOWN

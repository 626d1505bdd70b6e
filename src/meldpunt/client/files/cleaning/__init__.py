"""Clean a file before it is encrypted: remove what says who made it, where and when.

The libraries of the extra `clean` clean pictures and PDF documents. Every other type is refused, so
that nobody believes it is clean. The result is read again, and refused if anything is left. A file
may be made to do harm, so a separate process cleans it, within limits.

Cleaning does not change what people see in a picture or read in a document. It also leaves the
traces of a printer or a camera sensor in the pixels.
"""

from pathlib import Path
from typing import Final

from meldpunt.cleaning.limits import LIMITS, Limits
from meldpunt.cleaning.results import Cleaned, Remainder, Trace
from meldpunt.client.files.cleaning.errors import (
    BrokenFileError,
    CleanerMissingError,
    CleaningError,
    TooLargeError,
    TooManyPagesError,
    TooSlowError,
    UnknownTypeError,
)
from meldpunt.client.files.cleaning.kinds import media_type_of
from meldpunt.client.files.cleaning.process import clean_apart

__all__ = [
    "LIMITS",
    "BrokenFileError",
    "Cleaned",
    "CleanerMissingError",
    "CleaningError",
    "Limits",
    "Remainder",
    "TooLargeError",
    "TooManyPagesError",
    "TooSlowError",
    "Trace",
    "UnknownTypeError",
    "clean",
    "media_type_of",
]

_CLEANED: Final = frozenset(
    {"application/pdf", "image/jpeg", "image/png", "image/webp", "image/tiff", "image/gif"}
)


def clean(path: Path, limits: Limits = LIMITS) -> Cleaned:
    """Return a clean copy of a picture or a PDF document. The file itself does not change.

    Raises:
        UnknownTypeError: Files of this type are not cleaned.
        CleanerMissingError: The extra `clean` is not installed.
        TooLargeError: The file is too large to clean, or unpacks to too much.
        TooSlowError: Cleaning takes too long.
        BrokenFileError: The file is damaged, or is not of the type that it seems.
        CleaningError: The result still says who made the file, where or when.
        OSError: The file cannot be read.
    """
    if not path.is_file():
        path.stat()  # raises the reason if there is no file
        raise UnknownTypeError
    kind = media_type_of(path)
    if kind not in _CLEANED:
        raise UnknownTypeError
    if path.stat().st_size > limits.size:
        raise TooLargeError
    with path.open("rb") as file:
        return clean_apart(file, kind, limits)

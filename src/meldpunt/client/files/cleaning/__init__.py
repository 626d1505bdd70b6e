"""Cleaning a file of what says who made it, where and when, before it is encrypted.

Pictures and PDF documents, by the libraries of the extra `clean`; every other type is refused by
name, so that nobody believes it clean. What comes out is read again, and refused if anything is
left. A file may be made to do harm, so all of it happens in a process of its own, within limits.
What can be seen in a picture or read in a document stays, and so does what a printer or a
sensor has put into the pixels.
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
    """Clean a picture or a PDF document; the file itself stays as it is.

    Raises:
        UnknownTypeError: It is of a type that is not cleaned.
        CleanerMissingError: The extra `clean` is not installed.
        TooLargeError: It is larger than can be cleaned, or unpacks to too much.
        TooSlowError: Cleaning takes too long.
        BrokenFileError: It is not what it seems, or damaged.
        CleaningError: It still says something after cleaning.
        OSError: It cannot be read.
    """
    if not path.is_file():
        path.stat()  # says why, where nothing is there
        raise UnknownTypeError
    kind = media_type_of(path)
    if kind not in _CLEANED:
        raise UnknownTypeError
    if path.stat().st_size > limits.size:
        raise TooLargeError
    with path.open("rb") as file:
        return clean_apart(file, kind, limits)

"""Cleaning a file of what says who made it, where and when, before it is encrypted.

Pictures and PDF documents, by the libraries of the extra `clean`; every other type is refused by
name, so that nobody believes it clean. What comes out is read again, and refused if anything is
left. What can be seen in a picture or read in a document stays, and so does what a printer or a
sensor has put into the pixels.
"""

from pathlib import Path
from typing import Final

from meldpunt.client.files.cleaning.kinds import media_type_of
from meldpunt.client.files.cleaning.results import (
    BrokenFileError,
    Cleaned,
    CleanerMissingError,
    CleaningError,
    Remainder,
    TooLargeError,
    Trace,
    UnknownTypeError,
)

__all__ = [
    "BrokenFileError",
    "Cleaned",
    "CleanerMissingError",
    "CleaningError",
    "Remainder",
    "TooLargeError",
    "Trace",
    "UnknownTypeError",
    "clean",
    "media_type_of",
]

MAX_SIZE: Final = 256 << 20
"""Bytes of a file that is cleaned: it is held in memory."""


def clean(path: Path) -> Cleaned:
    """Clean a picture or a PDF document; the file itself stays as it is.

    Raises:
        UnknownTypeError: It is of a type that is not cleaned.
        CleanerMissingError: The extra `clean` is not installed.
        TooLargeError: It is larger than can be cleaned, or unpacks to too much.
        BrokenFileError: It is not what it seems, or damaged.
        CleaningError: It still says something after cleaning.
        OSError: It cannot be read.
    """
    kind = media_type_of(path)
    if path.stat().st_size > MAX_SIZE:
        raise TooLargeError
    if kind == "application/pdf":
        return _documents(path.read_bytes())
    if kind in {"image/jpeg", "image/png", "image/webp", "image/tiff", "image/gif"}:
        return _pictures(path.read_bytes())
    raise UnknownTypeError


def _documents(data: bytes) -> Cleaned:
    try:
        from meldpunt.client.files.cleaning.documents import clean_document
    except ImportError:
        raise CleanerMissingError from None
    cleaned: Cleaned = clean_document(data)
    return cleaned


def _pictures(data: bytes) -> Cleaned:
    try:
        from meldpunt.client.files.cleaning.pictures import clean_picture
    except ImportError:
        raise CleanerMissingError from None
    return clean_picture(data)

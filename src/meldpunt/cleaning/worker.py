"""The process in which a file is cleaned, and where its damage ends.

Started by `client/files/cleaning`, with the media type and the limits as arguments and the file as
standard input. It answers with one line of JSON, then the bytes of the cleaned file. It writes no
file, also no image of its memory, and has no name of the file.
"""

import json
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import BinaryIO, Final

from meldpunt.cleaning.limits import Limits
from meldpunt.cleaning.results import (
    Cleaned,
    Failure,
    NotCleanedError,
)

Cleaner = Callable[[bytes, Limits], Cleaned]

_OPEN_FILES: Final = 64
"""Enough for the modules that the libraries load as they need them."""
_LAST_SECONDS: Final = 5
"""Of processor time, after a signal that ends the process anyway."""


def main() -> None:
    """Clean standard input to standard output."""
    kind, limits = sys.argv[1], Limits.parse(sys.argv[2])
    try:
        clean_bytes = cleaner_of(kind)
        confine(limits)
        cleaned = clean_bytes(_input(), limits)
    except NotCleanedError as error:
        _answer(sys.stdout.buffer, {"failure": error.failure.value})
        return
    lists = {"removed": cleaned.removed, "remaining": cleaned.remaining}
    _answer(sys.stdout.buffer, {"mediaType": cleaned.media_type, **lists}, cleaned.data)


def _input() -> bytes:
    """Read the file to its end: a read of at most so many bytes would take that memory at once."""
    try:
        return sys.stdin.buffer.read()
    except MemoryError:
        raise NotCleanedError(Failure.TOO_LARGE) from None


def confine(limits: Limits) -> None:
    """Hold this process to its limits; a system that lacks one of them holds it to the others."""
    for name, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),  # an image of the memory would be a copy of the file
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_CPU, limits.seconds, limits.seconds + _LAST_SECONDS),
        (resource.RLIMIT_AS, limits.memory, limits.memory),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (soft, hard))


def cleaner_of(kind: str) -> Cleaner:
    """Return what cleans the bytes of a media type, within limits, in this process.

    Raises:
        NotCleanedError: The extra `clean` is not installed.
    """
    try:
        if kind == "application/pdf":
            from meldpunt.cleaning.documents import clean_document as clean
        else:
            from meldpunt.cleaning.pictures import clean_picture as clean
    except ImportError:
        raise NotCleanedError(Failure.MISSING) from None
    return partial(_guarded, clean)


def _guarded(clean: Cleaner, data: bytes, limits: Limits) -> Cleaned:
    """Clean, and turn whatever a decoder does on damaged input into words."""
    if len(data) > limits.size:
        raise NotCleanedError(Failure.TOO_LARGE)
    try:
        cleaned = clean(data, limits)
    except NotCleanedError:
        raise
    except (MemoryError, RecursionError):
        raise NotCleanedError(Failure.TOO_LARGE) from None
    except Exception:  # noqa: BLE001 (decoders raise anything)
        raise NotCleanedError(Failure.BROKEN) from None
    if len(cleaned.data) > limits.size:
        raise NotCleanedError(Failure.TOO_LARGE)
    return cleaned


def _answer(out: BinaryIO, told: dict[str, object], data: bytes = b"") -> None:
    out.write(json.dumps(told).encode() + b"\n" + data)
    out.flush()


if __name__ == "__main__":
    main()

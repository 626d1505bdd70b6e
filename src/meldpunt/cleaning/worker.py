"""The process that cleans a file, so that a malicious file can do no harm outside it.

`client/files/cleaning` starts it. The media type and the limits are arguments; the file is standard
input. The process answers with one line of JSON, then the bytes of the cleaned file. It writes no
file and no core dump, and does not know the file's name.
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
"""Open files: enough for the modules that the libraries load later."""
_LAST_SECONDS: Final = 5
"""Seconds of processor time between the signal that should end the process and its forced end."""


def main() -> None:
    """Clean the file on standard input and write the answer to standard output."""
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
    """Read the whole file. A read with a maximum would reserve all of that memory at once."""
    try:
        return sys.stdin.buffer.read()
    except MemoryError:
        raise NotCleanedError(Failure.TOO_LARGE) from None


def confine(limits: Limits) -> None:
    """Set the limits of this process. If the system lacks one of them, the others still apply."""
    for name, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),  # a core dump would hold a copy of the file
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_CPU, limits.seconds, limits.seconds + _LAST_SECONDS),
        (resource.RLIMIT_AS, limits.memory, limits.memory),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (soft, hard))


def cleaner_of(kind: str) -> Cleaner:
    """Return the function that cleans files of a media type, within limits, in this process.

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
    """Clean a file, and turn any exception for damaged input into a `NotCleanedError`."""
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

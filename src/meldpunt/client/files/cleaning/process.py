"""Clean in a separate process: a hostile file can harm only that process.

The process gets the open file, never its name. It is ended when it passes a limit.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, BinaryIO, Final

from meldpunt.cleaning.limits import Limits
from meldpunt.cleaning.results import Cleaned, Failure, Remainder, Trace
from meldpunt.client.files.cleaning.errors import (
    BrokenFileError,
    CleanerMissingError,
    CleaningError,
    TooLargeError,
    TooManyPagesError,
    TooSlowError,
)

_WORKER: Final = "meldpunt.cleaning.worker"
_LONGEST_HEAD: Final = 4096
_ERRORS: Final[dict[Failure, type[CleaningError]]] = {
    Failure.REMAINS: CleaningError,
    Failure.BROKEN: BrokenFileError,
    Failure.TOO_LARGE: TooLargeError,
    Failure.TOO_MANY_PAGES: TooManyPagesError,
    Failure.TOO_SLOW: TooSlowError,
    Failure.MISSING: CleanerMissingError,
}


def clean_apart(file: BinaryIO, kind: str, limits: Limits) -> Cleaned:
    """Clean an open file of a media type in another process.

    Raises:
        CleaningError: As `clean`.
        OSError: No process can be started.
    """
    with subprocess.Popen(  # noqa: S603 (our own interpreter and module; no input of others)
        # -P: Python must not load a module that lies beside the file instead of ours.
        [sys.executable, "-P", "-m", _WORKER, kind, limits.to_text()],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the decoders' messages may quote the file
        env=os.environ | {"PYTHONPATH": os.pathsep.join(_module_folders())},
    ) as process:
        impatience = threading.Timer(limits.patience, process.kill)
        impatience.start()
        try:
            head, data = _read(process.stdout, limits)
        finally:
            was_patient = impatience.is_alive()
            impatience.cancel()
            process.kill()
    if not was_patient or process.returncode == -signal.SIGXCPU:
        raise TooSlowError
    return _cleaned(head, data, process.returncode)


def _module_folders() -> list[str]:
    """Return the folders of this process's modules, so that the other process finds the same."""
    return [folder or str(Path.cwd()) for folder in sys.path]


def _read(stream: IO[bytes] | None, limits: Limits) -> tuple[bytes, bytes]:
    """Return the two parts of the answer: one line, and the file."""
    if stream is None:
        return b"", b""
    return stream.readline(_LONGEST_HEAD), stream.read(limits.size + 1)


def _cleaned(head: bytes, data: bytes, status: int) -> Cleaned:
    """Check and read the answer: a hostile file may have taken the process over."""
    if not head:
        # SIGKILL: the system ended the process for lack of memory. Everything else is damage.
        raise TooLargeError if status == -signal.SIGKILL else BrokenFileError
    try:
        told = json.loads(head)
        if "failure" in told:
            raise _ERRORS[Failure(told["failure"])]
        removed = tuple(Trace(each) for each in told["removed"])
        remaining = tuple(Remainder(each) for each in told["remaining"])
        return Cleaned(data, str(told["mediaType"]), removed, remaining)
    except (ValueError, KeyError, TypeError):
        raise BrokenFileError from None

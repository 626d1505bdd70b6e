"""Upload a file in pieces over a connection that may fail, by tus 1.0.0 (tus.io).

A piece arrives whole or not at all. After a failure the host says how many bytes it has, and the
upload continues from there. A repeated piece duplicates nothing, since it names its offset.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from meldpunt.client.files.sealed_file import SealedFile
from meldpunt.client.http.api import AttachmentApi
from meldpunt.client.http.errors import AnswerError, ProblemError, UnreachableError
from meldpunt.wire.problems import ProblemType

Progress = Callable[[int, int], None]
"""Called with the number of bytes that have arrived, and the number of all bytes."""

MIN_PIECE: Final = 1 << 16
"""The smallest piece that a host accepts, in bytes; the last piece may be smaller."""
_FIRST_PIECE: Final = 1 << 18
MAX_PIECE: Final = 1 << 22
_QUICK: Final = 8.0
"""If a piece arrives within this many seconds, the next piece may be larger."""
_SLOW: Final = 30.0
PATIENCE: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Seconds before each further attempt, as long as nothing arrives."""
_CONFLICT: Final = 409
_RETRIED: Final = frozenset({ProblemType.BUSY, ProblemType.INTERNAL})


@dataclass(frozen=True, slots=True)
class Pace:
    """The size of the next piece. Tor circuits fail often, and a lost piece is sent again."""

    size: int = _FIRST_PIECE

    def after(self, seconds: float) -> "Pace":
        """Return the pace after a piece that took this many seconds."""
        if seconds <= _QUICK:
            return Pace(min(self.size * 2, MAX_PIECE))
        return self if seconds <= _SLOW else Pace(max(self.size // 2, MIN_PIECE))

    def after_failure(self) -> "Pace":
        """Return the pace after a piece that did not arrive."""
        return Pace(max(self.size // 4, MIN_PIECE))


async def upload(
    api: AttachmentApi,
    sealed: SealedFile,
    progress: Progress | None = None,
    *,
    patience: tuple[float, ...] = PATIENCE,
) -> None:
    """Upload a file, or the rest of it. Repeating it is safe.

    Args:
        api: The attachment's operations.
        sealed: The file.
        progress: Called after every piece.
        patience: Seconds before each further attempt while nothing arrives.

    Raises:
        FileError: The file has changed.
        UnreachableError: The host did not answer, after every attempt.
        ProblemError: The host refuses: CONTENT_TOO_LARGE, REPORT_FULL, STORAGE_FULL and others.
        AnswerError: The host answers something else.
    """
    window, pace, failures = _Window(sealed), Pace(), 0
    offset = await api.begin(sealed.length)
    while offset < sealed.length:
        _tell(progress, offset, sealed)
        piece = await asyncio.to_thread(window.piece, offset, pace.size)
        started = api.transport.monotonic()
        try:
            reached = await api.append(offset, piece)
        except (UnreachableError, ProblemError) as error:
            if failures == len(patience) or not _passes(error):
                raise
            await api.transport.sleep(_delay(error, patience[failures]))
            pace, failures = pace.after_failure(), failures + 1
            offset = await _look(api, sealed)
            continue
        if not offset < reached <= offset + len(piece):
            raise AnswerError
        offset, failures = reached, 0
        pace = pace.after(api.transport.monotonic() - started)
    _tell(progress, offset, sealed)


async def _look(api: AttachmentApi, sealed: SealedFile) -> int:
    """Return how many bytes the host has. Begin again an upload that has expired."""
    try:
        return await api.offset()
    except ProblemError as error:
        if error.kind is not ProblemType.NOT_FOUND:
            raise
        return await api.begin(sealed.length)


def _passes(error: UnreachableError | ProblemError) -> bool:
    """Say whether the upload may continue after an error, from the offset that the host gives."""
    if isinstance(error, UnreachableError):
        return error.passes
    return error.kind in _RETRIED or error.kind.status == _CONFLICT


def _delay(error: UnreachableError | ProblemError, least: float) -> float:
    after = error.retry_after if isinstance(error, ProblemError) else None
    return max(least, min(float(after or 0), PATIENCE[-1]))


def _tell(progress: Progress | None, offset: int, sealed: SealedFile) -> None:
    if progress is not None:
        progress(offset, sealed.length)


class _Window:
    """The part of a ciphertext that is being sent. It holds only one piece in memory."""

    def __init__(self, sealed: SealedFile) -> None:
        self._sealed = sealed
        self._chunks: Iterator[bytes] = iter(())
        self._start = sealed.length
        self._held = bytearray()

    def piece(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from an offset. To go back, it reads the file again."""
        if offset < self._start:
            self._chunks, self._start = self._sealed.read(), 0
            self._held.clear()
        while self._start + len(self._held) < offset + size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            self._held += chunk
            self._drop(offset)
        self._drop(offset)
        return bytes(self._held[:size])

    def _drop(self, offset: int) -> None:
        passed = min(offset - self._start, len(self._held))
        del self._held[:passed]
        self._start += passed

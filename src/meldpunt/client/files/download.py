"""Download a file: check all of it before decrypting any byte, then write it to a new file.

The ciphertext waits in a file beside the target, so that an interrupted download can continue.
The waiting file's name reveals nothing without the file's key.
"""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from meldpunt.client.files.upload import PATIENCE, Pace, Progress
from meldpunt.client.http.api import AttachmentApi
from meldpunt.client.http.errors import FileError, ProblemError, UnreachableError
from meldpunt.protocol.attachment import Attachment, AttachmentContext, open_stream
from meldpunt.protocol.verify.attachment import stream_size
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.wire.problems import ProblemType

_BLOCK: Final = 1 << 20
_NAME_SIZE: Final = 8
_GONE: Final = frozenset({ProblemType.NOT_FOUND, ProblemType.ATTACHMENT_LOST})


async def download(
    api: AttachmentApi,
    listed: Attachment,
    context: AttachmentContext,
    target: Path,
    progress: Progress | None = None,
    *,
    patience: tuple[float, ...] = PATIENCE,
) -> None:
    """Save a file under a new name, readable by its owner only. A second call continues the first.

    Args:
        api: The attachment's operations.
        listed: The attachment as the message lists it.
        context: The report and attachment to which the file belongs.
        target: A path where no file exists, in a folder that exists.
        progress: Called after every piece.
        patience: Seconds before each further attempt while nothing arrives.

    Raises:
        RefusedError: As `open_stream`: the host did not serve the listed file.
        FileError: The target exists already, or cannot be written.
        ClientError: As `Transport.call`; NOT_FOUND for a file that this reader
            may not fetch, ATTACHMENT_LOST for one that the host has lost.
    """
    _check_free(target)
    waiting = target.with_name(f".{_waiting_name(listed)}.part")
    try:
        with _private(waiting) as file:
            await _fetch(api, stream_size(listed.size), file, progress, patience)
        await asyncio.to_thread(_decrypt, waiting, listed, context, target)
    except RefusedError:
        waiting.unlink(missing_ok=True)  # it is not the listed file: no part of it is usable
        raise
    except ProblemError as error:
        if error.kind in _GONE:
            waiting.unlink(missing_ok=True)
        raise
    except OSError as error:
        raise FileError(f"Cannot write {target}: {error.strerror}.") from None
    waiting.unlink()


def _check_free(target: Path) -> None:
    if os.path.lexists(target):
        raise FileError(f"There is already a file {target}. Choose another name.")


def _waiting_name(listed: Attachment) -> str:
    return hashlib.blake2b(b"waiting", key=listed.key, digest_size=_NAME_SIZE).hexdigest()


@contextlib.contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """Open a private file to append to it. Never follow a link that somebody else put there."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "r+b") as file:
        yield file


async def _fetch(
    api: AttachmentApi,
    length: int,
    file: BinaryIO,
    progress: Progress | None,
    patience: tuple[float, ...],
) -> None:
    here = file.seek(0, os.SEEK_END)
    if here > length:
        here = file.truncate(0)
        file.seek(0)
    pace, failures = Pace(), 0
    while here < length:
        started = api.transport.monotonic()
        try:
            data = await api.read(here, min(pace.size, length - here), length)
        except UnreachableError as error:
            if failures == len(patience) or not error.passes:
                raise
            await api.transport.sleep(patience[failures])
            pace, failures = pace.after_failure(), failures + 1
            continue
        here, failures = here + file.write(data), 0
        pace = pace.after(api.transport.monotonic() - started)
        if progress is not None:
            progress(here, length)


def _decrypt(waiting: Path, listed: Attachment, context: AttachmentContext, target: Path) -> None:
    beside = waiting.with_suffix(".open")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    try:
        with _private(beside) as file:
            for block in open_stream(lambda: _blocks(waiting), listed, context):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        # Claim the name first, so as not to overwrite a file that was made meanwhile.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_BLOCK), b"")

"""The folder from which a reverse proxy serves bulletins: the files that the host itself serves.

At any moment each file is there whole, old or new. Several processes may share the folder: one
at a time changes it, and holds a lock on the folder meanwhile.
"""

import contextlib
import fcntl
import os
import re
import stat
import time
from collections.abc import Collection, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import IO, Final

from meldpunt.server.errors import BusyError

INDEX: Final = "index.json"
"""The answer of `GET /v1/bulletins`. The other files have the names of the index."""
_PARTIAL: Final = ".partial"
"""The file that is being written. Under the lock there is one at most."""
_OURS: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}|index\.json|\.partial", re.ASCII)
"""Names that this program writes. It deletes nothing else."""
_FOR_ALL: Final = 0o644
"""Mode of a file: the proxy runs as another user, and everybody may know what is in it."""
_FOLDER_FOR_ALL: Final = 0o755
_BLOCK: Final = 1 << 20
_PATIENCE_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.05
_SOME_DAY: Final = 946_684_800
"""2000-01-01: the time of every file, so that files do not show when the host ran."""


class BulletinFolder:
    """The folder. Its methods block; call them in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """Make the folder, if it is not there, so that everybody can read it."""
        with contextlib.suppress(FileExistsError):
            self._folder.mkdir()
            self._folder.chmod(_FOLDER_FOR_ALL)  # a mode of mkdir would not reach past the umask

    def lock(self) -> int:
        """Wait for other processes; return a descriptor. Closing it gives the lock back.

        Raises:
            BusyError: Another process has held the lock for a minute.
        """
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < until:
                    time.sleep(_PAUSE_SECONDS)
                    continue
                os.close(descriptor)
                raise BusyError from None
            except BaseException:
                os.close(descriptor)
                raise
            return descriptor

    def read_index(self, limit: int) -> bytes:
        """Return the index that is there; empty if there is none, or none that can be read.

        Args:
            limit: The most bytes. A longer file gives its first bytes.
        """
        try:
            descriptor = os.open(self._folder / INDEX, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return b""
        with os.fdopen(descriptor, "rb") as file:
            is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
            return file.read(limit) if is_file else b""

    def update_hash(self, name: str, size: int, state: blake2b) -> bool:
        """Add a file's bytes to a hash; return False if the file is missing or cannot be right.

        Args:
            name: The file's name.
            size: The length in bytes that it must have.
            state: The hash.
        """
        try:
            descriptor = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return False  # missing, a link, or closed to the host: it will be written again
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_size != size:
                return False
            if stat.S_IMODE(found.st_mode) != _FOR_ALL:
                return False
            while block := file.read(_BLOCK):
                state.update(block)
        return True

    @contextlib.contextmanager
    def replacing(self, name: str) -> Iterator[IO[bytes]]:
        """Open a new file for a name; replace the old one at the end, or nothing on an error."""
        partial = self._folder / _PARTIAL
        partial.unlink(missing_ok=True)  # the rest of a process that was killed
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FOR_ALL)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fchmod(descriptor, _FOR_ALL)
                os.utime(descriptor, (_SOME_DAY, _SOME_DAY))
                os.fsync(descriptor)
            partial.replace(self._folder / name)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise

    def remove_others(self, names: Collection[str]) -> None:
        """Delete the files of bulletins that are not among these names."""
        for found in self._folder.iterdir():
            if _OURS.fullmatch(found.name) and found.name not in names:
                found.unlink(missing_ok=True)

    def flush(self) -> None:
        """Make the list of files durable."""
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""Encrypts backups in the age format (C2SP), to a public key whose other half is not on the host.

The host's own code cannot encrypt. So it writes into a pipe, and age encrypts what comes out, piece
by piece: no backup lies on a disk in clear.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from meldpunt.cli.terminal.refusal import Refusal

if TYPE_CHECKING:
    from pyrage.x25519 import Identity, Recipient

    from meldpunt.server.backup_archive import ByteSource


def make_identity() -> tuple[str, str]:
    """Return a new private key (AGE-SECRET-KEY-1…) and its public key (age1…)."""
    identity = _age().x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def read_recipient(text: str) -> "Recipient":
    """Read a public key.

    Raises:
        Refusal: It is none.
    """
    age = _age()
    try:
        return age.x25519.Recipient.from_str(text)
    except age.RecipientError:
        message = "This is no public key for backups: it begins with age1."
        raise Refusal("recipient", message) from None


def read_identities(key_file: bytes) -> "Sequence[Identity]":
    """Read the private keys of a file, one a line; `#` begins a comment.

    Raises:
        Refusal: It has none.
    """
    age = _age()
    lines = [line.strip() for line in key_file.decode("utf-8", "replace").splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    try:
        found = [age.x25519.Identity.from_str(key) for key in keys]
    except age.IdentityError:
        found = []
    if not found:
        message = "The key file has no key that opens backups (AGE-SECRET-KEY-1…)."
        raise Refusal("key-file", message)
    return found


@contextmanager
def encrypting(target: IO[bytes], recipients: "Sequence[Recipient]") -> Iterator[IO[bytes]]:
    """Give a stream for clear bytes; what is encrypted goes to `target`.

    Raises:
        Refusal: `target` took no more.
    """
    age = _age()
    reader, writer = _pipe()

    def encrypt() -> None:
        with reader:
            age.encrypt_io(reader, target, recipients)

    worker = _Worker(encrypt)
    try:
        with writer:
            yield writer
    except BrokenPipeError:
        worker.join()  # it says why
        if worker.error is None:
            raise
    finally:
        worker.join()  # a thread in age that outlives the program aborts it
    if worker.error is not None:
        raise Refusal("backup", "The backup cannot be written. Is its disk full?") from None


@contextmanager
def decrypting(source: IO[bytes], identities: "Sequence[Identity]") -> "Iterator[ByteSource]":
    """Give a stream of the clear bytes. It comes to an end only if age found the file whole.

    Raises:
        Refusal: No key opens the file, or it is damaged or cut off.
    """
    age = _age()
    reader, writer = _pipe()

    def decrypt() -> None:
        with writer:
            age.decrypt_io(source, writer, identities)

    worker = _Worker(decrypt)
    try:
        with reader:
            yield _Checked(reader, worker)
    finally:
        worker.join()


class _Worker(threading.Thread):
    """Does something beside, and keeps its error."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Do it."""
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 (the other thread raises it)
            self.error = error


class _Checked:
    """A reader whose end counts: it raises where decryption ended early."""

    def __init__(self, reader: IO[bytes], worker: _Worker) -> None:
        self._reader = reader
        self._worker = worker

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes; none at the end.

        Raises:
            Refusal: The file was not whole.
        """
        data = self._reader.read(size)
        if not data:
            self._worker.join()
            if self._worker.error is not None:
                message = "This key does not open the backup, or it is damaged or cut off."
                raise Refusal("backup", message)
        return data


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    reader, writer = os.pipe()
    return os.fdopen(reader, "rb", buffering=0), os.fdopen(writer, "wb", buffering=0)


def _age() -> Any:  # noqa: ANN401 (a module, which comes with the server)
    try:
        import pyrage
    except ModuleNotFoundError:
        message = "The host is not installed here: pip install '.[server]' in a clone."
        raise Refusal("not-installed", message) from None
    return pyrage

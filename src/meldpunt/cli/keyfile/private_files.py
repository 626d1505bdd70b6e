"""Files with secrets at a path that a person chose: only that person can read them."""

import os
from pathlib import Path

from meldpunt.cli.keyfile import durable_files
from meldpunt.cli.keyfile.keystore import KeyFileError
from meldpunt.client.files.regular_file import open_regular


class PrivateFileError(KeyFileError):
    """A file with secrets cannot be read or written. The message says why."""


def write_new(path: Path, data: bytes) -> None:
    """Write a new file durably, with mode 0600.

    Raises:
        PrivateFileError: The file exists already, or cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise PrivateFileError(f"There is already a file {path}. Choose another name.") from None
    except OSError as error:
        raise PrivateFileError(f"Cannot write {path}: {error.strerror}.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, data: bytes) -> None:
    """Write a file with mode 0600. At any moment the old or the new file is there, whole.

    Raises:
        PrivateFileError: The file cannot be written.
    """
    try:
        with durable_files.locked(path):
            durable_files.replace(path, data)
    except OSError as error:
        raise PrivateFileError(f"Cannot write {path}: {error.strerror}.") from None


def read(path: Path, *, max_size: int) -> bytes:
    """Read a person's own file.

    Raises:
        PrivateFileError: The file cannot be read, or is too large to be such a file.
    """
    try:
        with open_regular(path) as file:
            data = file.read(max_size + 1)
    except OSError as error:
        raise PrivateFileError(f"Cannot read {path}: {error.strerror}.") from error
    if len(data) > max_size:
        raise PrivateFileError(f"{path} is too large for what it should be.")
    return data


def read_earlier(path: Path, *, max_size: int) -> bytes | None:
    """Read a file that an earlier command may have written, or return None if there is none.

    Raises:
        PrivateFileError: As `read`.
    """
    try:
        return read(path, max_size=max_size)
    except PrivateFileError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise

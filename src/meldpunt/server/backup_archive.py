"""The form of a backup: a tar stream with an index, the database and the pieces of attachments.

The index comes first. So whoever restores knows at once to which database the backup belongs, and
which pieces it should hold. Names in the stream are never used as paths. A backup holds no times.
"""

import io
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, Final, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from meldpunt.server.store.blobs.blob_store import DatabaseId, PieceName

INDEX: Final = "index.json"
DATABASE: Final = "database"
_PIECE: Final = "attachments/"
_VERSION: Final = 1
_MAX_INDEX: Final = 256 << 20
"""Bytes of the largest index: some millions of pieces."""
_SIZE: Final = 16
_BLOCK: Final = 65536


class ByteSource(Protocol):
    """What gives bytes in order."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; none at the end."""


class BackupError(Exception):
    """A backup cannot be made or restored; the message says why, and what to do."""


NOT_A_BACKUP: Final = "This is not a backup of Meldpunt, or it is damaged. Take another one."


class _Form(BaseModel):
    """How an index is written."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, strict=True)

    version: int = Field(ge=_VERSION, le=_VERSION)
    database: str = Field(pattern="^[0-9a-f]{32}$")
    pieces: dict[str, int]


@dataclass(frozen=True, slots=True)
class Index:
    """What a backup should hold."""

    database: DatabaseId
    pieces: Mapping[PieceName, int]
    """Sizes in bytes of all pieces that the database names."""

    def write(self) -> bytes:
        """Return the index as JSON."""
        pieces = {name.hex(): size for name, size in self.pieces.items()}
        form = _Form(version=_VERSION, database=self.database.hex(), pieces=pieces)
        return form.model_dump_json().encode()

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read an index.

        Raises:
            BackupError: It is of another form.
        """
        try:
            form = _Form.model_validate_json(data)
            pieces = {_piece_name(name): size for name, size in form.pieces.items()}
        except (ValidationError, ValueError):
            raise BackupError(NOT_A_BACKUP) from None
        return cls(DatabaseId(bytes.fromhex(form.database)), pieces)


class ArchiveWriter:
    """Writes a backup. First `add` the index, then the database, then pieces; then `end`.

    Leaving its `with` ends the stream too, whatever its target still takes.
    """

    def __init__(self, target: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w|")  # noqa: SIM115 (`end` closes it)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError, ValueError):  # else tarfile writes once more when it is forgotten
            self._tar.close()

    def add_index(self, index: Index) -> None:
        """Add the index."""
        data = index.write()
        self._add(INDEX, len(data), io.BytesIO(data))

    def add_database(self, size: int, file: IO[bytes]) -> None:
        """Add the file of the database."""
        self._add(DATABASE, size, file)

    def add_piece(self, name: PieceName, size: int, file: IO[bytes]) -> None:
        """Add a piece of an attachment."""
        self._add(_PIECE + name.hex(), size, file)

    def end(self) -> None:
        """Write the end."""
        self._tar.close()

    def _add(self, name: str, size: int, file: IO[bytes]) -> None:
        member = tarfile.TarInfo(name)
        member.size = size
        member.mode = 0o600
        self._tar.addfile(member, file)


class ArchiveReader:
    """Reads a backup in its only order: `index`, `database`, `pieces`.

    Raises:
        BackupError: Everywhere, for bytes that are no backup.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        readable: Any = source  # tarfile asks for more than it uses
        with _strictly():
            self._tar = tarfile.open(fileobj=readable, mode="r|")  # noqa: SIM115 (the caller closes it)

    def index(self) -> Index:
        """Return the index."""
        with _strictly():
            member, file = self._next(INDEX)
            if member.size > _MAX_INDEX:
                raise BackupError(NOT_A_BACKUP)
            return Index.read(file.read())

    def database(self) -> tuple[int, IO[bytes]]:
        """Return the size of the database and a reader of its file."""
        with _strictly():
            member, file = self._next(DATABASE)
            return member.size, file

    def pieces(self, index: Index) -> Iterator[tuple[PieceName, IO[bytes]]]:
        """Give all pieces that the backup holds, each once, with a reader of its bytes."""
        seen: set[PieceName] = set()
        with _strictly():
            while (member := self._tar.next()) is not None:
                name = _piece_name(member.name.removeprefix(_PIECE))
                if name in seen or index.pieces.get(name) != member.size:
                    raise BackupError(NOT_A_BACKUP)
                seen.add(name)
                yield name, self._open(member)
            while self._source.read(_BLOCK):  # its end says that the stream was whole
                pass

    def _next(self, name: str) -> tuple[tarfile.TarInfo, IO[bytes]]:
        member = self._tar.next()
        if member is None or member.name != name:
            raise BackupError(NOT_A_BACKUP)
        return member, self._open(member)

    def _open(self, member: tarfile.TarInfo) -> IO[bytes]:
        file = self._tar.extractfile(member) if member.isfile() else None
        if file is None:
            raise BackupError(NOT_A_BACKUP)
        return file


@contextmanager
def _strictly() -> Iterator[None]:
    """Turn errors of the form into `BackupError`."""
    try:
        yield
    except (tarfile.TarError, ValueError):
        raise BackupError(NOT_A_BACKUP) from None


def _piece_name(text: str) -> PieceName:
    """Read a name of 32 hexadecimal digits.

    Raises:
        ValueError: Anything else.
    """
    name = bytes.fromhex(text)
    if len(name) != _SIZE or name.hex() != text:
        raise ValueError("no name of a piece")
    return PieceName(name)

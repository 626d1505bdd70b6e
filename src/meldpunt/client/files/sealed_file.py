"""A file on the way out: encrypted while it is read, as often as it takes, to the same bytes.

Nothing encrypted is kept on the disk. An upload that goes on after a failure reads the file again,
and the authenticators of the first time (16 bytes for 64 KiB) show that it is still the same file:
two contents under one key would open both to the host.
"""

import asyncio
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from meldpunt.client.http.errors import FileError
from meldpunt.client.keys.randomness import Entropy
from meldpunt.protocol.attachment import (
    KEY_SIZE,
    Attachment,
    AttachmentContext,
    StreamDigest,
    seal_stream,
    stream_header_of,
)
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import stream_size
from meldpunt.protocol.verify.errors import Reason, RefusedError

_BLOCK: Final = 1 << 20
_MAC_SIZE: Final = 16


class FileSource(Protocol):
    """What is to be sent."""

    @property
    def size(self) -> int:
        """Bytes."""

    def open(self) -> BinaryIO:
        """Return it from its beginning."""


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file as it is on the disk."""

    path: Path
    size: int

    @classmethod
    def at(cls, path: Path) -> "DiskFile":
        """Look at a file.

        Raises:
            FileError: It is none, or cannot be read.
        """
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise FileError(f"{path} is not a file.")
            with path.open("rb"):
                return cls(path, found.st_size)
        except OSError as error:
            raise FileError(f"Cannot read {path}: {error.strerror}.") from None

    def open(self) -> BinaryIO:
        """Return it from its beginning.

        Raises:
            FileError: It cannot be read any more.
        """
        try:
            return self.path.open("rb")
        except OSError as error:
            raise FileError(f"Cannot read {self.path}: {error.strerror}.") from None


@dataclass(frozen=True, slots=True, repr=False)
class MemoryFile:
    """Bytes that are on no disk: what cleaning has left of a file."""

    data: bytes

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data)

    def open(self) -> BinaryIO:
        """Return it from its beginning."""
        return io.BytesIO(self.data)


@dataclass(frozen=True, slots=True, repr=False)
class SealedFile:
    """A file that was encrypted once, to learn its digest; made by `seal_file`."""

    attachment: Attachment
    """What a message lists of it, and what it takes to send the same bytes again."""
    context: AttachmentContext
    source: FileSource
    macs: bytes
    """The last 16 bytes of every chunk."""

    @property
    def length(self) -> int:
        """Bytes of ciphertext."""
        return stream_size(self.attachment.size)

    def read(self) -> Iterator[bytes]:
        """Encrypt it again: the stream header, then each chunk.

        Raises:
            FileError: The file has changed since; what is different does not come out.
        """
        for number, chunk in enumerate(_encrypted(self.attachment, self.context, self.source)):
            end = number * _MAC_SIZE
            if number and chunk[-_MAC_SIZE:] != self.macs[end - _MAC_SIZE : end]:
                raise _changed()
            yield chunk


async def seal_file(
    source: FileSource, *, name: str, media_type: str, context: AttachmentContext, entropy: Entropy
) -> SealedFile:
    """Prepare a file for sending: draw its key, and encrypt it once.

    Args:
        source: The file.
        name: What its readers see; never a path.
        media_type: Type and subtype, such as `image/jpeg`.
        context: Where it belongs.
        entropy: FileSource of randomness.

    Raises:
        RefusedError: PAYLOAD for a name or type that no reader would accept.
        FileError: It cannot be read, or changes meanwhile.
    """
    try:
        blank = Attachment(
            id=context.attachment,
            name=name,
            media_type=media_type,
            size=source.size,
            key=entropy(KEY_SIZE),
            digest=ids.Hash(bytes(ids.HASH_SIZE)),
        )
    except ValueError:
        raise RefusedError(Reason.PAYLOAD) from None
    digest, macs = await asyncio.to_thread(_measure, blank, context, source)
    return SealedFile(blank.model_copy(update={"digest": digest}), context, source, macs)


async def reopen_file(
    source: FileSource, begun: Attachment, *, context: AttachmentContext
) -> SealedFile:
    """Go on with a file whose upload was begun before, perhaps by another process.

    Raises:
        FileError: The file is not the same any more: seal it anew.
    """
    if source.size != begun.size:
        raise _changed()
    digest, macs = await asyncio.to_thread(_measure, begun, context, source)
    if digest != begun.digest:
        raise _changed()
    return SealedFile(begun, context, source, macs)


def _measure(
    listed: Attachment, context: AttachmentContext, source: FileSource
) -> tuple[ids.Hash, bytes]:
    digest, macs = StreamDigest(context), bytearray()
    for number, chunk in enumerate(_encrypted(listed, context, source)):
        digest.add(chunk)
        if number:
            macs += chunk[-_MAC_SIZE:]
    return digest.value(), bytes(macs)


def _encrypted(
    listed: Attachment, context: AttachmentContext, source: FileSource
) -> Iterator[bytes]:
    try:
        with source.open() as file:
            yield from seal_stream(
                iter(lambda: file.read(_BLOCK), b""),
                listed.size,
                place=context,
                key=listed.key,
                stream_header=stream_header_of(listed.key),
            )
    except RefusedError:
        raise _changed() from None
    except OSError as error:
        raise FileError(f"The file cannot be read: {os.strerror(error.errno or 0)}.") from None


def _changed() -> FileError:
    return FileError("The file changed while it was being sent. Nothing of the change was sent.")

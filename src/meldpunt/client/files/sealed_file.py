"""A file to upload: encrypted while it is read, to the same bytes each time.

The disk keeps no ciphertext. An upload that continues after a failure reads the file again. The
authenticators of the first reading (16 bytes for 64 KiB) show that the file is still the same. If
two contents were encrypted under one key, the host could read both.
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
    """The content of a file to send."""

    @property
    def size(self) -> int:
        """The number of bytes."""

    def open(self) -> BinaryIO:
        """Return the content, from its beginning."""


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file on the disk, unchanged."""

    path: Path
    size: int

    @classmethod
    def at(cls, path: Path) -> "DiskFile":
        """Read the size of a file.

        Raises:
            FileError: It is not a file, or cannot be read.
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
        """Return the content, from its beginning.

        Raises:
            FileError: It cannot be read any more.
        """
        try:
            return self.path.open("rb")
        except OSError as error:
            raise FileError(f"Cannot read {self.path}: {error.strerror}.") from None


@dataclass(frozen=True, slots=True, repr=False)
class MemoryFile:
    """A cleaned file, in memory only: no disk holds these bytes."""

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
    """A file that was encrypted once to find its digest; `seal_file` makes it."""

    attachment: Attachment
    """The attachment as a message lists it. It is enough to send the same bytes again."""
    context: AttachmentContext
    source: FileSource
    macs: bytes
    """The last 16 bytes of every chunk."""

    @property
    def length(self) -> int:
        """The number of bytes of ciphertext."""
        return stream_size(self.attachment.size)

    def read(self) -> Iterator[bytes]:
        """Encrypt the file again: the stream header, then each chunk.

        Raises:
            FileError: The file has changed. The changed chunk is not returned.
        """
        for number, chunk in enumerate(_encrypted(self.attachment, self.context, self.source)):
            end = number * _MAC_SIZE
            if number and chunk[-_MAC_SIZE:] != self.macs[end - _MAC_SIZE : end]:
                raise _changed()
            yield chunk


async def seal_file(
    source: FileSource, *, name: str, media_type: str, context: AttachmentContext, entropy: Entropy
) -> SealedFile:
    """Prepare a file for sending: make a random key, and encrypt the file once.

    Args:
        source: The file.
        name: The name that its readers see; never a path.
        media_type: Type and subtype, such as `image/jpeg`.
        context: The report and attachment to which the file belongs.
        entropy: FileSource of randomness.

    Raises:
        RefusedError: PAYLOAD for a name or type that no reader would accept.
        FileError: The file cannot be read, or changes during the reading.
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
    """Continue with a file whose upload began earlier, perhaps in another process.

    Raises:
        FileError: The file has changed: seal it again.
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
                context=context,
                key=listed.key,
                stream_header=stream_header_of(listed.key),
            )
    except RefusedError:
        raise _changed() from None
    except OSError as error:
        raise FileError(f"The file cannot be read: {os.strerror(error.errno or 0)}.") from None


def _changed() -> FileError:
    return FileError("The file changed while it was being sent. Nothing of the change was sent.")

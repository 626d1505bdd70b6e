"""What every store of pieces does."""

import errno
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from typing import Final, NewType

PieceName = NewType("PieceName", bytes)
"""16 random bytes."""

BLOCK_SIZE: Final = 256 * 1024
"""Bytes to read or write in one step: each request takes this much memory."""


NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Error numbers of the system when a disk or a quota is full."""

Seen = Callable[[bytes], object]
"""Gets each block in order, after the store has written it, in the thread that writes."""


def ignore(_block: bytes) -> None:
    """Do nothing with a block."""


class NotMountedError(Exception):
    """The place of the attachments is empty, and the database knows attachments there."""


class BlobStore(ABC):
    """Pieces of ciphertext under random names."""

    async def prepare(self, *, is_empty: bool = True) -> None:  # noqa: ARG002 (for a folder)
        """Make everything that the first piece needs. The operator starts this.

        Args:
            is_empty: The database knows no pieces.

        Raises:
            NotMountedError: The place is empty, and must not be.
        """
        return

    async def check_room(self) -> None:
        """Check that there is room, as far as the store knows before any bytes arrive.

        Raises:
            StorageFullError: There is no room.
            BusyError: The store does not answer.
        """
        return

    @abstractmethod
    async def write(
        self, name: PieceName, blocks: AsyncIterator[bytes], *, seen: Seen = ignore
    ) -> None:
        """Store a piece; it is durable when this returns.

        Args:
            name: A name that no other piece has.
            blocks: The content. If it fails, the store keeps nothing and raises the same error.
            seen: Gets each block before the store asks for the next block.

        Raises:
            StorageFullError: There is no room.
            BusyError: The store does not answer.
        """

    @abstractmethod
    def read(self, name: PieceName, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Give the bytes of a piece from `start` to before `end`, in blocks.

        Raises:
            BusyError: The store does not answer.
            AttachmentLostError: It answers, and has no such piece, or a shorter one.
        """

    @abstractmethod
    async def erase(self, names: Collection[PieceName]) -> None:
        """Erase pieces; ignore names without a piece.

        Raises:
            BusyError: The store does not answer, or is too full to erase. Some pieces may remain.
        """

    async def close(self) -> None:
        """Close the store."""
        return

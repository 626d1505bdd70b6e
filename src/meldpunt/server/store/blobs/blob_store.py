"""What every store of pieces does."""

import errno
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from typing import Final, NewType

PieceName = NewType("PieceName", bytes)
"""16 random bytes."""

BLOCK_SIZE: Final = 256 * 1024
"""Bytes handled at once, in and out: as much memory as each request takes."""


NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system says when a disk, or somebody's share of it, is full."""

Seen = Callable[[bytes], object]
"""Told each block that is written, in order, in the thread that writes it."""


def ignore(_block: bytes) -> None:
    """Take no notice of a block."""


class BlobStore(ABC):
    """Pieces of ciphertext under random names."""

    async def prepare(self) -> None:
        """Make what must be there before the first piece; the operator asks for it."""
        return

    async def check_room(self) -> None:
        """Check that there is room as far as the store can tell before anything comes.

        Raises:
            StorageFullError: There is none.
            BusyError: The store does not answer.
        """
        return

    @abstractmethod
    async def write(
        self, name: PieceName, blocks: AsyncIterator[bytes], *, seen: Seen = ignore
    ) -> None:
        """Keep a piece; it is durable when this returns.

        Args:
            name: One that nothing has yet.
            blocks: The content; if it fails, nothing is kept and the failure goes on.
            seen: Told each block before the next one is asked for.

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
        """Erase pieces; those that are not there are no matter.

        Raises:
            BusyError: The store does not answer, or is too full even for that: some may be left.
        """

    async def close(self) -> None:
        """Let go of the store."""
        return

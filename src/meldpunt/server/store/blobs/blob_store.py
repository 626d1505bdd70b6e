"""What every store of pieces does."""

import errno
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from typing import Final, NewType

PieceName = NewType("PieceName", bytes)
"""16 random bytes."""
DatabaseId = NewType("DatabaseId", bytes)
"""16 random bytes, which a database keeps. The mark of a place names them."""

MARK: Final = ".meldpunt"
"""The name of the mark: this is the place of a database's attachments, and its disk is mounted."""

BLOCK_SIZE: Final = 256 * 1024
"""Bytes to read or write in one step: each request takes this much memory."""


NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Error numbers of the system when a disk or a quota is full."""

Seen = Callable[[bytes], object]
"""Gets each block in order, after the store has written it, in the thread that writes."""


def ignore(_block: bytes) -> None:
    """Do nothing with a block."""


class NotMountedError(Exception):
    """The place of the attachments has none of those that the database knows."""

    def __str__(self) -> str:
        """Say what an operator can do."""
        return (
            "The database knows attachments, and their place (MELDPUNT_ATTACHMENTS) has none of"
            " them. Is it the right place, and is its disk mounted? If they are lost, make an empty"
            " .meldpunt there, and run meldpunt migrate."
        )


class OtherDatabaseError(Exception):
    """The place of the attachments has no mark of this database."""

    def __str__(self) -> str:
        """Say what an operator can do."""
        return (
            "The place of the attachments (MELDPUNT_ATTACHMENTS) does not belong to this database."
            " Are both settings right? If the place has no mark yet, run meldpunt migrate. If it"
            " had belonged to a database that is gone for ever, delete .meldpunt there first."
        )


class BlobStore(ABC):
    """Pieces of ciphertext under random names.

    A store of a wrong place would call everything lost, and erase nothing. So it does nothing
    before `recognize` names its database, and its place must have the mark of that database.
    """

    def __init__(self) -> None:
        self._mark: bytes | None = None

    def recognize(self, database: DatabaseId) -> None:
        """Say to which database the place must belong."""
        self._mark = database.hex().encode()

    def _check_mark_is(self, found: bytes | None) -> None:
        """Check the content of a mark.

        Raises:
            OtherDatabaseError: It is not that of this database.
        """
        if self._mark is None or found is None or found.strip() != self._mark:
            raise OtherDatabaseError

    @property
    def _own_mark(self) -> bytes:
        if self._mark is None:
            raise OtherDatabaseError
        return self._mark

    async def make_place(self) -> None:
        """Make the place, if it is not there and the host can make it. The operator starts this."""
        return

    @abstractmethod
    async def claim(self, known: Collection[PieceName]) -> None:
        """Mark the place as that of this database, if it has no mark. The operator starts this.

        Args:
            known: Pieces that the database knows. A place without a mark must have one of them.

        Raises:
            OtherDatabaseError: The place has the mark of another database.
            NotMountedError: The place has no mark, and none of the pieces.
            BusyError: The store does not answer.
        """

    @abstractmethod
    async def check_owner(self) -> None:
        """Check that the place belongs to this database.

        Raises:
            OtherDatabaseError: It belongs to another one.
            BusyError: The store does not answer, or the disk is not mounted.
        """

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

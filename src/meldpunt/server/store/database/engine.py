"""Databases behind one face: work is a function of a transaction, and it is committed on return.

Store functions are written once, synchronously; sqlite.py and postgresql.py run them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

Result = TypeVar("Result")
Work = Callable[[Connection], Result]


class Store(ABC):
    """A database. `read` and `write` each run one transaction."""

    @abstractmethod
    async def read(self, work: Work[Result]) -> Result:
        """Run work that changes nothing, on one snapshot."""

    async def look_up(self, work: Work[Result]) -> Result:
        """Run work of one statement that changes nothing: one answer needs no snapshot."""
        return await self.read(work)

    @abstractmethod
    async def write(self, work: Work[Result]) -> Result:
        """Run work and commit it durably before returning; an exception rolls it back."""

    async def rebuild(self, work: Work[Result]) -> Result:
        """As `write`, for work on the whole database, which takes as long as it takes."""
        return await self.write(work)

    @abstractmethod
    async def tidy(self, *, if_small: bool = False) -> None:
        """Leave no deleted row, and no order of arrival, in the database's files.

        Args:
            if_small: Only what takes less than a second. A small file needs it more often: its few
                pages hold rows and index entries in the order in which they came.
        """

    async def forget(self) -> None:
        """Take what was just erased out of the log too, where the database's files keep one."""
        return

    @abstractmethod
    async def close(self) -> None:
        """Finish what is under way and let go of the database."""

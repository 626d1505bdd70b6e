"""One interface to both databases: work is a function that takes a transaction.

A database commits when the function returns. Store functions are written once and are synchronous;
sqlite.py and postgresql.py run them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

Result = TypeVar("Result")
Work = Callable[[Connection], Result]


class Store(ABC):
    """A database. `read` and `write` each run one transaction.

    Each method raises BusyError if the database does not answer now, and DatabaseFailedError if the
    machine keeps it from its work.
    """

    @abstractmethod
    async def read(self, work: Work[Result]) -> Result:
        """Run work that only reads, on one snapshot."""

    async def look_up(self, work: Work[Result]) -> Result:
        """Run work of one statement that only reads: a single answer needs no snapshot."""
        return await self.read(work)

    @abstractmethod
    async def write(self, work: Work[Result]) -> Result:
        """Run work and commit it durably before returning; an exception rolls it back."""

    async def rebuild(self, work: Work[Result]) -> Result:
        """Do the same as `write`, for work on the whole database, without a limit of time."""
        return await self.write(work)

    @abstractmethod
    async def tidy(self, *, if_small: bool = False) -> None:
        """Remove deleted rows and the order of arrival from the database's files.

        Args:
            if_small: Do only work of less than a second. A small file needs it more often, because
                its few pages hold rows and index entries in the order of arrival.
        """

    async def check(self) -> None:
        """Check that the database can store something now.

        Raises:
            BusyError: It does not answer.
            DatabaseFailedError: It cannot, as one of the subclasses says.
        """
        return

    async def forget(self) -> None:
        """Remove erased rows from the write-ahead log too, if the database's files have one."""
        return

    @abstractmethod
    async def close(self) -> None:
        """Finish the running work, and close the database."""

"""Groups of writes for SQLite: everything that waits for the disk is committed in one transaction.

The next group forms while the current group commits. So there is no timer, and a single client
does not wait for others. Each write has a savepoint: if it fails, only its own changes are undone.
Nobody gets an answer, good or bad, before the COMMIT. If the COMMIT fails, each half of the group
is tried again, so that a bad write fails alone.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from meldpunt.server.errors import BusyError, may_be_of_one
from meldpunt.server.store.database.engine import Work

Result = TypeVar("Result")

MAX_GROUP: Final = 128
"""Most writes of one group. The limit keeps the wait of the first one short."""


@dataclass(frozen=True, slots=True)
class WriteOutcome:
    """What came of one piece of work in a group that was committed."""

    result: Any = None
    error: BaseException | None = None


Commit = Callable[[Sequence[Work[Any]]], list[WriteOutcome]]
"""Makes a group durable; returns an outcome for each piece of work, in order."""


@dataclass(frozen=True, slots=True)
class _Write:
    """Work that waits for the disk, and the caller who waits for it."""

    work: Work[Any]
    answer: "asyncio.Future[Any]"


class WriteGroups:
    """A queue of writes for one thread. Callers are on one event loop.

    Args:
        thread: Runs `commit`, and whatever else may not run at the same time.
        commit: Makes a group durable.
    """

    def __init__(self, thread: ThreadPoolExecutor, commit: Commit) -> None:
        self._thread = thread
        self._commit = commit
        self._waiting: deque[_Write] = deque()
        self._is_closed = False

    async def write(self, work: Work[Result]) -> Result:
        """Run work in the next group, and return its result after the COMMIT.

        The work stays in the queue if the caller stops waiting: a client that closes the connection
        has still sent its message.

        Raises:
            BusyError: The queue is closed: the host is ending.
        """
        if self._is_closed:
            raise BusyError
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Write(work, answer))
        if len(self._waiting) == 1:  # else the thread has been called already
            self._thread.submit(self._write_group)
        return await answer

    def close(self) -> None:
        """Write everything that waits, and end the thread."""
        self._is_closed = True
        while self._waiting:
            self._thread.submit(self._write_group).result()
        self._thread.shutdown()

    def _write_group(self) -> None:
        count = min(len(self._waiting), MAX_GROUP)
        group = [self._waiting.popleft() for _ in range(count)]
        if self._waiting:  # other work of the thread comes in between
            self._thread.submit(self._write_group)
        if group:
            self._settle(group)

    def _settle(self, group: list[_Write]) -> None:
        try:
            outcomes = self._commit([write.work for write in group])
        except BaseException as error:  # noqa: BLE001 (any failure belongs to the callers)
            if len(group) > 1 and isinstance(error, Exception) and may_be_of_one(error):
                middle = len(group) // 2
                self._settle(group[:middle])
                self._settle(group[middle:])
                return
            outcomes = [WriteOutcome(error=error)] * len(group)
        group[0].answer.get_loop().call_soon_threadsafe(_answer, group, outcomes)


def run_each(
    tx: Connection,
    driver: sqlite3.Connection,
    group: Sequence[Work[Any]],
    *,
    is_fault: Callable[[Exception], bool],
) -> list[WriteOutcome]:
    """Run the work of a group, each piece with a savepoint.

    Args:
        tx: The transaction of the group.
        driver: The driver's own connection, because SQLAlchemy takes longer for a savepoint.
        group: The work.
        is_fault: Says whether an error keeps the database from writing at all.

    Raises:
        Exception: The whole group fails: the database cannot write, or has undone all of it.
    """
    return [_run_one(tx, driver, work, is_fault) for work in group]


def _run_one(
    tx: Connection,
    driver: sqlite3.Connection,
    work: Work[Any],
    is_fault: Callable[[Exception], bool],
) -> WriteOutcome:
    driver.execute("SAVEPOINT one")
    try:
        outcome = WriteOutcome(work(tx))
    except Exception as error:
        if not driver.in_transaction or is_fault(error):
            raise
        driver.execute("ROLLBACK TO one")
        outcome = WriteOutcome(error=error)
    driver.execute("RELEASE one")
    return outcome


def _answer(group: Sequence[_Write], outcomes: Sequence[WriteOutcome]) -> None:
    for write, outcome in zip(group, outcomes, strict=True):
        if write.answer.done():  # its caller stopped waiting
            continue
        if outcome.error is None:
            write.answer.set_result(outcome.result)
        else:
            write.answer.set_exception(outcome.error)

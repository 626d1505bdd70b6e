"""Group commit: all items that wait for the disk are committed in one transaction.

The next group forms while the current group commits. So there is no timer, and a single client
does not wait for others. If a commit fails, each half of the group is tried again. So one bad item
fails alone.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from meldpunt.server.errors import BusyError, may_be_of_one

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

MAX_GROUP: Final = 128
"""Size of the largest group. The limit keeps the wait of the first item short."""


class GroupCommit(Generic[Item, Outcome]):
    """A queue for one task that commits, with a limit on items and a limit on bytes.

    Args:
        commit: Makes a group durable; returns an outcome for each item, in order.
        size: Returns how many bytes an item keeps in memory.
        capacity: How many items may wait at most.
        capacity_bytes: How many bytes may wait at most.
    """

    def __init__(
        self,
        commit: Callable[[list[Item]], Awaitable[list[Outcome]]],
        *,
        size: Callable[[Item], int],
        capacity: int,
        capacity_bytes: int,
    ) -> None:
        self._commit = commit
        self._size = size
        self._capacity = capacity
        self._free_bytes = capacity_bytes
        self._queue: deque[tuple[Item, asyncio.Future[Outcome]]] = deque()
        self._filled = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def submit(self, item: Item) -> "asyncio.Future[Outcome]":
        """Put an item into the queue; the future gives the outcome that `commit` returns for it.

        The item stays in the queue if the caller stops waiting: a client that closes the connection
        has still sent its report.

        Raises:
            BusyError: The queue is full, or the host is stopping.
        """
        size = self._size(item)
        if self._closing or len(self._queue) >= self._capacity or size > self._free_bytes:
            raise BusyError
        self._free_bytes -= size
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.append((item, future))
        self._filled.set()
        return future

    async def close(self) -> None:
        """Accept no more items, and commit the items that wait."""
        self._closing = True
        self._filled.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._queue or not self._closing:
            await self._filled.wait()
            count = min(len(self._queue), MAX_GROUP)
            group = [self._queue.popleft() for _ in range(count)]
            await self._settle(group)
            self._free_bytes += sum(self._size(item) for item, _ in group)
            if not self._queue and not self._closing:
                self._filled.clear()

    async def _settle(self, group: list[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        if not group:
            return
        try:
            outcomes = await self._commit([item for item, _ in group])
            settled = list(zip(group, outcomes, strict=True))
        except Exception as error:  # noqa: BLE001 (any failure belongs to the callers, not the loop)
            await self._settle_failed(group, error)
            return
        for (_, future), outcome in settled:
            if not future.done():
                future.set_result(outcome)

    async def _settle_failed(
        self, group: list[tuple[Item, asyncio.Future[Outcome]]], error: Exception
    ) -> None:
        if not may_be_of_one(error):  # halves would only wait and fail again
            for _, future in group:
                _fail(future, error)
        elif len(group) > 1:
            middle = len(group) // 2
            await self._settle(group[:middle])
            await self._settle(group[middle:])
        else:
            _fail(group[0][1], error)


def _fail(future: "asyncio.Future[Outcome]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)

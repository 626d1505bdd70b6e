"""Send a few requests at once: over Tor each answer takes a second or more."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from typing import Final, TypeVar

AT_ONCE: Final = 8

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


async def side_by_side(
    items: Iterable[_Item] | AsyncIterator[_Item],
    work: Callable[[_Item], Awaitable[_Result]],
    *,
    at_once: int = AT_ONCE,
) -> AsyncGenerator[_Result, None]:
    """Work on a few items at a time; give the results in the order of the items.

    No work starts before the caller asks for a result. At most `at_once` results wait or are under
    way; the next item starts when the caller takes one. After an exception, or when the caller
    stops (`contextlib.aclosing`), all work under way is cancelled.
    """
    waiting: deque[asyncio.Task[_Result]] = deque()
    try:
        async for item in _each(items):
            waiting.append(asyncio.create_task(_run(work, item)))
            if len(waiting) == at_once:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _run(work: Callable[[_Item], Awaitable[_Result]], item: _Item) -> _Result:
    return await work(item)


async def _each(items: Iterable[_Item] | AsyncIterator[_Item]) -> AsyncIterator[_Item]:
    if isinstance(items, AsyncIterator):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item

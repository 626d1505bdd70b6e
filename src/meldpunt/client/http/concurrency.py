"""Several requests at once, and never many: a circuit of Tor answers after a second or more."""

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
    """Work on items, a few at a time; gives the results in the order of the items.

    Nothing is begun before it is wanted, or before a result is taken from `at_once` that wait. At
    an exception, or when nobody wants more (`contextlib.aclosing`), what is under way is cancelled.
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

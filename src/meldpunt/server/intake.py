"""Bodies of requests on their way in: each keeps a pace, and all of them are bounded.

A client pays for its place by sending. When places run out, the slowest body gives up its place. So
whoever holds many connections and sends little shuts nobody out. No rule looks at
addresses: behind Tor, one address is everybody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from meldpunt.server.errors import BusyError

Step = TypeVar("Step")

_CREDIT: Final = 16 * 1024
"""Bytes that each body is taken to have sent at its start: else the newest were the slowest."""
_FAST: Final = 16 * 1024
"""Bytes a second at which a body keeps its place; a bad circuit of Tor has half of that."""
_MOMENT: Final = 0.001


@dataclass(frozen=True, slots=True)
class LeastPace:
    """How slowly a body may come."""

    silence_seconds: float
    """How long a client may send nothing."""
    least: float
    """Bytes a second, besides one silence."""
    longest_seconds: float
    """How long a body may take in all, at any pace."""


class Intake:
    """The bodies that are on their way in through this process.

    Args:
        places: How many may come at once.
        pace: What each must keep.
    """

    def __init__(self, places: int, pace: LeastPace) -> None:
        self.pace = pace
        self._places = places
        self._arrivals: dict[IncomingBody, None] = {}

    @contextmanager
    def place(self) -> Iterator["IncomingBody"]:
        """Give a body a place until it has come, or failed.

        Raises:
            BusyError: All places are taken, and no body is slow.
        """
        if len(self._arrivals) >= self._places:
            self._evict_slowest()
        arrival = IncomingBody(self)
        self._arrivals[arrival] = None
        try:
            yield arrival
        finally:
            self._arrivals.pop(arrival, None)

    def _evict_slowest(self) -> None:
        slowest = min(self._arrivals, key=IncomingBody.rank)
        if slowest.is_fast():
            raise BusyError
        del self._arrivals[slowest]
        slowest.evict()


class IncomingBody:
    """One body on its way in. Only the time that its client takes is counted."""

    def __init__(self, intake: Intake) -> None:
        self.size = 0
        self._intake = intake
        self._clock = asyncio.get_running_loop().time
        self._waited = 0.0
        self._waits_since: float | None = None
        self._timeout: asyncio.Timeout | None = None
        self._is_evicted = False

    async def wait(self, step: Callable[[], Awaitable[Step]]) -> Step:
        """Wait for what the client sends next.

        Raises:
            BusyError: It comes too slowly, or others wait for its place.
        """
        if self._is_evicted:
            raise BusyError
        self._waits_since = self._clock()
        try:
            async with asyncio.timeout(self._seconds_left()) as self._timeout:
                return await step()
        except TimeoutError:
            raise BusyError from None
        finally:
            self._waited, self._waits_since = self._seconds_waited(), None
            self._timeout = None

    def take(self, size: int) -> None:
        """Count bytes that have come."""
        self.size += size

    def rank(self) -> float:
        """Return bytes a second, with the credit of a new body: the least gives up its place."""
        return (self.size + _CREDIT) / max(self._seconds_waited(), _MOMENT)

    def is_fast(self) -> bool:
        """Say whether it came so fast until now that nobody may take its place."""
        return self.size >= _FAST * max(self._seconds_waited(), _MOMENT)

    def evict(self) -> None:
        """End it: now if it waits for its client, else when it does so next."""
        self._is_evicted = True
        if self._timeout is not None and not self._timeout.expired():
            self._timeout.reschedule(0)

    def _seconds_waited(self) -> float:
        if self._waits_since is None:
            return self._waited
        return self._waited + self._clock() - self._waits_since

    def _seconds_left(self) -> float:
        pace = self._intake.pace
        in_all = min(pace.silence_seconds + self.size / pace.least, pace.longest_seconds)
        return min(in_all - self._waited, pace.silence_seconds)

"""Limits for request bodies that clients are sending now: a least pace, and a number of places.

A body keeps its place only while its client sends. When no place is free, the slowest body loses
its place. So a client with many slow connections cannot keep other clients out. No rule uses
addresses: all clients that come through Tor share one address.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from meldpunt.server.errors import BusyError

Step = TypeVar("Step")

_CREDIT: Final = 16 * 1024
"""Bytes credited to each new body. Without them the newest body would always be the slowest."""
_FAST: Final = 16 * 1024
"""Bytes a second at which a body never loses its place. A bad Tor circuit has half of that."""
_MOMENT: Final = 0.001


@dataclass(frozen=True, slots=True)
class LeastPace:
    """The slowest pace that a body may have."""

    silence_seconds: float
    """How long a client may send nothing."""
    least: float
    """Bytes a second. One silence is allowed on top."""
    longest_seconds: float
    """How long a whole body may take, at any pace."""


class Intake:
    """The bodies that clients are sending to this process.

    Args:
        places: Number of bodies at the same time.
        pace: The least pace of each body.
    """

    def __init__(self, places: int, pace: LeastPace) -> None:
        self.pace = pace
        self._places = places
        self._arrivals: dict[IncomingBody, None] = {}

    @contextmanager
    def place(self) -> Iterator["IncomingBody"]:
        """Give a body a place until it is complete or fails.

        Raises:
            BusyError: All places are taken, and even the slowest body is fast enough to stay.
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
    """One body that a client is sending. Only the time spent waiting for the client counts."""

    def __init__(self, intake: Intake) -> None:
        self.size = 0
        self._intake = intake
        self._clock = asyncio.get_running_loop().time
        self._waited = 0.0
        self._waits_since: float | None = None
        self._timeout: asyncio.Timeout | None = None
        self._is_evicted = False

    async def wait(self, step: Callable[[], Awaitable[Step]]) -> Step:
        """Wait for the next bytes from the client.

        Raises:
            BusyError: The body comes too slowly, or lost its place to another body.
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
        """Count bytes that have arrived."""
        self.size += size

    def rank(self) -> float:
        """Return bytes a second, the credit included. The body of lowest rank loses its place."""
        return (self.size + _CREDIT) / max(self._seconds_waited(), _MOMENT)

    def is_fast(self) -> bool:
        """Say whether this body has been fast enough to keep its place for certain."""
        return self.size >= _FAST * max(self._seconds_waited(), _MOMENT)

    def evict(self) -> None:
        """End this body: now if it is waiting for its client, otherwise at its next wait."""
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

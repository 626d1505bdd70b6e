"""All connections of one process: those that do nothing make room for new ones.

When there are too many, the one that has waited longest for a request ends. When clients leave too
many bytes of answers waiting, the answer that has waited longest ends.
"""

import resource
from abc import abstractmethod
from typing import Final, Protocol

_MOST: Final = 4096
MOST_STUCK_BYTES: Final = 64 * 1024 * 1024
"""Bytes of answers in memory that clients do not take."""


class Abortable(Protocol):
    """A connection that can be ended at once."""

    @abstractmethod
    def abort(self) -> None:
        """End it."""


def most_connections() -> int:
    """Return how many connections a process keeps: half of the files that it may open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else min(_MOST, soft // 2)


class Connections:
    """The connections of one process.

    Args:
        most: How many may be open at once.
        most_stuck_bytes: Bytes of answers that may wait for their clients.
    """

    def __init__(self, most: int, most_stuck_bytes: int = MOST_STUCK_BYTES) -> None:
        self._most = most
        self._most_stuck_bytes = most_stuck_bytes
        self._open = 0
        self._waiting: dict[Abortable, None] = {}
        self._stuck: dict[Abortable, int] = {}

    def enter(self, connection: Abortable) -> None:
        """Count a new connection, which waits for its first request."""
        self._open += 1
        self._waiting[connection] = None
        if self._open > self._most:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            oldest.abort()

    def leave(self, connection: Abortable) -> None:
        """Forget a connection that has ended."""
        self._open -= 1
        self.work(connection)
        self.unstick(connection)

    def work(self, connection: Abortable) -> None:
        """Note that a connection has a request, and waits for none."""
        self._waiting.pop(connection, None)

    def wait(self, connection: Abortable) -> None:
        """Note that a connection waits for its next request."""
        self._waiting[connection] = None

    def stick(self, connection: Abortable, size: int) -> None:
        """Note that bytes of an answer wait for the client."""
        self._stuck[connection] = size
        while len(self._stuck) > 1 and sum(self._stuck.values()) > self._most_stuck_bytes:
            oldest = next(iter(self._stuck))
            del self._stuck[oldest]
            oldest.abort()

    def unstick(self, connection: Abortable) -> None:
        """Note that the client took them."""
        self._stuck.pop(connection, None)

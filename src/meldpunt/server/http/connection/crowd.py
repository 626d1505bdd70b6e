"""All connections of one process: idle connections make room for new ones.

When too many connections are open, the host ends the one that has waited longest for a request.
When too many bytes of answers wait for their clients, the host ends the connection that has waited
longest.
"""

import resource
from abc import abstractmethod
from typing import Final, Protocol

_MOST: Final = 4096
MOST_STUCK_BYTES: Final = 64 * 1024 * 1024
"""Bytes of answers that may wait in memory for their clients."""


class Abortable(Protocol):
    """A connection that the host can end at once."""

    @abstractmethod
    def abort(self) -> None:
        """End the connection."""


def most_connections() -> int:
    """Return the limit of open connections: half of the files that a process may open, or 4096."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else min(_MOST, soft // 2)


class Connections:
    """The connections of one process.

    Args:
        most: Number of connections that may be open at once.
        most_stuck_bytes: Bytes of answers that may wait for their clients.
    """

    def __init__(self, most: int, most_stuck_bytes: int = MOST_STUCK_BYTES) -> None:
        self._most = most
        self._most_stuck_bytes = most_stuck_bytes
        self._open = 0
        self._waiting: dict[Abortable, None] = {}
        self._stuck: dict[Abortable, int] = {}

    def enter(self, connection: Abortable) -> None:
        """Count a new connection. It waits for its first request."""
        self._open += 1
        self._waiting[connection] = None
        if self._open > self._most:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            oldest.abort()

    def leave(self, connection: Abortable) -> None:
        """Remove a connection that has ended."""
        self._open -= 1
        self.work(connection)
        self.unstick(connection)

    def work(self, connection: Abortable) -> None:
        """Note that a connection has a request, so it no longer waits for one."""
        self._waiting.pop(connection, None)

    def wait(self, connection: Abortable) -> None:
        """Note that a connection waits for its next request."""
        self._waiting[connection] = None

    def stick(self, connection: Abortable, size: int) -> None:
        """Note that `size` bytes of an answer wait for the client."""
        self._stuck[connection] = size
        while len(self._stuck) > 1 and sum(self._stuck.values()) > self._most_stuck_bytes:
            oldest = next(iter(self._stuck))
            del self._stuck[oldest]
            oldest.abort()

    def unstick(self, connection: Abortable) -> None:
        """Note that no bytes wait for the client any more."""
        self._stuck.pop(connection, None)

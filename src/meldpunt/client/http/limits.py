"""Limits of an exchange with a host: time, rate and bytes.

A host may answer slowly, drip single bytes, send interim answers without end, or send a head or a
body of any size. Each of these ends at a limit, whatever the host does.
"""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

MAX_HEADER_FIELDS: Final = 100
"""The most header fields of an answer."""
MAX_HEADER_BYTES: Final = 16 << 10
"""The most bytes of all header fields of an answer, names and values."""
MAX_HEAD: Final = 256 << 10
"""The most bytes to receive before an answer's body: interim answers (1xx) count too.

A read takes 64 KiB at once, so this leaves room for the start of the body."""
FRAMING: Final = 4
"""A body may take this many times its limit on the wire: each chunk has a length of its own."""


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How slow a host may be. The defaults leave room for a slow Tor circuit."""

    connect: float = 30.0
    """Seconds until a connection is there."""
    silence: float = 60.0
    """Seconds without a byte, in either direction."""
    grace: float = 90.0
    """Seconds that an exchange may fall behind the lowest rate."""
    rate: float = 512.0
    """The lowest rate in bytes per second, of bodies in both directions."""
    deadline: float = 300.0
    """Seconds for a request with all its attempts and waits. Parts of files have no deadline."""


class LowestRate:
    """Ends an exchange that is slower than the lowest rate: a context manager.

    It has seconds to spend, at most `grace` of them. Each byte of a body earns some. A burst earns
    no more than `grace`, so a host cannot save time for later.

    Raises:
        TimeoutError: On leaving, when the time was spent.
    """

    def __init__(self, limits: AnswerLimits) -> None:
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + limits.grace
        self._timeout = asyncio.timeout_at(self._until)

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._timeout.__aexit__(kind, error, trace)

    def moved(self, size: int) -> None:
        """Count bytes of a body that were sent or received."""
        earned = self._until + size / self._limits.rate
        self._until = min(earned, self._loop.time() + self._limits.grace)
        if not self._timeout.expired():
            self._timeout.reschedule(self._until)

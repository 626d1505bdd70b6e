"""Sends finished requests over connections that stay open, as fast as the answers come."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import cast

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length: "
_CREATED = 201


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the server."""

    place: int
    """Position of its request in the list of requests."""
    status: int
    head: bytes
    body: bytes


@dataclass(slots=True)
class Load:
    """The result of sending a list of requests."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    """Processor time of the sender. If it is near `seconds`, the sender is the bottleneck."""
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    """All answers, if the caller asks for them; else empty."""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.statuses.total() / self.seconds

    @property
    def p50(self) -> float:
        """Median seconds from request to answer."""
        return median(self.latencies)

    @property
    def p99(self) -> float:
        """The time in seconds that 99 of 100 answers did not exceed."""
        return percentile(self.latencies, 99)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that `percent` % of the values do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, -(-percent * len(ranked) // 100) - 1)]


class _Connection(asyncio.Protocol):
    """One connection: it sends the next request when the answer is complete."""

    def __init__(
        self, waiting: Iterator[tuple[int, bytes]], load: Load, *, keep_answers: bool
    ) -> None:
        self._waiting, self._load, self._keep_answers = waiting, load, keep_answers
        self._received = bytearray()
        self._place = 0
        self._sent_at = 0.0
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send_next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(_HEAD_END)
        if head < 0:
            return
        start = self._received.find(_LENGTH, 0, head)
        length = (
            0
            if start < 0
            else int(self._received[start + len(_LENGTH) : head + 2].split(b"\r", 1)[0])
        )
        if len(self._received) < head + 4 + length:
            return
        self._load.latencies.append(time.perf_counter() - self._sent_at)
        status = int(self._received[9:12])
        self._load.statuses[status] += 1
        if self._keep_answers:
            first, body = bytes(self._received[:head]), bytes(self._received[head + 4 :])
            self._load.answers.append(Answer(self._place, status, first, body))
        self._received.clear()
        self._send_next()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio's own name)
        if not self.finished.done():
            self.finished.set_result(None)

    def _send_next(self) -> None:
        following = next(self._waiting, None)
        if following is None:
            self._transport.close()
            return
        self._place, content = following
        self._sent_at = time.perf_counter()
        self._transport.write(content)


async def wait_for_created(load: Load, count: int) -> None:
    """Wait until the server has answered `count` requests with 201."""
    while load.statuses[_CREATED] < count:  # noqa: ASYNC110 (the sender sets no event)
        await asyncio.sleep(0.002)


async def send(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int = 64,
    keep_answers: bool = False,
    load: Load | None = None,
) -> Load:
    """Send every request once; ends when all have answers, or when the server stops.

    Args:
        port: The server's port on this machine.
        requests: Whole requests, as bytes.
        connections: How many connections to use.
        keep_answers: Keep every answer, not only its status.
        load: Collects the answers as they come, so that the caller can watch it meanwhile.
    """
    load = Load() if load is None else load
    waiting = iter(enumerate(requests))
    loop = asyncio.get_running_loop()
    started, cpu = time.perf_counter(), time.process_time()

    async def converse() -> None:
        with contextlib.suppress(ConnectionError):  # the server stopped before it accepted
            _, protocol = await loop.create_connection(
                lambda: _Connection(waiting, load, keep_answers=keep_answers), "127.0.0.1", port
            )
            await protocol.finished

    await asyncio.gather(*(converse() for _ in range(connections)))
    load.seconds = time.perf_counter() - started
    load.cpu_seconds = time.process_time() - cpu
    return load

"""Clients that hold connections and say almost nothing, all from one address."""

import asyncio
import contextlib
import os
import resource
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.request_signing import sign_request
from tests.support.process import ADDRESS

_DRIPS_EVERY: Final = 0.5
_ONE_BYTE: Final = b" "

Request = Callable[[int], bytes]
"""Gives the beginning of the request of the nth client."""


def allow_many_files(count: int = 8192) -> None:
    """Let this process open that many files and connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def slow_head(_: int) -> bytes:
    """Begin a header field that never ends."""
    return b"GET /v1/host HTTP/1.1\r\nHost: x\r\nX-Slow: "


def slow_get_with_body(_: int) -> bytes:
    """Announce a body to what takes none."""
    return b"GET /v1/host HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n"


def slow_put(origin: str, challenge: str, *, path: str, size: int, signs: bool = True) -> Request:
    """Announce a JSON body, well signed with a key that nobody knows, or signed for another one.

    Args:
        origin: How clients reach the host.
        challenge: A challenge of that host.
        path: Where to.
        size: Bytes of the body announced.
        signs: The signature holds.
    """

    def request(_: int) -> bytes:
        fields = sign_request(
            method="PUT" if signs else "GET",
            uri=origin + path,
            body=os.urandom(16),
            challenge=challenge,
            key=SigningKey.from_seed(os.urandom(32)),
        )
        fields |= {"content-type": "application/json", "content-length": str(size)}
        lines = [f"PUT {path} HTTP/1.1", "host: x"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        return "\r\n".join([*lines, "", ""]).encode()

    return request


@asynccontextmanager
async def slow_clients(
    port: int, request: Request, *, count: int, first: int = 0
) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """Hold so many connections; whoever is put out comes again at once.

    Args:
        port: Where to.
        request: The beginning of what each sends.
        count: How many.
        first: Bytes of the body that each sends at once, before it drips.
    """
    allow_many_files()
    connected = asyncio.Semaphore(0)
    tasks = [
        asyncio.create_task(_hold(port, request(number), first, connected))
        for number in range(count)
    ]
    try:
        for _ in range(count):
            await asyncio.wait_for(connected.acquire(), 100)
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hold(port: int, head: bytes, first: int, connected: asyncio.Semaphore) -> None:
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection(ADDRESS, port)
            try:
                writer.write(head + _ONE_BYTE * first)
                connected.release()
                await _drip(reader, writer)
            finally:
                writer.transport.abort()
        await asyncio.sleep(_DRIPS_EVERY)


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(_ONE_BYTE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRIPS_EVERY):
                if not await reader.read(65536):
                    return


def slow_reader(port: int, request: bytes) -> socket.socket:
    """Ask for something, and take none of it."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    line.connect((ADDRESS, port))
    line.sendall(request)
    return line

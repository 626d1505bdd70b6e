"""A host on a raw socket that answers with any bytes, in any order, as long as a client listens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

ADDRESS = "127.0.0.1"

Answer = Callable[[bytes], AsyncIterator[bytes]]
"""Takes the head of a request, and gives the pieces to send."""


def head(*fields: str, status: str = "200 OK") -> bytes:
    """Write the head of an answer."""
    return "\r\n".join((f"HTTP/1.1 {status}", *fields, "", "")).encode()


async def drip(data: bytes) -> AsyncIterator[bytes]:
    """Give one byte at a time, and a moment after each."""
    for byte in data:
        yield bytes([byte])
        await asyncio.sleep(0.01)


@dataclass
class HostileHost:
    """What a test can ask of it."""

    origin: str
    requests: int = 0
    sent: int = 0
    """How many bytes it sent, in all answers."""


@asynccontextmanager
async def hostile_host(answer: Answer, *, reads: bool = True) -> AsyncIterator[HostileHost]:
    """Serve every request with the same answer.

    Args:
        answer: Gives the bytes of an answer.
        reads: Read requests to their end. Otherwise stop reading after the head.
    """
    found = HostileHost("")
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                found.requests += 1
                if not reads:
                    await asyncio.Event().wait()
                await _read_body(reader, request)
                async for piece in answer(request):
                    writer.write(piece)
                    await writer.drain()
                    found.sent += len(piece)

    server = await asyncio.start_server(serve, ADDRESS, 0, limit=1 << 16)
    found.origin = f"http://{ADDRESS}:{server.sockets[0].getsockname()[1]}"
    tasks = asyncio.all_tasks()
    try:
        yield found
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        for task in asyncio.all_tasks() - tasks:
            task.cancel()


async def _read_body(reader: asyncio.StreamReader, request: bytes) -> None:
    for line in request.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            await reader.readexactly(int(value))

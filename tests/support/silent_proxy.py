"""A proxy before PostgreSQL whose connections fall silent, as behind a forgetful firewall."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final

_SOCKET: Final = ".s.PGSQL.5432"


class SilentProxy:
    """Hands bytes on in both directions, until it is told not to."""

    def __init__(self, server: Path) -> None:
        self._server = server / _SOCKET
        self._generation = 0
        self.accepted = 0
        """Connections so far."""

    def fall_silent(self) -> None:
        """Hand on nothing more of the connections there are; new ones work."""
        self._generation += 1

    @asynccontextmanager
    async def listening(self, folder: Path) -> AsyncIterator[None]:
        """Listen on a socket in a folder."""
        async with AsyncExitStack() as stack:
            server = await asyncio.start_unix_server(self._serve, folder / _SOCKET)
            stack.callback(server.close)
            yield

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        theirs, ours = await asyncio.open_unix_connection(self._server)
        here = self._generation
        with suppress(asyncio.CancelledError):  # the test is over
            await asyncio.gather(
                self._hand_on(reader, ours, here), self._hand_on(theirs, writer, here)
            )

    async def _hand_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, generation: int
    ) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if generation == self._generation:
                    target.write(data)
                    await target.drain()
        target.close()

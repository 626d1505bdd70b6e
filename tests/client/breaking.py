"""A network that goes down at a chosen request, and stays down until a test mends it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.client.world import World, make_world


@dataclass
class Breaking(httpx.AsyncBaseTransport):
    """Lets some requests through, then no answer; challenges are not counted."""

    app: httpx.AsyncBaseTransport
    left: int
    late: bool
    """Whether the first request that fails still reaches the host."""
    cause: Exception | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "POST":
            self.left -= 1
        if self.left >= 0:
            return await self.app.handle_async_request(request)
        if self.late and self.left == -1:
            await self.app.handle_async_request(request)
        raise httpx.ReadError("down") from self.cause


def break_after(
    world: World, requests: int, *, late: bool, cause: Exception | None = None
) -> Breaking:
    """Let the network go down after some requests."""
    broken = Breaking(world.wire.app, requests, late, cause)
    world.wire.app = broken
    return broken


def mend(world: World, broken: Breaking) -> None:
    """Let the network come back."""
    world.wire.app = broken.app


@contextlib.asynccontextmanager
async def fresh_world(folder: Path) -> AsyncIterator[World]:
    """Give a world of its own to one round of a test."""
    folder.mkdir()  # noqa: ASYNC240 - a test has nothing else to do
    async with make_world(folder) as world:
        yield world

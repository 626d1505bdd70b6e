"""A network that fails at a chosen request, until the test restores it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.client.hosted_line import HostedLine, make_hosted_line


@dataclass
class FailingNetwork(httpx.AsyncBaseTransport):
    """Passes some requests on, then fails; requests for challenges do not count."""

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


def fail_network_after(
    hosted: HostedLine, requests: int, *, late: bool, cause: Exception | None = None
) -> FailingNetwork:
    """Let the network go down after some requests."""
    broken = FailingNetwork(hosted.network.app, requests, late, cause)
    hosted.network.app = broken
    return broken


def restore_network(hosted: HostedLine, broken: FailingNetwork) -> None:
    """Let the network come back."""
    hosted.network.app = broken.app


@contextlib.asynccontextmanager
async def new_hosted_line(folder: Path) -> AsyncIterator[HostedLine]:
    """Give a new host and line to one round of a test."""
    folder.mkdir()  # noqa: ASYNC240 - a test has nothing else to do
    async with make_hosted_line(folder) as hosted:
        yield hosted

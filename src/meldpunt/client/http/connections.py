"""The network connections of a transport. They count what a host sends, before HTTP is read.

An HTTP library reads interim answers (1xx) and chunk extensions without telling anybody. So a host
could send them without end. A stream counts all bytes of one exchange, and ends it at a limit.
"""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from meldpunt.client.http.errors import AnswerSizeError
from meldpunt.client.http.limits import MAX_HEAD


@dataclass(slots=True)
class ByteBudget:
    """How many more bytes a host may send in one exchange."""

    left: int = MAX_HEAD

    def spend(self, size: int) -> None:
        """Count received bytes.

        Raises:
            AnswerSizeError: The host sent more than the budget.
        """
        self.left -= size
        if self.left < 0:
            raise AnswerSizeError


_BUDGET: ContextVar[ByteBudget | None] = ContextVar("_BUDGET", default=None)
"""The budget of the exchange that this task makes. A task makes one exchange at a time."""


@contextmanager
def byte_budget() -> Iterator[ByteBudget]:
    """Give the exchange inside a budget of bytes."""
    budget = ByteBudget()
    token = _BUDGET.set(budget)
    try:
        yield budget
    finally:
        _BUDGET.reset(token)


def bounded_client(proxy: str | None) -> httpx.AsyncClient:
    """Return a client whose connections count what they receive. It keeps no cookies.

    Raises:
        ValueError, httpx.InvalidURL: The proxy's URL cannot be used.
    """
    transport = httpx.AsyncHTTPTransport(proxy=proxy, trust_env=False)
    pool = transport._pool  # noqa: SLF001 - httpx has no parameter for httpcore's backend
    pool._network_backend = _Backend(pool._network_backend)  # noqa: SLF001 - as above
    jar = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    return httpx.AsyncClient(transport=transport, cookies=jar, trust_env=False)


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that counts what it receives."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        data = await self._inner.read(max_bytes, timeout)
        budget = _BUDGET.get()
        if budget is not None:
            budget.spend(len(data))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's interface
        return self._inner.get_extra_info(info)


class _Backend(httpcore.AsyncNetworkBackend):
    """Opens connections that count."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(found)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)

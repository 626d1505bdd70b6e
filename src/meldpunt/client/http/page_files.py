"""Fetch the files of a page from any web server, as a browser would.

A server that means harm could serve other files to some people. So this asks as Tor Browser does,
as far as an HTTP library can. It follows no redirect and keeps no cookie.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit, urlunsplit

import httpx

from meldpunt.client.http.address import is_onion, private_origin
from meldpunt.client.http.connections import bounded_client, byte_budget
from meldpunt.client.http.errors import (
    AddressError,
    AnswerSizeError,
    ProxyError,
    SlowHostError,
    UnreachableError,
)
from meldpunt.client.http.limits import FRAMING, AnswerLimits, LowestRate

LARGEST: Final = 4 << 20
"""Bytes of the largest file of a page."""
_FIELDS: Final = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Upgrade-Insecure-Requests": "1",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
}
_HINT: Final = "write it as https://meldpunt.example/ with the folder that the page is in."


@dataclass(frozen=True, slots=True, repr=False)
class ServedFile:
    """What a server answers for one file."""

    status: int
    fields: Mapping[str, str]
    """Names in lower case."""
    data: bytes


def page_folder(url: str) -> str:
    """Return the URL of the folder that a page is in, with a slash at its end.

    Raises:
        AddressError: The URL is not one of a page, or others on the network could read along.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise AddressError(_HINT) from None
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise AddressError(_HINT)
    origin = private_origin(urlunsplit((parts.scheme, parts.netloc, "", "", "")))
    folder = parts.path.removesuffix("index.html").rstrip("/")
    return f"{origin}{folder}/"


class PageFiles:
    """A connection to the web server of a page: an asynchronous context manager.

    Args:
        folder: As `page_folder` returns it.
        client: An HTTP client that the caller closes; by default its own.
        proxy: URL of a proxy, such as Tor's.
        limits: How slow the server may be.

    Raises:
        ProxyError: The proxy cannot be used, or an onion address has none.
    """

    def __init__(
        self,
        folder: str,
        client: httpx.AsyncClient | None = None,
        *,
        proxy: str | None = None,
        limits: AnswerLimits | None = None,
    ) -> None:
        self.folder = folder
        self._owns_client = client is None
        self._client = _client(folder, proxy) if client is None else client
        self._limits = limits or AnswerLimits()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._owns_client:
            await self._client.aclose()

    async def fetch(self, name: str) -> ServedFile:
        """Fetch a file; an empty name is the folder itself.

        Raises:
            UnreachableError: The server did not answer, or too slowly.
            AnswerSizeError: It answers more than any file of a page.
        """
        timeout = httpx.Timeout(self._limits.silence, connect=self._limits.connect)
        request = httpx.Request(
            "GET", self.folder + name, headers=_FIELDS, extensions={"timeout": timeout.as_dict()}
        )
        try:
            async with LowestRate(self._limits) as rate:
                return await self._fetch(request, rate)
        except TimeoutError:
            raise SlowHostError from None
        except httpx.HTTPError:
            raise UnreachableError from None

    async def _fetch(self, request: httpx.Request, rate: LowestRate) -> ServedFile:
        data = bytearray()
        with byte_budget() as budget:
            budget.left += FRAMING * LARGEST
            answer = await self._client.send(
                request, stream=True, auth=None, follow_redirects=False
            )
            try:
                async for chunk in answer.aiter_bytes():
                    data += chunk
                    rate.moved(len(chunk))
                    if len(data) > LARGEST:
                        raise AnswerSizeError
            finally:
                await answer.aclose()
        fields = {name.lower(): value for name, value in answer.headers.items()}
        return ServedFile(answer.status_code, fields, bytes(data))


def _client(folder: str, proxy: str | None) -> httpx.AsyncClient:
    origin = "/".join(folder.split("/")[:3])
    if proxy is None and is_onion(origin):
        raise ProxyError("An onion address is reached through Tor only: name its proxy.")
    try:
        return bounded_client(proxy)
    except (ValueError, httpx.InvalidURL):
        raise ProxyError("The proxy's URL cannot be used.") from None

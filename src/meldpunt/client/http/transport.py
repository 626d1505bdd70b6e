"""The connection to a host: signed requests, strict answers, and the same bytes after a failure.

Every operation of the API may be repeated (openapi/protocol.md section 10). So a transport sends a
request again, unchanged, if its answer was lost. This is the only module that knows HTTP.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Self, TypeVar

import httpx

from meldpunt.client.http.address import is_onion, parse_origin, private_origin
from meldpunt.client.http.errors import (
    AddressError,
    AnswerError,
    CertificateError,
    ProblemError,
    ProxyError,
    UnreachableError,
)
from meldpunt.client.http.exchange import BINARY, JSON, MAX_ANSWER, Reply, Request, check_reply
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.request_signing import sign_request
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import Model
from meldpunt.protocol.verify.request import CHALLENGE_FORM
from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE, ProblemType
from meldpunt.wire.reports import Challenge

_FIELDS: Final = {
    # The same for everybody: a version or a platform would distinguish reporters.
    "User-Agent": "meldpunt",
    "Accept": f"{JSON}, {BINARY}, {PROBLEM_MEDIA_TYPE}",
    # A compressed answer would leak by its length, and could unpack to any size.
    "Accept-Encoding": "identity",
}
_TIMEOUT: Final = httpx.Timeout(60.0, connect=30.0)
"""In seconds; a Tor circuit is slow."""
_SPARE: Final = 5.0
"""Ask for a new challenge this many seconds before the old one ends."""
_SERVER_ERRORS: Final = 500

_Answer = TypeVar("_Answer", bound=Model)


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how long a transport retries."""

    delays: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)
    """Seconds before each further attempt."""
    longest: float = 60.0
    """The longest Retry-After to wait for, in seconds. After a longer one the caller decides."""


class Transport:
    """A connection to one host.

    Args:
        base_url: The host's origin, such as `https://report.example`.
        client: An HTTP client that the caller closes. By default the transport makes its own.
        proxy: URL of a proxy, such as Tor's. Without it the usual environment variables apply. An
            onion address needs a proxy: otherwise DNS would reveal its name.
        retry: When to try again.
        monotonic: A clock in seconds that never runs backwards, for the life of challenges.
        sleep: Waits a number of seconds.

    Raises:
        AddressError: The base URL is not an origin.
        ProxyError: The proxy cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        client: httpx.AsyncClient | None = None,
        *,
        proxy: str | None = None,
        retry: Retry | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.origin = parse_origin(base_url)
        self._owns_client = client is None
        self._client = _client(self.origin, proxy) if client is None else client
        self._retry = retry or Retry()
        self.monotonic = monotonic
        self.sleep = sleep
        self._challenges: dict[bytes, tuple[str, float]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection, unless the caller brought the client."""
        if self._owns_client:
            await self._client.aclose()

    def follow(self, origin: str) -> None:
        """Talk to another host from now on: the host that a line has moved to.

        Raises:
            AddressError: As `private_origin`; for a host outside Tor if this one is an onion.
        """
        found = private_origin(origin)
        if is_onion(self.origin) and not is_onion(found):
            # A host must not be able to move a request from Tor to the open network.
            raise AddressError("the line has moved to a host outside Tor: ask the office for it.")
        self.origin = found
        self._challenges = {}

    async def call(
        self,
        method: str,
        target: str,
        answer: type[_Answer],
        *,
        key: SigningKey | None = None,
        body: Model | None = None,
        limit: int = MAX_ANSWER,
    ) -> _Answer:
        """Send a request and read its answer.

        Args:
            method: In upper case.
            target: Path and query.
            answer: The expected shape.
            key: Signs the request, if it must be signed.
            body: What to send.
            limit: The longest answer to read, in bytes.

        Raises:
            ProblemError: The host refuses.
            UnreachableError: The host did not answer, after every attempt.
            AnswerError: The answer is too long, not JSON, or of another shape.
        """
        data = body.to_json() if body is not None else b""
        found = await self.exchange(Request(method, target, key, data, limit=limit))
        try:
            return answer.from_value(strict_json.parse(found.body, max_size=limit))
        except RefusedError:
            raise AnswerError from None

    async def order(
        self, method: str, target: str, *, key: SigningKey, body: Model | None = None
    ) -> None:
        """Send a signed request whose answer has no content.

        Raises:
            ProblemError, UnreachableError, AnswerError: As `call`.
        """
        data = body.to_json() if body is not None else b""
        await self.exchange(Request(method, target, key, data))

    async def exchange(self, request: Request, *, is_repeated: bool = True) -> Reply:
        """Send a request, of any media type, and return the answer to it.

        Args:
            request: What to send.
            is_repeated: Send the request again after a failure. Otherwise the caller decides.

        Raises:
            ProblemError, UnreachableError, AnswerError: As `call`.
        """
        delays = self._retry.delays if is_repeated else ()
        try:
            return await self._attempts(request, delays)
        except ProblemError as error:
            if request.key is None or error.kind is not ProblemType.CHALLENGE_EXPIRED:
                raise
            self._challenges.pop(request.key.public_key, None)
        return await self._attempts(request, delays)

    async def _attempts(self, request: Request, delays: tuple[float, ...]) -> Reply:
        fields = await self._signature(request)
        for delay in delays:
            try:
                return await self._once(request, fields)
            except UnreachableError as error:
                if not error.passes:
                    raise
                await self.sleep(delay)
            except ProblemError as error:
                if error.kind.status < _SERVER_ERRORS:
                    raise
                wait = max(delay, float(error.retry_after or 0))
                if wait > self._retry.longest:
                    raise
                await self.sleep(wait)
        return await self._once(request, fields)

    async def _signature(self, request: Request) -> dict[str, str]:
        if request.key is None:
            return {}
        return sign_request(
            method=request.method,
            uri=self.origin + request.target,
            body=request.body,
            challenge=await self._challenge(request.key),
            key=request.key,
        )

    async def _challenge(self, key: SigningKey) -> str:
        """Return a valid challenge. Each key has its own, so that none links two keys."""
        now = self.monotonic()
        self._challenges = {k: found for k, found in self._challenges.items() if found[1] > now}
        if key.public_key in self._challenges:
            return self._challenges[key.public_key][0]
        found = await self.call("POST", "/v1/challenges", Challenge)
        if not CHALLENGE_FORM.fullmatch(found.challenge):
            raise AnswerError
        self._challenges[key.public_key] = (found.challenge, now + found.expires_in - _SPARE)
        return found.challenge

    async def _once(self, request: Request, signature: dict[str, str]) -> Reply:
        """Send once, over the caller's client but without its headers or cookies."""
        fields = {**_FIELDS, **request.fields, **signature}
        if request.body:
            fields["Content-Type"] = request.media_type
        message = httpx.Request(
            request.method,
            self.origin + request.target,
            headers=fields,
            content=request.body or None,
            extensions={"timeout": _TIMEOUT.as_dict()},
        )
        try:
            response = await self._client.send(
                message, stream=True, auth=None, follow_redirects=False
            )
            try:
                # Read a refusal whole, even if the expected answer is shorter.
                limit = MAX_ANSWER if response.is_error else request.limit
                data = await _read(response, limit)
            finally:
                await response.aclose()
        except httpx.TransportError as error:
            raise CertificateError if _is_of_certificate(error) else UnreachableError from None
        received = {name.lower(): value for name, value in response.headers.items()}
        return check_reply(request, Reply(response.status_code, received, data))


def _is_of_certificate(error: BaseException | None) -> bool:
    """Say whether a connection failed because of the server's certificate."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _client(origin: str, proxy: str | None) -> httpx.AsyncClient:
    if proxy is None and is_onion(origin):
        raise ProxyError("An onion address is reached through Tor only: name its proxy.")
    try:
        return httpx.AsyncClient(proxy=proxy, trust_env=False)
    except (ValueError, httpx.InvalidURL):
        raise ProxyError("The proxy's URL cannot be used.") from None


async def _read(response: httpx.Response, limit: int) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise AnswerError
    data = bytearray()
    async for chunk in response.aiter_bytes():  # not compressed: "identity"
        data += chunk
        if len(data) > limit:
            raise AnswerError
    return bytes(data)

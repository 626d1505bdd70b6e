"""The connection to a host: signed requests, strict answers, and the same bytes after a failure.

Every operation of the API may be repeated (openapi/protocol.md section 10). So a transport sends a
request again, unchanged, if its answer was lost. `attempt` sends it once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Self, TypeVar

import httpx

from meldpunt.client.http.address import is_onion, parse_origin, private_origin
from meldpunt.client.http.attempt import attempt
from meldpunt.client.http.connections import bounded_client
from meldpunt.client.http.errors import (
    AddressError,
    AnswerError,
    ProblemError,
    ProxyError,
    SlowHostError,
    UnreachableError,
)
from meldpunt.client.http.exchange import MAX_ANSWER, Reply, Request, check_reply
from meldpunt.client.http.limits import AnswerLimits
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.request_signing import sign_request
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.fields import Model
from meldpunt.protocol.verify.request import CHALLENGE_FORM
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import Challenge

_SPARE: Final = 5.0
"""Ask for a new challenge this many seconds before the old one ends."""
_SERVER_ERRORS: Final = 500
_READING: Final = ("GET", "HEAD")

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
        client: An HTTP client that the caller closes. By default the transport makes its own, which
            also counts the bytes of interim answers.
        proxy: URL of a proxy, such as Tor's. Without it the usual environment variables apply. An
            onion address needs a proxy: otherwise DNS would reveal its name.
        retry: When to try again.
        limits: How slow the host may be.
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
        limits: AnswerLimits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.origin = parse_origin(base_url)
        self._owns_client = client is None
        self._client = _client(self.origin, proxy) if client is None else client
        self._retry = retry or Retry()
        self._limits = limits or AnswerLimits()
        self.monotonic = monotonic
        self.sleep = sleep
        self._challenges: dict[bytes, tuple[str, float]] = {}
        self.silent_since: float | None = None
        """Since when a request waits for its first good answer, by `monotonic`; None if none waits.

        Parts of files do not count: they take their time on a slow line."""
        self.has_sent = False
        """It has sent a signed request that may change something on the host."""

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
            UnreachableError: The host did not answer, after every attempt, or was too slow.
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
        deadline = None if request.is_part_of_file else self._limits.deadline
        try:
            async with asyncio.timeout(deadline):
                return await self._with_challenge(request, delays)
        except TimeoutError:
            raise SlowHostError from None
        finally:
            self.silent_since = None

    async def _with_challenge(self, request: Request, delays: tuple[float, ...]) -> Reply:
        """Make every attempt. If the challenge has expired, make them once more with another."""
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
                if not error.passes or isinstance(error, SlowHostError):
                    raise  # a slow host has had its time
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
        if signature and request.method not in _READING:
            self.has_sent = True
        if self.silent_since is None and not request.is_part_of_file:
            self.silent_since = self.monotonic()
        reply = await attempt(self._client, self.origin, request, signature, self._limits)
        self.silent_since = None
        return check_reply(request, reply)


def _client(origin: str, proxy: str | None) -> httpx.AsyncClient:
    if proxy is None and is_onion(origin):
        raise ProxyError("An onion address is reached through Tor only: name its proxy.")
    try:
        return bounded_client(proxy)
    except (ValueError, httpx.InvalidURL):
        raise ProxyError("The proxy's URL cannot be used.") from None

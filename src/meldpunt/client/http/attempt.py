"""One attempt: send a request, and read its answer within the limits."""

import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Final

import httpx

from meldpunt.client.http.connections import byte_budget
from meldpunt.client.http.errors import (
    AnswerError,
    AnswerSizeError,
    CertificateError,
    SlowHostError,
    UnreachableError,
)
from meldpunt.client.http.exchange import BINARY, JSON, MAX_ANSWER, Reply, Request
from meldpunt.client.http.limits import (
    FRAMING,
    MAX_HEADER_BYTES,
    MAX_HEADER_FIELDS,
    AnswerLimits,
    LowestRate,
)
from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE

_FIELDS: Final = {
    # The same for everybody: a version or a platform would distinguish reporters.
    "User-Agent": "meldpunt",
    "Accept": f"{JSON}, {BINARY}, {PROBLEM_MEDIA_TYPE}",
    # A compressed answer would leak by its length, and could unpack to any size.
    "Accept-Encoding": "identity",
}
_SENT_AT_ONCE: Final = 1 << 16
"""Bytes of a body to send before looking at the rate."""


async def attempt(
    client: httpx.AsyncClient,
    origin: str,
    request: Request,
    signature: Mapping[str, str],
    limits: AnswerLimits,
) -> Reply:
    """Send a request once, over a client but without its headers or cookies.

    Raises:
        UnreachableError: No answer came, or it came too slowly (SlowHostError).
        AnswerError: The answer is compressed, or larger than it may be.
    """
    try:
        async with LowestRate(limits) as rate:
            message = _message(origin, request, signature, limits, rate)
            return await _send(client, message, request.limit, rate)
    except TimeoutError:
        raise SlowHostError from None
    except httpx.TransportError as error:
        raise CertificateError if _is_of_certificate(error) else UnreachableError from None


async def _send(
    client: httpx.AsyncClient, message: httpx.Request, limit: int, rate: LowestRate
) -> Reply:
    with byte_budget() as budget:
        response = await client.send(message, stream=True, auth=None, follow_redirects=False)
        try:
            _check_head(response)
            # Read a refusal whole, even if the expected answer is shorter.
            limit = MAX_ANSWER if response.is_error else limit
            budget.left += FRAMING * limit
            data = await _read(response, limit, rate)
        finally:
            await response.aclose()
    received = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, received, data)


def _message(
    origin: str,
    request: Request,
    signature: Mapping[str, str],
    limits: AnswerLimits,
    rate: LowestRate,
) -> httpx.Request:
    fields = {**_FIELDS, **request.fields, **signature}
    if request.body:
        fields["Content-Type"] = request.media_type
        fields["Content-Length"] = str(len(request.body))
    return httpx.Request(
        request.method,
        origin + request.target,
        headers=fields,
        content=_pieces(request.body, rate) if request.body else None,
        extensions={"timeout": httpx.Timeout(limits.silence, connect=limits.connect).as_dict()},
    )


async def _pieces(body: bytes, rate: LowestRate) -> AsyncIterator[bytes]:
    """Give a body piece by piece. The client asks for the next when it has sent the one before."""
    for start in range(0, len(body), _SENT_AT_ONCE):
        piece = body[start : start + _SENT_AT_ONCE]
        yield piece
        rate.moved(len(piece))


def _check_head(response: httpx.Response) -> None:
    """Check a head before reading the body.

    Raises:
        AnswerSizeError: It has too many fields, or too long ones.
        AnswerError: The body is compressed: it could unpack to any size.
    """
    raw = response.headers.raw
    size = sum(len(name) + len(value) for name, value in raw)
    if len(raw) > MAX_HEADER_FIELDS or size > MAX_HEADER_BYTES:
        raise AnswerSizeError
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise AnswerError


async def _read(response: httpx.Response, limit: int, rate: LowestRate) -> bytes:
    data = bytearray()
    async for chunk in response.aiter_bytes():  # not compressed: `_check_head`
        data += chunk
        rate.moved(len(chunk))
        if len(data) > limit:
            raise AnswerSizeError
    return bytes(data)


def _is_of_certificate(error: BaseException | None) -> bool:
    """Say whether a connection failed because of the server's certificate."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None

"""A host on a raw socket that never comes to an end: every client does, and says what happened."""

import asyncio
import gzip
import itertools
from collections.abc import AsyncIterator
from typing import Final

import pytest

from meldpunt.client import (
    AnswerError,
    AnswerLimits,
    AnswerSizeError,
    ClientError,
    Retry,
    SlowHostError,
    Transport,
    UnreachableError,
)
from meldpunt.client.http.api import LineApi
from meldpunt.client.http.exchange import BINARY, Request
from tests.support.hostile_host import Answer, HostileHost, drip, head, hostile_host

JSON_FIELD: Final = "Content-Type: application/json"
BINARY_FIELD: Final = "Content-Type: application/octet-stream"
INTERIM: Final = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
IMPATIENT: Final = AnswerLimits(grace=1.5, rate=1e6)
"""For hosts that are too slow, with time for a request to arrive. The other limits stay."""


async def endless(piece: bytes, first: bytes = b"") -> AsyncIterator[bytes]:
    yield first
    while True:
        yield piece


async def whole(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def silent() -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield b""


async def interims() -> AsyncIterator[bytes]:
    """One interim answer after the other, each at once whole, with a moment between them."""
    while True:
        yield INTERIM
        await asyncio.sleep(0.01)


async def slow_body(first: bytes) -> AsyncIterator[bytes]:
    yield first
    async for piece in drip(bytes(1 << 20)):
        yield piece


def sized(*fields: str, size: int) -> bytes:
    return head(JSON_FIELD, f"Content-Length: {size}", *fields)


async def ask(host: HostileHost, limits: AnswerLimits | None = None) -> None:
    async with Transport(host.origin, limits=limits, retry=Retry(delays=())) as transport:
        await LineApi(transport).host()


SLOW: Final[dict[str, Answer]] = {
    "a head, byte by byte": lambda _: drip(b"HTTP/1.1 200 OK\r\nX: " + bytes(b"x" * (1 << 20))),
    "interim answers, one by one": lambda _: interims(),
    "a body, byte by byte": lambda _: slow_body(sized(size=1 << 20)),
    "a body of chunks, byte by byte": lambda _: slow_body(
        head(JSON_FIELD, "Transfer-Encoding: chunked") + b"FFFFF\r\n"
    ),
    "a refusal, byte by byte": lambda _: slow_body(
        head("Content-Type: application/problem+json", status="503 Busy")
    ),
    "nothing": lambda _: silent(),
}


@pytest.mark.parametrize("name", SLOW)
async def test_a_host_that_drips_comes_to_an_end(name: str) -> None:
    async with hostile_host(SLOW[name]) as host:
        with pytest.raises(SlowHostError) as failed:
            await ask(host, IMPATIENT)
    assert "so slow" in str(failed.value)
    assert host.requests == 1


ENDLESS: Final[dict[str, Answer]] = {
    "interim answers": lambda _: endless(INTERIM * 1000),
    "a body without a length": lambda _: endless(bytes(1 << 16), head(JSON_FIELD)),
    "a body of a false length": lambda _: endless(bytes(1 << 16), sized(size=1 << 40)),
    "chunks with long extensions": lambda _: endless(
        b"1;" + b"x" * 60_000 + b"\r\n \r\n", head(JSON_FIELD, "Transfer-Encoding: chunked")
    ),
    "a refusal": lambda _: endless(
        bytes(1 << 16), head("Content-Type: application/problem+json", status="404 Not Found")
    ),
    "many header fields": lambda _: whole(head(JSON_FIELD, *(["X: y"] * 120)), b"{}"),
    "long header fields": lambda _: whole(head(JSON_FIELD, "X: " + "y" * 20_000), b"{}"),
}


@pytest.mark.parametrize("name", ENDLESS)
async def test_an_answer_that_is_too_large_is_not_read_to_its_end(name: str) -> None:
    async with hostile_host(ENDLESS[name]) as host:
        with pytest.raises(AnswerSizeError) as failed:
            await ask(host)
    assert "more than any answer" in str(failed.value)
    assert host.requests == 1
    assert host.sent < 32 << 20  # what lies in buffers of the system is sent, and not read


async def test_a_head_without_an_end_is_no_answer() -> None:
    async with hostile_host(lambda _: endless(b"X: y\r\n" * 1000, b"HTTP/1.1 200 OK\r\n")) as host:
        with pytest.raises(ClientError):
            await ask(host)
    assert host.sent < 8 << 20


async def test_a_compressed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50 << 20))
    for coding in ("gzip", "identity, gzip"):
        reply = sized(f"Content-Encoding: {coding}", size=len(bomb)) + bomb
        async with hostile_host(lambda _, reply=reply: whole(reply)) as host:  # type: ignore[misc]
            with pytest.raises(AnswerError):
                await ask(host)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_a_redirect_is_not_followed(status: str) -> None:
    async with hostile_host(lambda _: whole(sized(size=2) + b"{}")) as other:
        reply = head(f"Location: {other.origin}/v1/host", "Content-Length: 0", status=status)
        async with hostile_host(lambda _: whole(reply)) as host:
            with pytest.raises(AnswerError):
                await ask(host)
    assert (host.requests, other.requests) == (1, 0)


async def test_all_attempts_together_have_a_deadline() -> None:
    """Each attempt is quick, so only the deadline ends them."""
    busy = head("Content-Length: 0", status="502 Bad Gateway")
    limits = AnswerLimits(deadline=2)
    retry = Retry(delays=tuple(itertools.repeat(0.01, 100_000)))
    async with (
        hostile_host(lambda _: whole(busy)) as host,
        Transport(host.origin, limits=limits, retry=retry) as transport,
    ):
        with pytest.raises(SlowHostError):
            await LineApi(transport).host()
    assert host.requests > 1


async def in_parts(size: int) -> AsyncIterator[bytes]:
    yield head(BINARY_FIELD, f"Content-Length: {size}")
    for _ in range(size >> 12):
        yield bytes(1 << 12)
        await asyncio.sleep(0.01)


async def test_a_part_of_a_file_has_a_lowest_rate_and_no_deadline() -> None:
    size = 1 << 18
    get = Request("GET", "/v1/bulletins/2026", expects=BINARY, limit=size)
    lenient, strict = AnswerLimits(grace=30, deadline=0.1), AnswerLimits(grace=0.3, rate=1e8)
    async with hostile_host(lambda _: in_parts(size)) as host:
        async with Transport(host.origin, limits=lenient) as transport:
            assert (await transport.exchange(get)).body == bytes(size)
        async with Transport(host.origin, limits=strict) as transport:
            with pytest.raises(SlowHostError):
                await transport.exchange(get)


async def test_a_host_that_stops_reading_does_not_hold_an_upload() -> None:
    patch = Request("PATCH", "/v1/report", body=bytes(32 << 20), media_type=BINARY)
    async with (
        hostile_host(lambda _: silent(), reads=False) as host,
        Transport(host.origin, limits=IMPATIENT) as transport,
    ):
        with pytest.raises(SlowHostError):
            await transport.exchange(patch, is_repeated=False)


async def test_a_body_arrives_whole_with_its_length_and_no_chunks() -> None:
    heads: list[bytes] = []

    async def take(request: bytes) -> AsyncIterator[bytes]:
        heads.append(request.lower())
        yield head("Content-Length: 0", status="204 No Content")

    patch = Request("PATCH", "/v1/report", body=bytes(300_000), media_type=BINARY)
    async with hostile_host(take) as host, Transport(host.origin) as transport:
        await transport.exchange(patch)
        await transport.exchange(patch)
    assert len(heads) == 2
    assert all(b"content-length: 300000" in found for found in heads)
    assert not any(b"transfer-encoding" in found for found in heads)


async def test_a_connection_serves_many_answers_that_are_together_larger_than_one() -> None:
    reply = sized(size=1 << 19)
    async with (
        hostile_host(lambda _: whole(reply, bytes(1 << 19))) as host,
        Transport(host.origin) as transport,
    ):
        for _ in range(20):
            found = await transport.exchange(Request("GET", "/v1/host"))
            assert len(found.body) == 1 << 19


async def test_cookies_of_a_host_are_not_kept() -> None:
    heads: list[bytes] = []

    async def bake(request: bytes) -> AsyncIterator[bytes]:
        heads.append(request.lower())
        yield sized("Set-Cookie: id=1; Path=/", size=2) + b"{}"

    async with hostile_host(bake) as host, Transport(host.origin) as transport:
        for _ in range(2):
            await transport.exchange(Request("GET", "/v1/host"))
        assert not list(transport._client.cookies.jar)
    assert not any(b"cookie" in found for found in heads)


async def test_a_closed_connection_is_a_host_that_did_not_answer() -> None:
    async def cut(_: bytes) -> AsyncIterator[bytes]:
        yield sized(size=100)
        raise ConnectionResetError

    async with hostile_host(cut) as host:
        with pytest.raises(UnreachableError):
            await ask(host, AnswerLimits(silence=0.3))

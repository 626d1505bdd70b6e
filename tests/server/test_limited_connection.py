"""Connections that take their time, against the real connection class with shorter times."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import pytest
import uvicorn

from meldpunt.server.http.connection import limited
from meldpunt.server.http.connection.crowd import Connections
from meldpunt.server.http.connection.limited import LimitedConnection
from tests.support.process import ADDRESS, free_port

_LARGE: Final = 64 << 20
_SOME: Final = 6 << 20
_SIZES: Final = {"/large": _LARGE, "/some": _SOME}
_HEAD: Final = b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"


async def answers(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 (ASGI)
    """Answer without reading the body: `/late` after a moment, `/large` with more than may wait."""
    if scope["path"] == "/late":
        await asyncio.sleep(0.3)
    body = b"x" * _SIZES.get(scope["path"], 2)
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


async def until(condition: Callable[[], bool]) -> None:
    """Look again and again, as long as a test may take."""
    async with asyncio.timeout(100):
        while not condition():  # noqa: ASYNC110 (uvicorn has no event for it)
            await asyncio.sleep(0.01)


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    config = uvicorn.Config(
        answers,
        host=ADDRESS,
        port=free_port(),
        http=LimitedConnection,
        ws="none",
        lifespan="off",
        access_log=False,
        timeout_keep_alive=60,
        log_config=None,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield config.port
    finally:
        server.should_exit = True
        await task


async def ends(port: int, *pieces: bytes) -> bytes:
    """Send pieces, one every tenth of a second, and return what came until the host closed."""
    reader, writer = await asyncio.open_connection(ADDRESS, port)
    answer = asyncio.create_task(reader.read())
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.1)
    try:
        return await asyncio.wait_for(answer, 100)
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()


@pytest.mark.parametrize(
    "pieces",
    [(), (b"GET / HT",), (b"GET / HTTP/1.1\r\nX: ", *[b"x"] * 20)],
    ids=["silent", "begun", "dripping"],
)
async def test_a_head_must_come_in_time(
    monkeypatch: pytest.MonkeyPatch, pieces: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr(limited, "_HEAD_SECONDS", 0.5)
    async with serving() as port:
        assert await ends(port, *pieces) == b""


async def test_the_next_head_must_come_in_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "_HEAD_SECONDS", 0.5)
    async with serving() as port:
        answer = await ends(port, b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nX: ", *[b"x"] * 20)
        assert answer.count(b"HTTP/1.1 200 ") == 1


@pytest.mark.parametrize("end", [b"\r\n", b"Connection: close\r\n\r\n"])
async def test_the_rest_of_a_body_that_was_answered_must_come_in_time(
    monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    monkeypatch.setattr(limited, "_REST_SECONDS", 0.5)
    async with serving() as port:
        answer = await ends(port, _HEAD + end, *[b"x"] * 20)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert len(LimitedConnection.all._waiting) == 0


async def test_after_the_rest_of_the_body_the_connection_goes_on() -> None:
    async with serving() as port:
        follows = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"
        answer = await ends(port, _HEAD + b"\r\n", b"x" * 100, follows)
        assert answer.count(b"HTTP/1.1 200 ") == 2


ENDINGS: Final = pytest.mark.parametrize("ending", [b"\r\n", b"Connection: close\r\n\r\n"])


@ENDINGS
async def test_an_answer_that_nobody_takes_ends(
    monkeypatch: pytest.MonkeyPatch, ending: bytes
) -> None:
    monkeypatch.setattr(limited, "_LOOK_SECONDS", 0.3)
    async with serving() as port:
        line = socket.create_connection((ADDRESS, port))
        line.sendall(b"GET /large HTTP/1.1\r\n" + ending)
        await until(lambda: bool(LimitedConnection.all._stuck))
        await until(lambda: not LimitedConnection.all._stuck)
        await until(lambda: LimitedConnection.all._open == 0)
        line.close()


@pytest.fixture
def never_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all that an answer leaves be little: so little that the host would write more."""
    made = LimitedConnection.connection_made

    def make(connection: LimitedConnection, transport: asyncio.Transport) -> None:
        made(connection, transport)
        transport.set_write_buffer_limits(1 << 30)

    monkeypatch.setattr(LimitedConnection, "connection_made", make)
    monkeypatch.setattr(limited, "_HEAD_SECONDS", 0.5)
    monkeypatch.setattr(limited, "_LOOK_SECONDS", 0.5)


@ENDINGS
async def test_the_end_of_an_answer_that_nobody_takes_ends(
    never_stuck: None, ending: bytes
) -> None:
    async with serving() as port:
        with socket.create_connection((ADDRESS, port)) as line:
            line.sendall(b"GET /large HTTP/1.1\r\n" + ending)
            await until(lambda: LimitedConnection.all._open == 1)
            await until(lambda: LimitedConnection.all._open == 0)


async def test_who_takes_nothing_and_sends_no_more_ends(never_stuck: None) -> None:
    """While the next request is in work, the host waits for no head."""
    async with serving() as port:
        with socket.create_connection((ADDRESS, port)) as line:
            line.sendall(b"GET /large HTTP/1.1\r\n\r\n")
            await until(lambda: len(LimitedConnection.all._waiting) == 1)
            line.sendall(b"GET /late HTTP/1.1\r\n\r\n")
            await until(lambda: not LimitedConnection.all._waiting)
            with suppress(OSError):  # on a busy machine it may have ended already
                line.shutdown(socket.SHUT_WR)
            await until(lambda: LimitedConnection.all._open == 0)


async def test_a_request_behind_a_late_body_holds_no_closing_connection(
    never_stuck: None, caplog: pytest.LogCaptureFixture
) -> None:
    put = b"PUT / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 10\r\n\r\n"
    async with serving() as port:
        with socket.create_connection((ADDRESS, port)) as line:
            line.sendall(b"GET /large HTTP/1.1\r\n\r\n" + put)
            await asyncio.sleep(0.2)
            line.sendall(b"0123456789GET /late HTTP/1.1\r\n\r\n")
            await until(lambda: LimitedConnection.all._open == 0)
    assert not caplog.records


async def test_what_breaks_http_after_the_answer_leaves_no_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    put = b"PUT / HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with serving() as port:
        assert (await ends(port, put, b"zz\r\n")).count(b"HTTP/1.1 ") == 1
    assert not caplog.records


async def test_who_takes_an_answer_makes_room_after_the_idle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LimitedConnection, "all", Connections(2))
    async with serving() as port:
        reader, writer = await asyncio.open_connection(ADDRESS, port)
        writer.write(b"GET /some HTTP/1.1\r\n\r\n")
        await until(lambda: bool(LimitedConnection.all._stuck))
        idle = [socket.create_connection((ADDRESS, port)) for _ in range(3)]
        await until(lambda: LimitedConnection.all._open == 2)
        assert len(await asyncio.wait_for(reader.readexactly(_SOME), 100)) == _SOME
        for each in idle:
            each.close()
        writer.close()


@ENDINGS
async def test_an_answer_that_is_taken_slowly_arrives_whole(
    monkeypatch: pytest.MonkeyPatch, ending: bytes
) -> None:
    """The system takes the end of it in lumps: between two of them nothing seems to be taken."""
    monkeypatch.setattr(limited, "_LOOK_SECONDS", 0.5)
    monkeypatch.setattr(limited, "_HEAD_SECONDS", 0.5)
    async with serving() as port:
        reader, writer = await asyncio.open_connection(ADDRESS, port)
        writer.write(b"GET /some HTTP/1.1\r\n" + ending)
        for _ in range(0, _SOME, 64 << 10):
            await asyncio.wait_for(reader.readexactly(64 << 10), 100)
            await asyncio.sleep(0.06)
        writer.close()


@ENDINGS
async def test_an_answer_that_is_taken_arrives_whole(
    monkeypatch: pytest.MonkeyPatch, ending: bytes
) -> None:
    """However long that takes: many looks, and longer than the next head may take."""
    monkeypatch.setattr(limited, "_LOOK_SECONDS", 0.5)
    monkeypatch.setattr(limited, "_HEAD_SECONDS", 0.5)
    async with serving() as port:
        reader, writer = await asyncio.open_connection(ADDRESS, port)
        writer.write(b"GET /large HTTP/1.1\r\n" + ending)
        size = 0
        while received := await asyncio.wait_for(reader.read(1 << 20), 100):
            size += len(received)
            await asyncio.sleep(0.005)
        assert size > _LARGE
        writer.close()


async def test_nothing_keeps_an_ended_connection_in_memory() -> None:
    async with serving() as port:
        for _ in range(3):
            await ends(port, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert LimitedConnection.all._open == 0

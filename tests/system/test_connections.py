"""What one connection may cost a real host: heads, pipelined requests, upgrades and broken HTTP."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Final

import psutil
import pytest

from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE, ProblemType
from tests.support.process import HostProcess, serving

MEGABYTE: Final = 1 << 20
GET: Final = b"GET /v1/host HTTP/1.1\r\nHost: x\r\n"
CLOSING: Final = GET + b"Connection: close\r\n\r\n"
PUT: Final = b"PUT /v1/report HTTP/1.1\r\nHost: x\r\n"
CHUNKED: Final = PUT + b"Transfer-Encoding: chunked\r\n"
BROKEN: Final = {
    "no request": b"\x16\x03\x01\x02\x00\r\n\r\n",
    "an unknown version": b"GET /v1/host HTTP/9.9\r\n\r\n",
    "a control character": GET + b"X-A: \0\r\n\r\n",
    "a field without a colon": GET + b"nonsense\r\n\r\n",
    "two lengths": PUT + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a tunnel": b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a length of no number": PUT + b"Content-Length: many\r\n\r\n",
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with serving(tmp_path_factory.mktemp("host")) as process:
        yield process


def connect(host: HostProcess) -> socket.socket:
    address, port = host.origin.removeprefix("http://").split(":")
    return socket.create_connection((address, int(port)), 60)


def exchange(host: HostProcess, *parts: bytes) -> bytes:
    """Send parts, as far as the host takes them; returns all that comes back until it closes."""
    answer = b""
    with closing(connect(host)) as line, suppress(ConnectionError):
        with suppress(ConnectionError):
            for part in parts:
                line.sendall(part)
        while received := line.recv(65536):
            answer += received
    return answer


def memory(host: HostProcess) -> int:
    return int(psutil.Process(host.process.pid).memory_info().rss)


def assert_problem(answer: bytes, kind: ProblemType) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {kind.status} ".encode()), answer[:200]
    assert PROBLEM_MEDIA_TYPE.encode() in head
    assert b"x-content-type-options: nosniff" in head
    assert json.loads(body)["type"] == kind.uri


@pytest.mark.parametrize("name", BROKEN)
def test_broken_http_gets_a_problem_and_no_line_in_the_log(host: HostProcess, name: str) -> None:
    before = host.output.read_text()
    for _ in range(5):
        assert_problem(exchange(host, BROKEN[name]), ProblemType.MALFORMED_REQUEST)
    assert host.output.read_text() == before


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"x" * MEGABYTE + b" HTTP/1.1\r\n\r\n",
        GET + b"X-Long: " + b"x" * MEGABYTE + b"\r\n\r\n",
        GET + b"X-Many: 1\r\n" * 100_000 + b"\r\n",
        CHUNKED + b"\r\n1\r\n{\r\n0\r\nX-Trailer: " + b"x" * MEGABYTE,
        CHUNKED + b"\r\n1;" + b"x" * MEGABYTE,
    ],
    ids=["target", "one field", "many fields", "trailer", "chunk extension"],
)
def test_a_head_has_a_largest_size(host: HostProcess, head: bytes) -> None:
    before, lines = memory(host), host.output.read_text()
    answer = exchange(host, *(head[start : start + 65536] for start in range(0, len(head), 65536)))
    unsigned = answer.startswith(b"HTTP/1.1 401 ")  # the body was not waited for
    if not unsigned:
        assert_problem(answer, ProblemType.HEADER_TOO_LARGE)
    assert memory(host) - before < 16 * MEGABYTE
    assert host.output.read_text() == lines


def test_a_head_of_usual_size_is_no_matter_how_it_is_cut(host: HostProcess) -> None:
    request = GET + b"X-Long: " + b"x" * 20_000 + b"\r\nConnection: close\r\n\r\n"
    for size in (1000, 8192, len(request)):
        parts = (request[start : start + size] for start in range(0, len(request), size))
        assert exchange(host, *parts).startswith(b"HTTP/1.1 200 ")


def test_another_protocol_is_refused_without_a_line_in_the_log(host: HostProcess) -> None:
    before = host.output.read_text()
    for protocol in (b"websocket", b"h2c", b"x"):
        fields = b"Connection: Upgrade\r\nUpgrade: " + protocol + b"\r\n"
        for request in (GET, PUT + b"Content-Length: 2\r\n"):
            answer = exchange(host, request + fields + b"\r\n{}")
            assert_problem(answer, ProblemType.MALFORMED_REQUEST)
    assert host.output.read_text() == before


def test_a_few_pipelined_requests_are_answered_in_their_order(host: HostProcess) -> None:
    unknown = b"GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = exchange(host, (GET + b"\r\n" + unknown) * 5 + CLOSING)
    statuses = re.findall(rb"HTTP/1\.1 (\d+) ", answer)
    assert statuses == [b"200", b"404"] * 5 + [b"200"]


def test_pipelined_requests_without_end_take_little_memory(host: HostProcess) -> None:
    before = memory(host)
    many = b"GET /v1/host HTTP/1.1\r\n\r\n" * 2000
    lines = [connect(host) for _ in range(20)]
    for line in lines:
        line.settimeout(1)
        with suppress(OSError):
            for _ in range(200):
                line.sendall(many)
    assert memory(host) - before < 64 * MEGABYTE
    for line in lines:
        line.close()
    assert exchange(host, CLOSING).startswith(b"HTTP/1.1 200 ")


def test_who_is_refused_while_sending_can_read_why(host: HostProcess) -> None:
    """A plain close would answer what still comes with a reset, which takes the answer away."""
    body = b"Content-Type: application/json\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 65536
    for end in (b"", b"Connection: close\r\n"):
        answer = exchange(host, PUT + end + body, *[b"x" * 65536] * 20)
        assert_problem(answer, ProblemType.SIGNATURE_REQUIRED)

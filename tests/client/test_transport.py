"""The way to a host: what goes out, what comes back, and what happens when it does not."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from meldpunt.client import (
    AddressError,
    AnswerError,
    ClientError,
    ProblemError,
    ProxyError,
    Retry,
    Transport,
    UnreachableError,
)
from meldpunt.client.http.api import LineApi, ReportApi
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify.errors import Reason
from meldpunt.wire.problems import Problem, ProblemType
from meldpunt.wire.reports import Challenge
from tests.client.hosted_line import ORIGIN, HostedLine, json_answer

KEY = SigningKey.from_seed(bytes(32))
Reply = Callable[[httpx.Request], httpx.Response]


def problem(kind: ProblemType, reason: Reason | None = None, after: str = "") -> httpx.Response:
    headers = {"Content-Type": "application/problem+json"}
    if after:
        headers["Retry-After"] = after
    return httpx.Response(kind.status, content=Problem.of(kind, reason).to_json(), headers=headers)


CHALLENGE = Challenge(challenge="a" * 54, expires_in=300).to_json()


class Script:
    """Answers requests one after the other; challenges apart."""

    def __init__(self, *replies: httpx.Response | Exception) -> None:
        self.replies = list(replies)
        self.seen: list[httpx.Request] = []
        self.challenges = 0
        self.waits: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/challenges":
            self.challenges += 1
            return json_answer(CHALLENGE)
        self.seen.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def transport(self, retry: Retry | None = None) -> Transport:
        client = httpx.AsyncClient(
            transport=httpx.MockTransport(self), cookies={"c": "1"}, auth=("user", "password")
        )
        return Transport(ORIGIN, client, retry=retry, sleep=self._sleep, monotonic=lambda: 0.0)


HOST_INFO = b'{"origins":["https://report.example"],"receiptKey":"' + b"A" * 43 + b'"}'


async def test_a_lost_answer_is_asked_for_again_with_the_same_bytes() -> None:
    script = Script(
        httpx.ReadError("x"),
        httpx.ConnectTimeout("x"),
        problem(ProblemType.INTERNAL),
        problem(ProblemType.BUSY, after="7"),
        httpx.Response(502, text="gateway"),
    )
    script.replies[4] = json_answer(b'{"messages":[],"cursor":0,"more":false}')
    page = await ReportApi(script.transport(), KEY).messages(0)
    assert page.messages == ()
    assert script.waits == [0.5, 1.0, 2.0, 7.0]
    assert script.challenges == 1
    assert len({(r.url, r.headers["signature"], r.content) for r in script.seen}) == 1


async def test_attempts_come_to_an_end() -> None:
    script = Script(*[httpx.ConnectError("x")] * 9)
    with pytest.raises(UnreachableError):
        await LineApi(script.transport()).host()
    assert len(script.seen) == 5


async def test_a_gateways_error_page_is_a_host_that_is_not_there() -> None:
    script = Script(httpx.Response(502, text="Bad Gateway"), json_answer(HOST_INFO))
    assert (await LineApi(script.transport()).host()).origins == (ORIGIN,)


async def test_a_long_retry_after_is_left_to_the_caller() -> None:
    script = Script(problem(ProblemType.BUSY, after="3600"))
    with pytest.raises(ProblemError) as refused:
        await LineApi(script.transport()).host()
    assert refused.value.kind is ProblemType.BUSY
    assert refused.value.retry_after == 3600
    assert script.waits == []


@pytest.mark.parametrize("after", ["soon", "-1", "²", "9" * 5000, "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_an_odd_retry_after_is_passed_over(after: str) -> None:
    script = Script(
        httpx.Response(
            503,
            content=Problem.of(ProblemType.BUSY).to_json(),
            headers=[
                (b"Content-Type", b"application/problem+json"),
                (b"Retry-After", after.encode("latin-1")),
            ],
        ),
        json_answer(HOST_INFO),
    )
    await LineApi(script.transport()).host()
    assert script.waits == [0.5]


async def test_an_expired_challenge_is_replaced_once() -> None:
    expired = ProblemType.CHALLENGE_EXPIRED
    script = Script(problem(expired), json_answer(b'{"messages":[],"cursor":0,"more":false}'))
    await ReportApi(script.transport(), KEY).messages(0)
    assert script.challenges == 2
    script = Script(problem(expired), problem(expired))
    with pytest.raises(ProblemError) as refused:
        await ReportApi(script.transport(), KEY).messages(0)
    assert refused.value.kind is expired
    assert len(script.seen) == 2


async def test_a_refusal_is_not_asked_for_again() -> None:
    script = Script(problem(ProblemType.REFUSED, Reason.GAP))
    with pytest.raises(ProblemError) as refused:
        await LineApi(script.transport()).host()
    assert (refused.value.kind, refused.value.reason) == (ProblemType.REFUSED, Reason.GAP)
    assert "gap" in str(refused.value)
    assert script.waits == []


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>", headers={"Content-Type": "text/html"}),
        json_answer(b"{"),
        json_answer(b'{"a":1,"a":2}'),
        json_answer(b'{"origins":["https://report.example"]}'),
        json_answer(b"[" * 100_000),
        json_answer(HOST_INFO + b" " * (1 << 20)),
        httpx.Response(
            200,
            content=HOST_INFO,
            headers={"Content-Type": "application/json", "Content-Encoding": "br"},
        ),
        httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
        httpx.Response(404, text="Not Found"),
        httpx.Response(404, content=b"{}", headers={"Content-Type": "application/problem+json"}),
        httpx.Response(
            404,
            content=Problem.of(ProblemType.CONFLICT).to_json(),
            headers={"Content-Type": "application/problem+json"},
        ),
        httpx.Response(
            400,
            content=Problem.of(ProblemType.CONFLICT).to_json().replace(b"conflict", b"new-kind"),
            headers={"Content-Type": "application/problem+json"},
        ),
    ],
)
async def test_an_answer_of_another_kind_is_refused_and_not_followed(
    answer: httpx.Response,
) -> None:
    script = Script(answer)
    with pytest.raises(AnswerError):
        await LineApi(script.transport()).host()
    assert len(script.seen) == 1


async def test_what_a_later_host_adds_to_an_answer_is_ignored() -> None:
    script = Script(json_answer(HOST_INFO[:-1] + b',"more":1}'))
    assert (await LineApi(script.transport()).host()).to_json() == HOST_INFO


@pytest.mark.parametrize("challenge", ["", "a b", 'a";alg="x', "a\\nb", "é", "a" * 257])
async def test_a_challenge_cannot_write_into_what_is_signed(challenge: str) -> None:
    def reply(_: httpx.Request) -> httpx.Response:
        return json_answer(b'{"challenge":"%s","expiresIn":300}' % challenge.encode())

    client = httpx.AsyncClient(transport=httpx.MockTransport(reply))
    with pytest.raises(AnswerError):
        await ReportApi(Transport(ORIGIN, client), KEY).messages(0)


async def test_nothing_of_the_callers_client_goes_along(hosted: HostedLine) -> None:
    script = Script(
        httpx.Response(
            200,
            content=HOST_INFO,
            headers={"Content-Type": "application/json", "Set-Cookie": "id=1"},
        ),
        json_answer(HOST_INFO),
    )
    transport = script.transport()
    await LineApi(transport).host()
    await LineApi(transport).host()
    for request in script.seen:
        assert request.headers["user-agent"] == "meldpunt"
        assert set(request.headers) == {"host", "user-agent", "accept", "accept-encoding"}


async def test_a_challenge_is_used_until_it_ends_and_by_one_key_only(hosted: HostedLine) -> None:
    await hosted.open_line()
    visit = await hosted.visit(await hosted.submit())
    hosted.network.sent.clear()
    await visit.refresh()
    assert "POST /v1/challenges" not in hosted.network.paths()
    hosted.clock.seconds += 299
    await visit.refresh()
    assert hosted.network.paths().count("POST /v1/challenges") == 1


async def test_two_keys_on_one_connection_are_not_tied_by_a_challenge() -> None:
    page = b'{"messages":[],"cursor":0,"more":false}'
    script = Script(json_answer(page), json_answer(page), json_answer(page))
    transport = script.transport()
    for seed in (bytes(32), b"\1" * 32, bytes(32)):
        await ReportApi(transport, SigningKey.from_seed(seed)).messages(0)
    assert script.challenges == 2


@pytest.mark.parametrize("url", ["report.example", "https://a/b", "https://u:p@a", "ftp://a", ""])
def test_a_base_url_is_an_origin(url: str) -> None:
    with pytest.raises(AddressError):
        Transport(url)


def test_an_onion_address_is_not_looked_up_in_the_open() -> None:
    for url in ("http://abcdefghij234567.onion", "https://abcdefghij234567.onion:8443"):
        with pytest.raises(ProxyError):
            Transport(url)


async def test_an_onion_address_goes_by_its_proxy() -> None:
    async with Transport("http://abcdefghij234567.onion", proxy="http://127.0.0.1:9080"):
        pass


async def test_names_are_looked_up_behind_a_socks_proxy() -> None:
    asked = asyncio.Queue[bytes]()

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Greet and connect by RFC 1928, then answer as the host would."""
        await reader.readexactly(3)
        writer.write(b"\x05\x00")
        await asked.put(await reader.read(512))
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(HOST_INFO)}\r\nConnection: close"
        writer.write(f"{head}\r\nContent-Type: application/json\r\n\r\n".encode() + HOST_INFO)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    by_proxy = Transport("http://abcdefghij234567.onion", proxy=f"socks5://127.0.0.1:{port}")
    async with server, by_proxy as transport:
        assert (await LineApi(transport).host()).to_json() == HOST_INFO
    assert b"abcdefghij234567.onion" in await asked.get()


@pytest.mark.parametrize("proxy", ["nonsense", "ftp://a"])
def test_a_proxy_that_cannot_be_used_is_not_passed_by(proxy: str) -> None:
    with pytest.raises(ProxyError):
        Transport(ORIGIN, proxy=proxy)


async def test_an_error_names_neither_address_nor_path() -> None:
    for reply in (httpx.ConnectError("x"), problem(ProblemType.NOT_FOUND), json_answer(b"{")):
        script = Script(*[reply] * 5)
        with pytest.raises(ClientError) as failed:
            await ReportApi(script.transport(), KEY).messages(7)
        told = f"{failed.value!s} {failed.value!r}"
        assert "report.example" not in told
        assert "after" not in told
        assert failed.value.__cause__ is None


def test_a_transport_does_not_show_its_challenges() -> None:
    assert "aaaa" not in repr(Transport(ORIGIN, httpx.AsyncClient()))


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(True)
        writer.close()

    asked: list[bool] = []
    server = await asyncio.start_server(never, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
    async with server, Transport("https://localhost:1", retry=Retry(delays=())) as transport:
        with pytest.raises(UnreachableError):
            await LineApi(transport).host()
    assert asked == []

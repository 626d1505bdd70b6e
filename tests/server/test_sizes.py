"""Who watches TLS sees lengths: whether something is there does not show in them."""

from collections.abc import Iterable
from http.client import responses

import httpx
import pytest

from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.http.padding import SIZE_CLASSES, padded_size
from tests.support.correspondence import Correspondence
from tests.support.hosts import FRONTEND, TestHost
from tests.support.uploads import Upload, ciphertext

SMALLEST = SIZE_CLASSES[0]


def size(answer: httpx.Response) -> int:
    """Return the bytes of an answer as HTTP/1.1 sends it."""
    line = f"HTTP/1.1 {answer.status_code} {responses[answer.status_code]}\r\n"
    fields = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    return len(line) + fields + 2 + len(answer.content)


def sizes(answers: Iterable[httpx.Response]) -> set[int]:
    return {size(answer) for answer in answers}


async def test_a_poll_has_one_length_whether_there_is_something_nothing_or_no_report(
    host: TestHost,
) -> None:
    talk, stranger = await host.report(), host.correspondence().reporter
    nothing = await talk.reporter.get("/v1/report/messages?after=1")
    await talk.handler_says(0)
    something = await talk.reporter.get("/v1/report/messages?after=1")
    none = await stranger.get("/v1/report/messages?after=1")
    assert [a.status_code for a in (nothing, something, none)] == [200, 200, 404]
    assert len(something.json()["messages"]) == 1
    assert sizes([nothing, something, none]) == {SMALLEST}


async def test_where_a_report_stands_has_one_length(host: TestHost) -> None:
    talk, stranger = await host.report(), host.correspondence().reporter
    answers = [await stranger.get("/v1/report"), await talk.reporter.get("/v1/report")]
    for tag in (Tag.ACKNOWLEDGEMENT, Tag.FEEDBACK, Tag.CLOSING):
        await talk.handler_says(0, tag)
        answers.append(await talk.reporter.get("/v1/report"))
    assert sizes(answers) == {SMALLEST}


async def test_an_inbox_has_one_length_until_it_is_several_times_as_full(host: TestHost) -> None:
    empty = await host.handler(2).get(host.office.inbox)
    nobody = await host.correspondence().reporter.get(host.office.inbox)
    await host.report()
    one = await host.handler(0).get(host.office.inbox)
    await host.report()
    await host.report()
    three = await host.handler(0).get(host.office.inbox)
    closed = await host.handler(0).get(f"{host.office.inbox}&state=closed")
    assert nobody.status_code == 404
    assert sizes([empty, nobody, one, three, closed]) == {SMALLEST}


async def test_a_full_page_is_one_of_few_lengths(host: TestHost) -> None:
    for _ in range(25):
        await host.report()
    page = await host.handler(0).get(host.office.inbox)
    assert len(page.json()["entries"]) == 20
    assert size(page) in SIZE_CLASSES


async def test_an_entry_has_one_length_whether_it_is_there(host: TestHost) -> None:
    talk, other = await host.report(), host.correspondence()
    answers = [await talk.handler(0).get(talk.entry(0)), await talk.handler(0).get(other.entry(0))]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert sizes(answers) == {SMALLEST}


async def test_a_refusal_without_a_signature_has_that_length_too(sqlite_host: TestHost) -> None:
    answers = [
        await sqlite_host.http.get("/v1/report"),
        await sqlite_host.http.get("/v1/report", headers={"accept": "text/html"}),
        await sqlite_host.http.get("/v1/inbox/nothing"),
        await sqlite_host.http.get("/v1/report/nothing"),
    ]
    assert sizes(answers) == {SMALLEST}


async def test_a_frontend_gets_the_same_lengths(sqlite_host: TestHost) -> None:
    talk: Correspondence = await sqlite_host.report()
    sqlite_host.http.headers["origin"] = FRONTEND
    there = await talk.reporter.get("/v1/report")
    none = await sqlite_host.correspondence().reporter.get("/v1/report")
    assert there.headers["access-control-allow-origin"] == FRONTEND
    assert sizes([there, none]) == {SMALLEST}


async def test_padding_is_white_space_after_the_json(sqlite_host: TestHost) -> None:
    talk = await sqlite_host.report()
    answer = await talk.reporter.get("/v1/report")
    assert answer.headers["content-length"] == str(len(answer.content))
    assert set(answer.content[len(answer.content.rstrip(b" ")) :]) == {ord(" ")}


async def test_files_and_public_answers_are_as_long_as_they_are(sqlite_host: TestHost) -> None:
    talk = await sqlite_host.report()
    upload = Upload(talk.reporter, "/v1/report", ciphertext(1))
    missing = await upload.caller.get(upload.path)
    line = await sqlite_host.http.get(sqlite_host.office.path)
    assert not missing.content.endswith(b" ")
    assert not line.content.endswith(b" ")


@pytest.mark.parametrize(
    ("length", "padded"),
    [
        (1, 8192),
        (8192, 8192),
        (8193, 32768),
        (32769, 131_072),
        (131_072, 131_072),
        (131_073, 262_144),
        (300_000, 393_216),
    ],
)
def test_classes_are_few(length: int, padded: int) -> None:
    assert padded_size(length) == padded

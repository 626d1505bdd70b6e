"""Whatever comes in: a clear problem document that quotes none of it, and nothing in the log."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Final

import httpx
import pytest

from meldpunt.protocol.verify.errors import Reason
from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_problem, malformed
from tests.support.caller import JSON_BODY
from tests.support.databases import SQLITE
from tests.support.endpoints import LINE, SIGNED, WRITES, Endpoint, call
from tests.support.hosts import TestHost, new_host
from tests.support.log_checks import SECRET, assert_nothing_logged

TEN_MB: Final = 10 * 1024 * 1024

BODIES: Final[dict[str, tuple[bytes, Reason]]] = {
    "nothing at all": (b" ", Reason.JSON_SYNTAX),
    "broken": (b'{"a":"' + SECRET.encode(), Reason.JSON_SYNTAX),
    "two values": (b'{"a":1} {"b":"' + SECRET.encode() + b'"}', Reason.JSON_SYNTAX),
    "a list": (b'["' + SECRET.encode() + b'"]', Reason.JSON_ROOT),
    "a string": (b'"' + SECRET.encode() + b'"', Reason.JSON_ROOT),
    "null": (b"null", Reason.JSON_ROOT),
    "a null inside": (b'{"a":null}', Reason.JSON_NULL),
    "deep": (b'{"a":' + b"[" * 20 + b"]" * 20 + b"}", Reason.JSON_DEPTH),
    "very deep": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", Reason.JSON_DEPTH),
    "very deep objects": (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, Reason.JSON_DEPTH),
    "twice the same key": (b'{"a":1,"a":"' + SECRET.encode() + b'"}', Reason.JSON_DUPLICATE_KEY),
    "a key like a number": (b'{"10":1}', Reason.JSON_KEY),
    "a key of a prototype": (b'{"__proto__":{}}', Reason.JSON_KEY),
    "NaN": (b'{"a":NaN}', Reason.JSON_NUMBER),
    "infinity": (b'{"a":-Infinity}', Reason.JSON_NUMBER),
    "a float": (b'{"a":1.5}', Reason.JSON_NUMBER),
    "a huge integer": (b'{"a":' + b"9" * 5000 + b"}", Reason.JSON_NUMBER),
    "a lone surrogate": (b'{"a":"\\ud800' + SECRET.encode() + b'"}', Reason.JSON_SURROGATE),
    "a raw NUL": (b'{"a":"\x00' + SECRET.encode() + b'"}', Reason.JSON_SYNTAX),
    "an escaped NUL": (b'{"a":"\\u0000' + SECRET.encode() + b'"}', Reason.FIELDS),
    "bad UTF-8": (b'{"a":"\xff' + SECRET.encode() + b'"}', Reason.JSON_ENCODING),
    "a surrogate in UTF-8": (b'{"a":"\xed\xa0\x80"}', Reason.JSON_ENCODING),
    "UTF-16": (json.dumps({"a": SECRET}).encode("utf-16"), Reason.JSON_ENCODING),
    "a byte order mark": (b"\xef\xbb\xbf{}", Reason.JSON_ENCODING),
    "no fields": (b"{}", Reason.FIELDS),
    "an unknown field": (json.dumps({SECRET: SECRET}).encode(), Reason.FIELDS),
}
"""Bodies that no endpoint takes, and why."""

WRONG_TYPES: Final = (
    "text/plain",
    "text/json",
    "application/json-patch+json",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    f"{SECRET}/{SECRET}",
    "",
)


@pytest.mark.parametrize("endpoint", WRITES, ids=str)
async def test_a_body_of_another_form_is_refused(
    host: TestHost, log: pytest.LogCaptureFixture, endpoint: Endpoint
) -> None:
    made = call(endpoint, host, await host.report())
    before = await host.rows()
    for body, reason in BODIES.values():
        answer = await made.caller.send("PUT", made.path, body=body)
        malformed(answer, reason, quotes=[SECRET])
    assert await host.rows() == before
    assert_nothing_logged(log)
    good = await made.caller.send("PUT", made.path, made.model)
    assert good.status_code < 300, "nothing is lost"


@pytest.mark.parametrize("endpoint", WRITES, ids=str)
async def test_a_field_more_or_less_is_refused(sqlite_host: TestHost, endpoint: Endpoint) -> None:
    made = call(endpoint, sqlite_host, await sqlite_host.report())
    assert made.model is not None
    whole = json.loads(made.model.to_json())
    for field in whole:
        if field in {"texts", "rotations"}:
            continue  # may be absent
        less = {key: value for key, value in whole.items() if key != field}
        answer = await made.caller.send("PUT", made.path, body=json.dumps(less).encode())
        malformed(answer, Reason.FIELDS)
        wrong = whole | {field: {SECRET: SECRET}}
        answer = await made.caller.send("PUT", made.path, body=json.dumps(wrong).encode())
        malformed(answer, Reason.FIELDS, quotes=[SECRET])
    more = whole | {SECRET: SECRET}
    answer = await made.caller.send("PUT", made.path, body=json.dumps(more).encode())
    malformed(answer, Reason.FIELDS, quotes=[SECRET])


async def in_chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


@pytest.mark.parametrize("endpoint", WRITES, ids=str)
@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
async def test_a_body_of_10_mb_is_refused(
    sqlite_host: TestHost, log: pytest.LogCaptureFixture, endpoint: Endpoint, declared: bool
) -> None:
    made = call(endpoint, sqlite_host, await sqlite_host.report())
    body = SECRET.encode() * (TEN_MB // len(SECRET))
    headers = JSON_BODY | await made.caller.sign("PUT", made.path, body)
    content = body if declared else in_chunks(body)
    answer = await sqlite_host.http.put(made.path, content=content, headers=headers)
    assert_problem(answer, ProblemType.CONTENT_TOO_LARGE, quotes=[SECRET])
    assert_nothing_logged(log)


@pytest.mark.parametrize("length", ["10485760", "99999999999999999999", "4194305"])
async def test_an_announced_size_is_enough_to_refuse(sqlite_host: TestHost, length: str) -> None:
    talk = sqlite_host.correspondence()
    fields = await talk.reporter.sign("PUT", "/v1/report", b"{}")
    headers = JSON_BODY | fields | {"content-length": length}
    answer = await sqlite_host.http.put("/v1/report", content=b"{}", headers=headers)
    assert_problem(answer, ProblemType.CONTENT_TOO_LARGE)


@pytest.mark.parametrize("endpoint", WRITES, ids=str)
async def test_only_the_biggest_bodies_are_too_large(
    sqlite_host: TestHost, endpoint: Endpoint
) -> None:
    """A line with its texts may have 4 MiB, a message with its wraps 256 KiB."""
    made = call(endpoint, sqlite_host, await sqlite_host.report())
    limit = (4 * 1024 if endpoint.signer == LINE else 256) * 1024
    for size, kind in (
        (limit, ProblemType.MALFORMED_REQUEST),
        (limit + 1, ProblemType.CONTENT_TOO_LARGE),
    ):
        body = b'{"a":"' + b"x" * (size - 8) + b'"}'
        answer = await made.caller.send("PUT", made.path, body=body)
        reason = Reason.FIELDS if kind is ProblemType.MALFORMED_REQUEST else None
        assert_problem(answer, kind, reason)


@pytest.mark.parametrize("endpoint", WRITES, ids=str)
async def test_a_body_is_declared_as_json(sqlite_host: TestHost, endpoint: Endpoint) -> None:
    made = call(endpoint, sqlite_host, await sqlite_host.report())
    for media_type in WRONG_TYPES:
        headers = {"content-type": media_type}
        answer = await made.caller.send("PUT", made.path, made.model, headers=headers)
        assert_problem(answer, ProblemType.UNSUPPORTED_MEDIA_TYPE, quotes=[SECRET])
    for media_type in ("application/json", "Application/JSON; charset=utf-8"):
        headers = {"content-type": media_type}
        answer = await made.caller.send("PUT", made.path, made.model, headers=headers)
        assert answer.status_code < 300, answer.text


@pytest.mark.parametrize("endpoint", SIGNED, ids=str)
async def test_nobody_is_heard_without_a_signature(
    host: TestHost, log: pytest.LogCaptureFixture, endpoint: Endpoint
) -> None:
    made = call(endpoint, host, await host.report())
    before = await host.rows()
    body = b"" if made.model is None else made.model.to_json()
    for fields in (
        {},
        {"signature": SECRET, "signature-input": SECRET},
        {"authorization": f"Bearer {SECRET}", "cookie": SECRET},
    ):
        headers = {**JSON_BODY, **fields}
        answer = await host.http.request(endpoint.method, made.path, content=body, headers=headers)
        reason = Reason.REQUEST_SYNTAX if "signature" in fields else None
        assert_problem(answer, ProblemType.SIGNATURE_REQUIRED, reason, quotes=[SECRET])
    assert await host.rows() == before
    assert_nothing_logged(log)


@pytest.mark.parametrize("endpoint", SIGNED, ids=str)
async def test_a_signature_for_another_method_or_path_is_refused(
    host: TestHost, endpoint: Endpoint
) -> None:
    made = call(endpoint, host, await host.report())
    body = b"" if made.model is None else made.model.to_json()
    for method, path in ((endpoint.method, made.path + "x"), ("POST", made.path)):
        fields = await made.caller.sign(method, path, body)
        headers = {**JSON_BODY, **fields}
        answer = await host.http.request(endpoint.method, made.path, content=body, headers=headers)
        assert_problem(answer, ProblemType.SIGNATURE_REQUIRED, Reason.REQUEST_SIGNATURE)


async def test_a_client_that_hangs_up_is_no_failure(log: pytest.LogCaptureFixture) -> None:
    async with new_host(SQLITE) as host:
        talk = host.correspondence()
        body = talk.put().to_json()
        fields = JSON_BODY | await talk.reporter.sign("PUT", "/v1/report", body)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "PUT",
            "path": "/v1/report",
            "raw_path": b"/v1/report",
            "query_string": b"",
            "root_path": "",
            "scheme": "https",
            "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
            "client": ("203.0.113.7", 1),
            "server": ("report.example", 443),
        }
        some = {"type": "http.request", "body": body[:100], "more_body": True}
        messages: Iterator[dict[str, object]] = iter([some, {"type": "http.disconnect"}])

        async def receive() -> dict[str, object]:
            return next(messages)

        sent: list[object] = []

        async def send(message: object) -> None:
            sent.append(message)

        transport = host.http._transport
        assert isinstance(transport, httpx.ASGITransport)
        await transport.app(scope, receive, send)
        assert sent == []
    assert_nothing_logged(log)

"""What surrounds every answer: security fields, cross-origin rules, media types, failures."""

import logging
from typing import Final

import pytest
from sqlalchemy import text

from meldpunt.server import errors
from meldpunt.server.host import Host
from meldpunt.server.http.problems import PROBLEM_OF
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.group_commit import GroupCommit
from meldpunt.server.store.submissions import NewReport, Outcome
from meldpunt.server.store.tables import metadata
from meldpunt.wire.problems import PROBLEM_MEDIA_TYPE, ProblemType
from tests.support.answers import assert_guarded, assert_problem
from tests.support.databases import SQLITE
from tests.support.endpoints import ENDPOINTS, Endpoint, call
from tests.support.hosts import CLIENT, FRONTEND, TestHost, new_host

PREFLIGHT: Final = {
    "origin": FRONTEND,
    "access-control-request-method": "PUT",
    "access-control-request-headers": "content-type, content-digest, signature, signature-input",
}
ASKING: Final = [e for e in ENDPOINTS if e.path not in {"/v1/challenges", "/v1/host"}]
"""What needs the database."""


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
async def test_every_answer_is_json_and_guarded(host: TestHost, endpoint: Endpoint) -> None:
    made = call(endpoint, host, await host.report())
    for _ in range(2):
        answer = await made.caller.send(endpoint.method, made.path, made.model)
        assert answer.status_code in {200, 201, 204}, answer.text
        assert_guarded(answer)
        if answer.status_code == 204:
            assert answer.content == b""
        else:
            assert answer.headers["content-type"] == "application/json"


def test_every_refusal_of_the_host_has_its_problem() -> None:
    kinds = set(errors.MeldpuntError.__subclasses__())
    kinds.update(errors.DatabaseFailedError.__subclasses__(), [errors.StoredValueError])
    assert kinds == set(PROBLEM_OF)


@pytest.mark.parametrize("kind", ProblemType, ids=lambda kind: kind.name)
def test_a_problem_says_what_to_do(kind: ProblemType) -> None:
    assert kind.uri.startswith("urn:meldpunt:problem:")
    assert 400 <= kind.status < 600
    assert kind.title.endswith(".")
    assert kind.advice.endswith(".")


async def test_a_listed_frontend_may_call(sqlite_host: TestHost) -> None:
    answer = await sqlite_host.http.options("/v1/report", headers=PREFLIGHT)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == FRONTEND
    allowed = answer.headers["access-control-allow-headers"].lower()
    for name in ("content-type", "content-digest", "signature", "signature-input"):
        assert name in allowed
    for method in ("GET", "PUT", "POST", "DELETE"):
        assert method in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in answer.headers
    assert_guarded(answer)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": FRONTEND + ".evil.example"},
        {"origin": FRONTEND.upper()},
        {"access-control-request-headers": "x-secret-thing"},
        {"access-control-request-method": "TRACE"},
    ],
    ids=lambda change: next(iter(change.values())),
)
async def test_a_preflight_for_anything_else_is_refused(
    sqlite_host: TestHost, changes: dict[str, str]
) -> None:
    answer = await sqlite_host.http.options("/v1/report", headers=PREFLIGHT | changes)
    quotes = ["evil", "x-secret-thing", "TRACE"]
    assert_problem(answer, ProblemType.MALFORMED_REQUEST, quotes=quotes)
    assert "access-control-allow-origin" not in answer.headers


async def test_only_a_listed_frontend_may_read_answers(sqlite_host: TestHost) -> None:
    for path in ("/v1/health", "/v1/report", "/v1/nothing"):
        for origin, expected in ((FRONTEND, FRONTEND), ("https://evil.example", None)):
            answer = await sqlite_host.http.get(path, headers={"origin": origin})
            assert answer.headers.get("access-control-allow-origin") == expected
    answer = await sqlite_host.http.get("/v1/health", headers={"origin": FRONTEND})
    assert "api-version" in answer.headers["access-control-expose-headers"]
    assert "origin" in answer.headers["vary"].lower()


@pytest.mark.parametrize(
    ("listed", "origin", "is_allowed"),
    [
        (("null",), "null", True),
        (("null",), "http://localhost:3000", False),
        (("localhost",), "http://localhost:3000", True),
        (("localhost",), "http://127.0.0.1:5173", True),
        (("localhost",), "http://[::1]", True),
        (("localhost",), "null", False),
        (("localhost",), "https://localhost", False),
        (("localhost",), "http://localhost.evil.example", False),
        (("localhost",), "http://localhost:3000.evil.example", False),
        (("localhost", FRONTEND), FRONTEND, True),
    ],
)
async def test_pages_from_disk_and_of_this_machine_are_allowed_by_name(
    listed: tuple[str, ...], origin: str, is_allowed: bool
) -> None:
    async with new_host(SQLITE, frontend_origins=listed) as host:
        answer = await host.http.get("/v1/health", headers={"origin": origin})
        asked = await host.http.options("/v1/report", headers=PREFLIGHT | {"origin": origin})
    expected = origin if is_allowed else None
    assert answer.headers.get("access-control-allow-origin") == expected
    assert asked.headers.get("access-control-allow-origin") == expected
    assert asked.status_code == (200 if is_allowed else 400)


async def test_without_a_list_no_frontend_may_read(sqlite_host: TestHost) -> None:
    async with new_host(SQLITE, frontend_origins=()) as host:
        answer = await host.http.get("/v1/health", headers={"origin": FRONTEND})
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
@pytest.mark.parametrize("accept", ["text/html", "image/png, text/*", "application/xml"])
async def test_who_takes_no_json_is_told(
    sqlite_host: TestHost, endpoint: Endpoint, accept: str
) -> None:
    made = call(endpoint, sqlite_host, await sqlite_host.report())
    answer = await made.caller.send(
        endpoint.method, made.path, made.model, headers={"accept": accept}
    )
    assert_problem(answer, ProblemType.NOT_ACCEPTABLE, quotes=[accept])


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*", "application/json", "text/html, application/json;q=0.5"]
)
async def test_who_takes_json_gets_it(sqlite_host: TestHost, accept: str) -> None:
    answer = await sqlite_host.http.get("/v1/health", headers={"accept": accept})
    assert answer.json() == {"status": "ok"}


async def test_the_host_says_by_which_names_it_goes(host: TestHost) -> None:
    info = await host.caller().read("/v1/host")
    assert info["origins"] == list(host.host.settings.origins)
    assert len(info["receiptKey"]) == 43


async def break_database(host: TestHost) -> None:
    """Take a table away, as a failing disk would."""

    def work(tx: Transaction) -> None:
        for table in metadata.tables:
            tx.execute(text(f"ALTER TABLE {table} RENAME TO broken_{table}"))

    await host.host.store.write(work)


@pytest.mark.parametrize("endpoint", ASKING, ids=str)
async def test_a_failure_inside_tells_nothing(
    host: TestHost, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    talk = await host.report()
    made = call(endpoint, host, talk)
    await break_database(host)
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    answer = await made.caller.send(endpoint.method, made.path, made.model)
    assert_problem(answer, ProblemType.INTERNAL, quotes=["Error", "SELECT", "table"])
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert record.name == "meldpunt"
    assert record.getMessage().startswith("internal failure: ")
    assert record.exc_info is None
    for value in (*made.path.split("/")[3:], "SELECT", "INSERT", CLIENT):
        assert value not in record.getMessage() or value in {"messages", "wraps", "box-keys"}


async def test_a_listed_frontend_may_read_a_failure(host: TestHost) -> None:
    await break_database(host)
    answer = await host.http.get(host.office.path, headers={"origin": FRONTEND})
    assert_problem(answer, ProblemType.INTERNAL)
    assert answer.headers["access-control-allow-origin"] == FRONTEND


async def test_a_host_without_its_database_is_not_healthy(host: TestHost) -> None:
    await break_database(host)
    assert_problem(await host.http.get("/v1/health"), ProblemType.INTERNAL)


async def test_a_database_that_is_gone_is_a_bare_500(
    caplog: pytest.LogCaptureFixture, database: str
) -> None:
    async with new_host(database) as host:

        async def fail(_work: object) -> None:
            raise OSError("a secret path, and a secret value")

        caplog.set_level(logging.DEBUG)
        object.__setattr__(host.host.store, "read", fail)
        answer = await host.http.get(host.office.path)
        assert_problem(answer, ProblemType.INTERNAL, quotes=["secret"])
        assert "secret" not in caplog.text
        assert "OSError" in caplog.text


async def test_a_full_queue_asks_to_come_back(host: TestHost) -> None:
    """The same bytes then succeed."""
    talk = host.correspondence()
    put = talk.put()
    full: GroupCommit[NewReport, Outcome] = GroupCommit(
        _never, size=lambda _: 0, capacity=0, capacity_bytes=0
    )
    open_queue = _swap(host.host, full)
    answer = await talk.reporter.put("/v1/report", put)
    assert_problem(answer, ProblemType.BUSY)
    assert int(answer.headers["retry-after"]) > 0
    _swap(host.host, open_queue)
    assert (await talk.reporter.put("/v1/report", put)).status_code == 201


async def _never(_group: list[NewReport]) -> list[Outcome]:
    raise AssertionError


def _swap(host: Host, queue: GroupCommit[NewReport, Outcome]) -> GroupCommit[NewReport, Outcome]:
    before = host.submissions
    object.__setattr__(host, "submissions", queue)
    return before


async def test_a_refusal_carries_the_problem_media_type(sqlite_host: TestHost) -> None:
    answer = await sqlite_host.http.get("/v1/report")
    assert answer.headers["content-type"] == PROBLEM_MEDIA_TYPE
    assert set(answer.json()) == {"type", "title", "status", "detail"}

"""Methods, paths and queries that are not quite ones."""

import pytest
from starlette.datastructures import QueryParams

from meldpunt.server.http import routes
from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_problem, not_found
from tests.support.endpoints import ENDPOINTS, Endpoint, call
from tests.support.hosts import TestHost
from tests.support.log_checks import SECRET, assert_nothing_logged


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
async def test_another_method_is_refused_and_the_right_ones_named(
    sqlite_host: TestHost, endpoint: Endpoint
) -> None:
    made = call(endpoint, sqlite_host, await sqlite_host.report())
    known = {e.method for e in ENDPOINTS if e.path == endpoint.path}
    for method in ("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", SECRET):
        if method in known:
            continue
        answer = await sqlite_host.http.request(method, made.path)
        assert answer.headers["allow"] == ", ".join(sorted(known))
        if method == "HEAD":
            assert answer.status_code == 405
        else:
            assert_problem(answer, ProblemType.METHOD_NOT_ALLOWED, quotes=[SECRET])


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
async def test_a_path_that_is_not_quite_one_is_not_found(
    sqlite_host: TestHost, log: pytest.LogCaptureFixture, endpoint: Endpoint
) -> None:
    made = call(endpoint, sqlite_host, await sqlite_host.report())
    right, mark, query = made.path.partition("?")
    for wrong in (
        right + "/",
        right + f"/{SECRET}/{SECRET}/{SECRET}/{SECRET}",
        right.replace("/v1/", "//v1/"),
        right.replace("/v1/", "/v2/"),
        right.upper(),
    ):
        path = wrong + mark + query
        answer = await made.caller.send(endpoint.method, path, made.model)
        not_found(answer)
        assert SECRET not in answer.text
    assert_nothing_logged(log)


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        "%00",
        "%ff%fe",
        "%2e%2e%2f" + SECRET,
        "..%5c" + SECRET,
        "%F0%9F%98%80",
        "a" * 20_000,
        "'; DROP TABLE reports; --".replace(" ", "%20"),
        "%7B%7B" + SECRET + "%7D%7D",
        "%25%32%30",
        "A" * 21 + "B",
        "A" * 42 + "B",
        "-1",
    ],
    ids=lambda text: text[:12],
)
async def test_garbage_in_a_path_is_not_found(
    sqlite_host: TestHost, log: pytest.LogCaptureFixture, text: str
) -> None:
    talk = await sqlite_host.report()
    for endpoint in ENDPOINTS:
        if "{" not in endpoint.path:
            continue
        parts = endpoint.path.split("/")
        parts = [text if part.startswith("{") else part for part in parts]
        made = call(endpoint, sqlite_host, talk)
        answer = await made.caller.send(endpoint.method, "/".join(parts), made.model)
        assert_problem(answer, ProblemType.NOT_FOUND, quotes=[SECRET, text[:50]])
    assert_nothing_logged(log)


async def test_a_garbage_query_does_no_harm(host: TestHost, log: pytest.LogCaptureFixture) -> None:
    """What an endpoint does not ask for is ignored; what it asks for is read strictly."""
    talk = await host.report()
    for endpoint in ENDPOINTS:
        made = call(endpoint, host, talk)
        for query in (f"{SECRET}={SECRET}", "%00", "&&&=", "a" * 20_000):
            path = f"{made.path}{'&' if '?' in made.path else '?'}{query}"
            answer = await made.caller.send(endpoint.method, path, made.model)
            assert answer.status_code < 300, answer.text
    assert_nothing_logged(log)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "after",
        "after=",
        "after=1",
        "after=1&after=2",
        "%61fter=%31",
        "a+fter=1&after=a+b",
        "after=%F0%9F%98%80",
        "after=%FF",
        "after=\xff",
        "after=1;after=2",
        "&&cursor=4&=&after=5&",
    ],
)
def test_a_query_says_what_the_framework_reads_in_it(query: str) -> None:
    """The host reads queries itself, because the framework builds more than a poll needs."""
    text = query.encode("latin-1")
    found = routes._in_query({"query_string": text}, ["after", "cursor"])
    read = QueryParams(text)
    assert found == {"after": read.get("after"), "cursor": read.get("cursor")}

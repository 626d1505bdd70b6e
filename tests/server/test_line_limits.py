"""A line that its operator limits: few new reports an hour, and all else goes on."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server import commands, limit_commands
from meldpunt.server.store.group_commit import GroupCommit
from meldpunt.server.usecases import line_limits
from meldpunt.server.usecases.line_limits import UnknownLineError
from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_problem
from tests.support.correspondence import Correspondence
from tests.support.hosts import TestHost
from tests.support.log_checks import assert_nothing_logged
from tests.support.office import Office
from tests.support.postgres import run_in_thread
from tests.support.publishing import publish
from tests.support.upkeep import erase_due

HOUR = 3600
NOTICED = 11
"""Seconds after which every process has asked for the limit again."""


async def limit(host: TestHost, per_hour: int, days: int = 7) -> None:
    """Limit the line with the operator's command, beside the host that serves."""
    line, settings = host.office.line, host.host.settings

    def work() -> object:
        return limit_commands.limit_line(settings, line, per_hour=per_hour, days=days)

    await asyncio.to_thread(run_in_thread, work)
    host.time.seconds += NOTICED


async def send(host: TestHost, report: Correspondence | None = None) -> httpx.Response:
    """Send a new report once."""
    talk = report or host.correspondence()
    return await talk.reporter.put("/v1/report", talk.put())


async def test_an_hour_takes_as_many_as_the_operator_says_and_the_next_one_again(
    host: TestHost,
) -> None:
    await host.report()
    await limit(host, 2)
    assert [(await send(host)).status_code for _ in range(2)] == [201, 201]
    refused = await send(host)
    assert_problem(refused, ProblemType.LINE_LIMITED)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) == HOUR - int(host.time.seconds) % HOUR
    host.time.seconds += int(refused.headers["retry-after"]) - 1
    assert (await send(host)).status_code == 429
    host.time.seconds += 1
    assert [(await send(host)).status_code for _ in range(3)] == [201, 201, 429]


async def test_who_has_a_report_goes_on(host: TestHost) -> None:
    before = await host.report()
    await limit(host, 1)
    talk = host.correspondence()
    put = talk.put()
    assert (await talk.reporter.put("/v1/report", put)).status_code == 201
    assert (await send(host)).status_code == 429
    assert (await talk.reporter.put("/v1/report", put)).status_code == 200  # the answer was lost
    await before.reporter_says()
    await before.handler_says(0, Tag.ACKNOWLEDGEMENT)
    assert (await before.reporter.get("/v1/report")).status_code == 200
    await before.reporter_says(Tag.WITHDRAWAL, immediate=True)


async def test_what_is_refused_takes_no_place(host: TestHost) -> None:
    await limit(host, 1)
    talk = host.correspondence()
    spoilt = talk.put()
    other = talk.put().model_copy(update={"message": host.correspondence().put().message})
    assert (await talk.reporter.put("/v1/report", other)).status_code == 400
    assert (await talk.reporter.put("/v1/report", spoilt)).status_code == 201
    assert (await send(host)).status_code == 429


async def test_many_at_once_share_the_places(host: TestHost) -> None:
    await limit(host, 3)
    answers = await asyncio.gather(*(send(host) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [429] * 9
    assert len((await host.rows())["reports"]) == 3


async def test_no_other_line_is_limited(host: TestHost) -> None:
    other = Office.make()
    await publish(host.http, "https://report.example", other, host.invites[1])
    await limit(host, 1)
    assert [(await send(host)).status_code for _ in range(2)] == [201, 429]
    for _ in range(3):
        talk = Correspondence(
            other, host.http, "https://report.example", lambda: host.time.day, other.readers(0, 1)
        )
        await talk.submit()


async def test_a_limit_ends_by_itself_and_can_be_lifted(host: TestHost) -> None:
    await limit(host, 1, days=2)
    assert [(await send(host)).status_code for _ in range(2)] == [201, 429]
    settings, line = host.host.settings, host.office.line

    def lift() -> list[Any]:
        found = [limit_commands.lift_limit(settings, line) for _ in range(2)]
        return [*found, list(limit_commands.list_limits(settings))]

    assert await asyncio.to_thread(run_in_thread, lift) == [True, False, []]
    host.time.seconds += NOTICED
    assert (await send(host)).status_code == 201


async def test_the_last_day_of_a_limit_is_its_last(host: TestHost) -> None:
    await line_limits.limit_line(host.host, host.office.line, per_hour=1, days=2)
    host.time.pass_days(1)
    assert [(await send(host)).status_code for _ in range(2)] == [201, 429]
    host.time.pass_days(1)
    assert [(await send(host)).status_code for _ in range(2)] == [201, 201]
    assert len((await host.rows())["line_limits"]) == 1
    await erase_due(host.host)
    assert (await host.rows())["line_limits"] == []


async def test_nothing_is_stored_of_who_was_counted(
    host: TestHost, log: pytest.LogCaptureFixture
) -> None:
    await line_limits.limit_line(host.host, host.office.line, per_hour=1, days=2)
    before = (await host.rows())["line_limits"]
    assert [(await send(host)).status_code for _ in range(2)] == [201, 429]
    assert (await host.rows())["line_limits"] == before
    assert before == [(host.office.line, 1, host.time.day + timedelta(days=2))]
    assert_nothing_logged(log)


async def test_a_line_that_is_not_here_is_told(host: TestHost) -> None:
    unknown = Office.make().line
    with pytest.raises(UnknownLineError):
        await line_limits.limit_line(host.host, unknown, per_hour=1, days=1)
    assert UnknownLineError in commands.KNOWN_ERRORS
    assert await line_limits.list_limits(host.host) == []


async def test_a_place_given_back_after_its_hour_is_none_of_the_next(host: TestHost) -> None:
    await limit(host, 1)
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def refused() -> None:
        async with line_limits.place_of(host.host, host.office.line, bytes(32)):
            waiting.set()
            await go_on.wait()

    late = asyncio.create_task(refused())
    await waiting.wait()
    host.time.seconds += 3600
    assert (await send(host)).status_code == 201
    go_on.set()
    await late
    assert (await send(host)).status_code == 429


async def test_a_defect_takes_no_place(host: TestHost, monkeypatch: pytest.MonkeyPatch) -> None:
    await limit(host, 1)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(GroupCommit, "submit", fail)
        assert (await send(host)).status_code == 500
    assert [(await send(host)).status_code for _ in range(2)] == [201, 429]

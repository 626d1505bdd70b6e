"""A host whose clock is wrong does nothing that cannot be undone, until an operator confirms."""

import asyncio
import logging
from datetime import date, timedelta
from typing import Any

import pytest

from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.app import open_host
from meldpunt.server.store import attachments
from meldpunt.server.store.attachments import AT_ONCE
from meldpunt.server.usecases import upkeep
from meldpunt.server.usecases.attachments.pieces import note_piece
from meldpunt.server.usecases.bulletins import write_bulletins
from meldpunt.server.usecases.last_day import (
    OtherDayError,
    UnconfirmedDayError,
    check_day,
    confirm_day,
)
from tests.server.test_uploads import of_reporter
from tests.store.test_blobs import new_name
from tests.support.clock import FIRST_DAY, SettableClock
from tests.support.hosts import TestHost

TEN_YEARS = 3650
OK = {"status": "ok"}
WAITING = {"status": "waiting", "reason": "day-unconfirmed"}


async def health(host: TestHost) -> object:
    answer = await host.http.get("/v1/health")
    assert answer.status_code == 200, "a proxy must not take the host out of service"
    return answer.json()


def told(log: pytest.LogCaptureFixture) -> list[str]:
    """Return what the host logged as a failure."""
    return [
        record.getMessage()
        for record in log.records
        if record.name == "meldpunt" and record.levelno >= logging.WARNING
    ]


async def everything(host: TestHost) -> dict[str, list[Any]]:
    """Return every row of every table, in an order that tidying does not change."""
    return {table: sorted(rows, key=repr) for table, rows in (await host.rows()).items()}


async def one_of_everything(host: TestHost) -> None:
    """Leave what a later day takes: a report, an upload and a piece on its way in."""
    talk = await host.report()
    assert (await of_reporter(talk).begin()).status_code == 201
    await note_piece(host.host)


@pytest.mark.parametrize("days", [TEN_YEARS, 8, -8, -TEN_YEARS])
async def test_a_host_that_starts_with_a_wrong_clock_changes_nothing_and_says_so(
    host: TestHost, log: pytest.LogCaptureFixture, days: int
) -> None:
    await one_of_everything(host)
    await upkeep.keep_terms_once(host.host, FIRST_DAY)
    before = await everything(host)
    assert told(log) == []
    assert await health(host) == OK
    host.time.pass_days(days)
    await upkeep.keep_terms_once(host.host, FIRST_DAY)
    assert await everything(host) == before
    (line,) = told(log)
    assert "nothing is erased" in line
    assert str(host.time.day.year) not in line
    assert await health(host) == WAITING


async def test_every_way_to_what_cannot_be_undone_is_closed(host: TestHost) -> None:
    await one_of_everything(host)
    await check_day(host.host)
    before = await everything(host)
    host.time.pass_days(TEN_YEARS)
    for act in (upkeep.erase_due, write_bulletins, upkeep.maintain):
        with pytest.raises(UnconfirmedDayError):
            await act(host.host)
    assert await everything(host) == before


@pytest.mark.parametrize("days", [0, 1, 7, -7])
async def test_a_week_passes_without_a_question(host: TestHost, days: int) -> None:
    assert await check_day(host.host) == FIRST_DAY
    host.time.pass_days(days)
    assert await check_day(host.host) == FIRST_DAY + timedelta(days=days)
    assert await health(host) == OK
    assert (await host.rows())["upkeep"] == [(1, max(FIRST_DAY, host.time.day))]


async def test_a_host_that_runs_sees_day_after_day(host: TestHost) -> None:
    for _ in range(30):
        await check_day(host.host)
        host.time.pass_days(1)
    assert await check_day(host.host) == FIRST_DAY + timedelta(days=30)


async def test_a_confirmed_day_is_worked_on(host: TestHost) -> None:
    await one_of_everything(host)
    await check_day(host.host)
    host.time.pass_days(TEN_YEARS)
    assert await upkeep.maintain(host.host, confirmed=host.time.day) == 1
    rows = await host.rows()
    assert (rows["reports"], rows["attachments"], rows["pieces"]) == ([], [], [])
    assert rows["upkeep"] == [(1, host.time.day)]
    assert await health(host) == OK


async def test_a_clock_that_was_ahead_is_set_back_with_a_word_of_the_operator(
    host: TestHost,
) -> None:
    host.time.pass_days(TEN_YEARS)
    await check_day(host.host)
    host.time.set_day(FIRST_DAY)
    with pytest.raises(UnconfirmedDayError):
        await check_day(host.host)
    await confirm_day(host.host, FIRST_DAY)
    assert await check_day(host.host) == FIRST_DAY


async def test_another_day_than_today_confirms_nothing(host: TestHost) -> None:
    await one_of_everything(host)
    await check_day(host.host)
    host.time.pass_days(TEN_YEARS)
    before = await everything(host)
    for day in (FIRST_DAY, host.time.day - timedelta(days=1), date.max):
        with pytest.raises(OtherDayError, match=str(host.time.day)):
            await upkeep.maintain(host.host, confirmed=day)
    assert await everything(host) == before


async def test_a_new_host_asks_nothing(empty_host: TestHost) -> None:
    assert (await empty_host.rows())["upkeep"] == []
    assert await health(empty_host) == OK
    await upkeep.keep_terms_once(empty_host.host, FIRST_DAY)
    assert (await empty_host.rows())["upkeep"] == [(1, FIRST_DAY)]


async def test_workers_that_look_at_once_keep_one_day(host: TestHost) -> None:
    assert set(await asyncio.gather(*[check_day(host.host) for _ in range(8)])) == {FIRST_DAY}
    host.time.pass_days(1)
    await asyncio.gather(*[check_day(host.host) for _ in range(8)])
    assert (await host.rows())["upkeep"] == [(1, host.time.day)]


async def test_a_worker_whose_clock_differs_is_refused_and_the_others_go_on(
    host: TestHost,
) -> None:
    await host.report()
    await check_day(host.host)
    ahead = SettableClock(FIRST_DAY + timedelta(days=TEN_YEARS))
    other = open_host(host.host.settings, clock=ahead.clock)
    with pytest.raises(UnconfirmedDayError):
        await upkeep.erase_due(other)
    await other.close()
    assert await upkeep.erase_due(host.host) == 0
    assert len((await host.rows())["reports"]) == 1


async def test_what_goes_at_once_goes_under_any_clock(host: TestHost) -> None:
    """An author who withdraws, or deletes an upload, does not wait for an operator."""
    talk = await host.report()
    await check_day(host.host)
    host.time.pass_days(9)
    coming = await note_piece(host.host)
    name = new_name()
    await host.host.store.write(lambda tx: attachments.insert_piece(tx, name, erase_on=AT_ONCE))
    host.time.pass_days(TEN_YEARS)
    await upkeep.keep_terms_once(host.host, FIRST_DAY)
    assert [row[1] for row in (await host.rows())["pieces"]] == [coming]
    host.time.set_day(FIRST_DAY + timedelta(days=9))
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
    assert (await host.rows())["body_parts"] == []

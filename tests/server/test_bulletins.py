"""Bulletins: one file a day, the same for everybody, that tells only a report's own key."""

import asyncio
import os
from datetime import date, timedelta
from typing import Final

import httpx
import pytest

from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.verify.bulletin import (
    MIN_TAGS,
    TAG_SIZE,
    BulletinIndex,
    bulletin_tag,
    find_days,
    read_bulletin,
    verify_index,
)
from meldpunt.protocol.verify.clock import CheckIn, Moment
from meldpunt.protocol.verify.days import parse_term
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.store.tables import bulletins, reports
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import BulletinKeyPut
from tests.support.answers import assert_problem, not_found
from tests.support.clock import FIRST_DAY
from tests.support.correspondence import Correspondence
from tests.support.hosts import TestHost
from tests.support.upkeep import erase_due, write_bulletins

KEY: Final = os.urandom(16)
DAY: Final = timedelta(days=1)


async def watched(host: TestHost, key: bytes = KEY) -> Correspondence:
    """Return a report, sent with a bulletin key."""
    talk = host.correspondence()
    talk.bulletin_key = key
    await talk.submit()
    return talk


async def index(host: TestHost) -> BulletinIndex:
    served = (await host.http.get("/v1/bulletins")).json()
    return verify_index(
        decode_base64url(served["index"]),
        decode_base64url(served["signature"]),
        receipt_key=host.host.secrets.receipt_key,
        today=host.time.day,
    )


async def fetch(host: TestHost, name: str) -> bytes:
    answer = await host.http.get(f"/v1/bulletins/{name}")
    assert answer.status_code == 200, answer.text
    return answer.content


async def days(host: TestHost, key: bytes = KEY) -> list[date]:
    """Return the days on which a key finds its tag, over all files of days."""
    known = await index(host)
    names = [entry.name for entry in known.bulletins if len(entry.name) == 10]
    found = [day for name in names for day in read_bulletin(name, await fetch(host, name), known)]
    return list(find_days(key, found))


async def next_day(host: TestHost, count: int = 1) -> None:
    """Let days pass, each with its upkeep."""
    for _ in range(count):
        host.time.pass_days(1)
        await write_bulletins(host.host)


async def test_a_host_that_begins_writes_the_day_before_so_that_there_is_an_index(
    host: TestHost,
) -> None:
    assert (await host.http.get("/v1/bulletins")).status_code == 404
    assert await write_bulletins(host.host) == 1
    known = await index(host)
    assert [entry.name for entry in known.bulletins] == [(FIRST_DAY - DAY).isoformat()]
    assert await write_bulletins(host.host) == 0


async def test_the_day_of_an_answer_is_told_and_no_other(host: TestHost) -> None:
    await write_bulletins(host.host)
    talk = await watched(host)
    await next_day(host, 2)
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    answered = host.time.day
    await next_day(host, 3)
    assert await days(host) == [answered]
    assert await days(host, os.urandom(16)) == []


async def test_what_the_reporter_writes_or_may_not_read_is_not_told(host: TestHost) -> None:
    talk = await watched(host)
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    await next_day(host, 1)
    await talk.reporter_says()
    await talk.handler_says(0, readers=talk.readers)
    await next_day(host, 1)
    assert await days(host) == [FIRST_DAY]


async def test_a_clock_that_falls_due_unmet_is_told_on_its_day(host: TestHost) -> None:
    talk = await watched(host)
    status = await talk.reporter.read("/v1/report")
    due = min(date.fromisoformat(clock["dueOn"]) for clock in status["clocks"])
    await next_day(host, (due - FIRST_DAY).days + 1)
    assert await days(host) == [due]


async def test_a_clock_that_is_met_in_time_is_not_told_again(host: TestHost) -> None:
    talk = await watched(host)
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    await next_day(host, 20)
    assert await days(host) == [FIRST_DAY]


async def test_check_ins_are_told_on_their_days_as_long_as_they_count(host: TestHost) -> None:
    check_ins = (
        CheckIn(starts_at=Moment.RECEIVED, term=parse_term("P3D")),
        CheckIn(starts_at=Moment.CLOSED, term=parse_term("P2D")),
        CheckIn(starts_at=Moment.CLOSED, term=parse_term("P9D")),
    )
    following = host.office.next(check_ins=check_ins)
    office_key = host.caller(host.office.line_key)
    assert (await office_key.put(following.path, following.put())).status_code == 200
    host.office = following
    talk = await watched(host)
    await next_day(host, 4)
    open_day = FIRST_DAY + 3 * DAY
    assert await days(host) == [open_day]
    for tag in (Tag.ACKNOWLEDGEMENT, Tag.FEEDBACK, Tag.CLOSING):
        await talk.handler_says(0, tag)
    closed_on = host.time.day
    await next_day(host, 4)
    told = [open_day, closed_on, closed_on + 2 * DAY]
    assert await days(host) == told
    await talk.reporter_says(Tag.REOPENING)
    await next_day(host, 8)
    assert await days(host) == told


async def test_a_file_is_written_once_and_never_for_today(host: TestHost) -> None:
    talk = await watched(host)
    await talk.handler_says(0)
    await write_bulletins(host.host)
    not_found(await host.http.get(f"/v1/bulletins/{FIRST_DAY}"))
    await next_day(host)
    before = await fetch(host, FIRST_DAY.isoformat())
    await talk.handler_says(1)
    await next_day(host)
    assert await fetch(host, FIRST_DAY.isoformat()) == before


async def test_just_after_midnight_the_day_before_is_not_written_yet(host: TestHost) -> None:
    await write_bulletins(host.host)
    host.time.pass_days(1)
    host.time.seconds -= 12 * 3600 - 60
    assert await write_bulletins(host.host) == 0
    host.time.seconds += 15 * 60
    assert await write_bulletins(host.host) == 1


async def test_days_on_which_the_host_was_down_have_files_too(host: TestHost) -> None:
    await write_bulletins(host.host)
    talk = await watched(host)
    await talk.handler_says(0)
    host.time.pass_days(40)
    assert await write_bulletins(host.host) == 40
    known = await index(host)
    assert "2026-03" in known.entries
    month = read_bulletin("2026-03", await fetch(host, "2026-03"), known)
    assert [day.day.day for day in month] == list(range(1, 32))
    assert find_days(KEY, month)[0] == FIRST_DAY


async def test_a_year_is_its_days(host: TestHost) -> None:
    host.time.set_day(date(2026, 12, 30))
    await write_bulletins(host.host)
    await next_day(host, 3)
    known = await index(host)
    assert [e.name for e in known.bulletins][-4:] == ["2026-12-31", "2026-12", "2026", "2027-01-01"]
    whole = await fetch(host, "2026")
    assert len(whole) == 3 * MIN_TAGS * TAG_SIZE
    assert len(read_bulletin("2026", whole, known)) == 3


async def test_an_index_only_grows(host: TestHost) -> None:
    await write_bulletins(host.host)
    before = await index(host)
    await next_day(host, 35)
    assert (await index(host)).extends(before)


async def test_sizes_rise_at_once_and_fall_after_ninety_days(host: TestHost) -> None:
    await write_bulletins(host.host)
    known = {bulletin_tag(os.urandom(16), FIRST_DAY) for _ in range(300)}
    talks = [await watched(host, os.urandom(16)) for _ in range(3)]
    for talk in talks:
        await talk.handler_says(0)
    await _write_with(host, known)
    await next_day(host, 90)
    counts = {e.name: e.tags for e in (await index(host)).bulletins if len(e.name) == 10}
    assert counts[FIRST_DAY.isoformat()] == 2 * MIN_TAGS
    assert counts[(FIRST_DAY + 89 * DAY).isoformat()] == 2 * MIN_TAGS
    assert counts[(FIRST_DAY + 90 * DAY).isoformat()] == MIN_TAGS


async def _write_with(host: TestHost, more: set[bytes]) -> None:
    """Write the first day as if so many more reports had got something."""
    module = "meldpunt.server.usecases.bulletins._real_tags"
    with pytest.MonkeyPatch.context() as patch:

        async def many(*_: object) -> set[bytes]:
            return more

        patch.setattr(module, many)
        await next_day(host)


async def test_the_same_key_again_is_200_and_another_one_409(host: TestHost) -> None:
    talk = await host.report()
    path = "/v1/report/bulletin-key"
    put = BulletinKeyPut(bulletin_key=KEY)
    first = await talk.reporter.put(path, put)
    again = await talk.reporter.put(path, put)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {"bulletinSince": FIRST_DAY.isoformat()}
    other = BulletinKeyPut(bulletin_key=os.urandom(16))
    assert_problem(await talk.reporter.put(path, other), ProblemType.CONFLICT)
    assert (await talk.reporter.read("/v1/report"))["bulletinSince"] == FIRST_DAY.isoformat()


async def test_nobody_else_sets_a_key(host: TestHost) -> None:
    await host.report()
    put = BulletinKeyPut(bulletin_key=KEY)
    stranger = host.caller(ReporterKeys.from_seed(os.urandom(32)).signing)
    not_found(await stranger.put("/v1/report/bulletin-key", put))
    not_found(await host.handler(0).put("/v1/report/bulletin-key", put))


async def test_the_database_does_not_hold_the_key_itself(host: TestHost) -> None:
    await watched(host)
    row = (await host.rows())["reports"][0]
    at = list(reports.c).index(reports.c.bulletin_key)
    assert row[at] != KEY
    assert not any(isinstance(value, bytes) and KEY in value for value in row)


async def test_erasure_takes_the_key_along(host: TestHost) -> None:
    talk = await watched(host)
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
    row = (await host.rows())["reports"][0]
    columns = list(reports.c)
    for column in (reports.c.bulletin_key, reports.c.bulletin_since):
        assert row[columns.index(column)] is None
    put = BulletinKeyPut(bulletin_key=KEY)
    answer = await talk.reporter.put("/v1/report/bulletin-key", put)
    assert_problem(answer, ProblemType.NOT_ALLOWED_NOW)


async def test_every_look_gets_the_same_bytes(host: TestHost) -> None:
    talk = await watched(host)
    await talk.handler_says(0)
    await next_day(host)
    looks = []
    for fields in ({}, {"range": "bytes=0-9"}, {"if-none-match": '"x"'}, {"if-range": '"x"'}):
        answers = [
            await host.http.get(path, headers=fields)
            for path in ("/v1/bulletins", f"/v1/bulletins/{FIRST_DAY}")
        ]
        looks.append([(a.status_code, a.content, sorted(a.headers.items())) for a in answers])
    assert all(look == looks[0] for look in looks)
    assert_open(await host.http.get(f"/v1/bulletins/{FIRST_DAY}"))


def assert_open(answer: httpx.Response) -> None:
    """Check that any page may read it, and that nothing tells when it was made."""
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"].startswith("public")
    assert not {"etag", "last-modified", "content-encoding", "set-cookie"} & set(answer.headers)


@pytest.mark.parametrize("name", ["2026-13", "today", "2026-3-1", "..", "2099-01-01", "%00"])
async def test_a_file_that_is_not_there_is_not_found(host: TestHost, name: str) -> None:
    await write_bulletins(host.host)
    not_found(await host.http.get(f"/v1/bulletins/{name}"))


async def test_a_restored_database_makes_the_same_fillers(host: TestHost) -> None:
    talk = await watched(host)
    await talk.handler_says(0)
    await next_day(host)
    first = await fetch(host, FIRST_DAY.isoformat())
    await host.host.store.write(lambda tx: tx.execute(bulletins.delete()))
    host.host.bulletins.clear()
    await write_bulletins(host.host)
    assert await fetch(host, FIRST_DAY.isoformat()) == first


async def test_two_processes_that_write_at_once_leave_one_file(host: TestHost) -> None:
    await write_bulletins(host.host)
    index_before = len((await index(host)).bulletins)
    host.time.pass_days(1)
    await asyncio.gather(write_bulletins(host.host), write_bulletins(host.host))
    assert len((await index(host)).bulletins) == index_before + 1


async def test_what_was_erased_since_is_still_told_of_its_day(host: TestHost) -> None:
    talk = await watched(host)
    await talk.handler_says(0)
    await next_day(host)
    host.time.pass_days(3000)
    await erase_due(host.host)
    assert (await host.rows())["reports"] == []
    assert await days(host) == [FIRST_DAY]

"""Erasure does not overtake people: what no handler has opened outlives its term, once."""

from datetime import date, timedelta
from typing import Any, Final

import pytest

from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.problems import ProblemType
from tests.support import upkeep
from tests.support.answers import assert_problem, not_found, stored
from tests.support.correspondence import Correspondence
from tests.support.hosts import TestHost

CLOSED_ON: Final = date(2026, 3, 12)
TERM: Final = date(2026, 5, 12)
"""Two months after closing."""
GRACE: Final = date(2026, 5, 26)
DAY: Final = timedelta(days=1)


async def closed(host: TestHost) -> Correspondence:
    """Return a report that every handler has opened, closed on a day."""
    talk = await host.report()
    host.time.set_day(CLOSED_ON)
    await talk.handler_says(0, Tag.FEEDBACK)
    await talk.handler_says(0, Tag.CLOSING)
    assert await kept_until(talk) == (TERM, False)
    return talk


async def kept_until(talk: Correspondence) -> tuple[date, bool]:
    """Return when a report is erased, and whether that waits for handlers; both sides see it."""
    shown: dict[str, Any] = await talk.reporter.read("/v1/report")
    entry = await talk.handler(0).read(talk.entry(0))
    said = ("erasedOn", "unopened")
    assert [entry[field] for field in said] == [shown[field] for field in said]
    return date.fromisoformat(shown["erasedOn"]), shown["unopened"]


async def erased_on(host: TestHost, talk: Correspondence, day: date) -> bool:
    """Let upkeep run on a day; say whether the report is gone."""
    host.time.set_day(day)
    await upkeep.erase_due(host.host)
    return (await talk.reporter.get("/v1/report")).status_code == 404


@pytest.mark.parametrize("before", [DAY, 0 * DAY])
async def test_a_reply_at_the_last_moment_outlives_the_term(
    host: TestHost, before: timedelta
) -> None:
    talk = await closed(host)
    host.time.set_day(TERM - before)
    await talk.reporter_says()
    assert await kept_until(talk) == (GRACE, True)
    assert not await erased_on(host, talk, TERM)
    assert not await erased_on(host, talk, GRACE - DAY)
    assert await erased_on(host, talk, GRACE)


async def test_a_reply_that_a_handler_has_opened_goes_on_its_term(host: TestHost) -> None:
    talk = await closed(host)
    host.time.set_day(TERM - 2 * DAY)
    await talk.reporter_says()
    await talk.handler_says(0, Tag.MESSAGE)
    assert await kept_until(talk) == (TERM, False)
    assert await erased_on(host, talk, TERM)


async def test_who_opens_it_in_the_grace_does_not_end_the_grace(host: TestHost) -> None:
    talk = await closed(host)
    host.time.set_day(TERM)
    await talk.reporter_says()
    await talk.handler_says(0, Tag.MESSAGE)  # on the very day of the term
    host.time.set_day(TERM + DAY)
    await talk.handler_says(1, Tag.MESSAGE)
    assert await kept_until(talk) == (GRACE, True)
    assert not await erased_on(host, talk, GRACE - DAY)


async def test_the_grace_is_given_once_whatever_is_written_in_it(host: TestHost) -> None:
    talk = await closed(host)
    host.time.set_day(TERM - DAY)
    await talk.reporter_says()
    host.time.set_day(TERM + 3 * DAY)
    await talk.reporter_says()
    assert await kept_until(talk) == (GRACE, True)
    assert await erased_on(host, talk, GRACE)


async def test_reopening_in_the_grace_keeps_the_report(host: TestHost) -> None:
    talk = await closed(host)
    host.time.set_day(TERM)
    await talk.reporter_says()
    host.time.set_day(TERM + DAY)
    await talk.handler_says(0, Tag.REOPENING)
    longest = host.office.document.maximum_term.after(date(2026, 3, 2))
    assert await kept_until(talk) == (longest, False)
    assert not await erased_on(host, talk, GRACE)


async def test_one_message_opened_and_a_later_one_not_is_not_opened(host: TestHost) -> None:
    talk = await closed(host)
    host.time.set_day(TERM - 3 * DAY)
    await talk.reporter_says()
    await talk.handler_says(0, Tag.MESSAGE)
    await talk.reporter_says()
    assert await kept_until(talk) == (GRACE, True)


async def test_what_a_handler_names_through_another_message_is_opened(host: TestHost) -> None:
    talk = await closed(host)
    host.time.set_day(TERM - 3 * DAY)
    await talk.reporter_says()
    await talk.reporter_says()  # a handler names the newest of each author alone
    draft = talk.draft(talk.office.people[0].id, Tag.MESSAGE)
    newest = talk.newest[REPORTER][1]
    own = talk.newest[talk.office.people[0].id][1]
    sealed = talk.by_handler(0, seen=tuple(sorted((newest, own))))
    assert draft.n == talk.newest[talk.office.people[0].id][0] + 1
    stored(await talk.handler_puts(0, sealed))
    assert await kept_until(talk) == (TERM, False)


async def test_what_a_handler_does_not_name_is_not_opened(host: TestHost) -> None:
    """Two at once: the handler answers what came before."""
    talk = await closed(host)
    host.time.set_day(TERM - 2 * DAY)
    crossing = talk.by_handler(0)
    await talk.reporter_says()
    stored(await talk.handler_puts(0, crossing))
    assert await kept_until(talk) == (GRACE, True)


async def test_a_report_that_nobody_ever_opened_outlives_the_longest_term(host: TestHost) -> None:
    talk = await host.report()
    longest = host.office.document.maximum_term.after(host.time.day)
    assert await kept_until(talk) == (longest + 14 * DAY, True)
    assert not await erased_on(host, talk, longest)
    assert await erased_on(host, talk, longest + 14 * DAY)


async def test_a_withdrawal_is_never_put_off(host: TestHost) -> None:
    talk = await closed(host)
    host.time.set_day(TERM - DAY)
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=False)
    assert await kept_until(talk) == (TERM, False)
    await talk.reporter_says()  # and taken back
    assert await kept_until(talk) == (GRACE, True)


async def test_nothing_is_taken_for_a_report_whose_day_has_come(host: TestHost) -> None:
    """Upkeep comes within the hour, or later: what came in between would be erased unread."""
    talk = await closed(host)
    host.time.set_day(TERM + DAY)
    late = talk.by_reporter()
    assert_problem(await talk.reporter_puts(late), ProblemType.NOT_ALLOWED_NOW)
    answer = talk.by_handler(0)
    assert_problem(await talk.handler_puts(0, answer), ProblemType.NOT_ALLOWED_NOW)
    assert await erased_on(host, talk, TERM + DAY)
    not_found(await talk.reporter_puts(late))


async def test_a_withdrawal_is_taken_even_then(host: TestHost) -> None:
    talk = await closed(host)
    host.time.set_day(TERM + DAY)
    stored(await talk.reporter_puts(talk.by_reporter(Tag.WITHDRAWAL, immediate=True)))

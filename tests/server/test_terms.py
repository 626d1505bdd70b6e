"""Clocks, withdrawal, retention and erasure, on a clock that the test sets."""

from datetime import date, timedelta
from typing import Any, Final

import pytest

from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.oral import make_successor
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import WrapsPut
from tests.support import upkeep
from tests.support.answers import assert_problem, malformed, not_found, refused, stored
from tests.support.clock import FIRST_DAY
from tests.support.correspondence import Correspondence, name
from tests.support.hosts import TestHost

OF_REPORTS: Final = ("reports", "messages", "body_parts", "wraps", "inbox")
"""Every table that holds anything of a report."""


async def status(talk: Correspondence) -> dict[str, Any]:
    return await talk.reporter.read("/v1/report")


async def clocks(talk: Correspondence) -> dict[str, tuple[str, str | None, bool]]:
    """Return due day, day met, and whether it is late, of each clock."""
    shown = (await status(talk))["clocks"]
    entry = await talk.handler(0).read(talk.entry(0))
    assert entry["clocks"] == shown, "both sides see the same"
    return {c["name"]: (c["dueOn"], c.get("metOn"), c["overdue"]) for c in shown}


async def counts(host: TestHost) -> tuple[int, ...]:
    rows = await host.rows()
    return tuple(len(rows[table]) for table in OF_REPORTS)


async def test_the_reporter_sees_when_an_answer_is_due(host: TestHost) -> None:
    talk = await host.report()
    assert await clocks(talk) == {
        "acknowledge": ("2026-03-09", None, False),
        "feedback": ("2026-06-09", None, False),
    }


async def test_a_clock_is_late_on_the_day_after(host: TestHost) -> None:
    talk = await host.report()
    host.time.set_day(date(2026, 3, 9))
    assert (await clocks(talk))["acknowledge"] == ("2026-03-09", None, False)
    host.time.set_day(date(2026, 3, 10))
    assert (await clocks(talk))["acknowledge"] == ("2026-03-09", None, True)
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    assert (await clocks(talk))["acknowledge"] == ("2026-03-09", "2026-03-10", True)


async def test_feedback_counts_from_the_acknowledgement(host: TestHost) -> None:
    talk = await host.report()
    host.time.pass_days(3)
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    assert (await clocks(talk))["acknowledge"] == ("2026-03-09", "2026-03-05", False)
    assert (await clocks(talk))["feedback"] == ("2026-06-05", None, False)
    host.time.set_day(date(2026, 6, 6))
    assert (await clocks(talk))["feedback"] == ("2026-06-05", None, True)


async def test_feedback_starts_on_day_seven_at_the_latest(host: TestHost) -> None:
    talk = await host.report()
    host.time.pass_days(20)
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    assert (await clocks(talk))["feedback"] == ("2026-06-09", None, False)


async def test_the_host_counts_from_its_own_day(host: TestHost) -> None:
    """A handler cannot date an acknowledgement back."""
    talk = await host.report()
    host.time.set_day(date(2026, 3, 11))
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT, day=date(2026, 3, 9))
    assert (await clocks(talk))["acknowledge"] == ("2026-03-09", "2026-03-11", True)


async def test_a_consultation_has_no_clocks_and_is_marked(host: TestHost) -> None:
    talk, report = await _consultation(host), await host.report()
    host.time.pass_days(1000)
    assert await clocks(talk) == {}
    assert (await status(talk))["consultation"]
    assert not (await status(report))["consultation"]
    inbox = (await talk.handler(0).read(talk.office.inbox))["entries"]
    assert sorted(entry["consultation"] for entry in inbox) == [False, True]


async def test_a_consultation_is_not_taken_over(host: TestHost) -> None:
    talk = await _consultation(host)
    new = ReporterKeys.from_seed(bytes(32))
    successor = make_successor(
        new,
        line=host.office.line,
        report=talk.keys.report_id,
        replaced=talk.keys.signing,
    )
    draft = talk.draft(REPORTER, Tag.SUCCESSION, successor=successor)
    answer = await talk.reporter_puts(talk.seal(draft, new.signing))
    assert_problem(answer, ProblemType.NOT_ALLOWED_NOW)


async def test_a_consultation_is_withdrawn_and_erased_like_a_report(host: TestHost) -> None:
    talk = await _consultation(host)
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
    shown = await status(talk)
    assert shown["erased"]
    assert shown["consultation"]
    assert shown["clocks"] == []


async def _consultation(host: TestHost) -> Correspondence:
    talk = host.correspondence()
    put = talk.put(talk.seal(talk.first_draft(origin="consultation"), talk.keys.signing))
    stored(await talk.reporter.put_twice("/v1/report", put))
    talk.note(put.message)
    return talk


async def test_a_pause_moves_what_is_due(host: TestHost) -> None:
    talk = await host.report()
    await talk.handler_says(0, Tag.PAUSE, until=FIRST_DAY + timedelta(days=10))
    assert (await clocks(talk))["acknowledge"] == ("2026-03-19", None, False)
    backwards = talk.by_handler(0, Tag.PAUSE, until=FIRST_DAY)
    refused(await talk.handler_puts(0, backwards), Reason.HEADER_FIELDS)
    endless = talk.by_handler(0, Tag.PAUSE)
    refused(await talk.handler_puts(0, endless), Reason.HEADER_FIELDS)


async def test_the_clocks_cannot_be_paused_away(host: TestHost) -> None:
    talk = await host.report()
    endless = talk.by_handler(0, Tag.PAUSE, until=FIRST_DAY + timedelta(days=367))
    refused(await talk.handler_puts(0, endless), Reason.HEADER_FIELDS)
    for _ in range(32):
        await talk.handler_says(0, Tag.PAUSE, until=FIRST_DAY + timedelta(days=1))
    again = talk.by_handler(0, Tag.PAUSE, until=FIRST_DAY + timedelta(days=1))
    assert_problem(await talk.handler_puts(0, again), ProblemType.NOT_ALLOWED_NOW)


async def test_a_report_keeps_the_clocks_it_was_made_with(host: TestHost) -> None:
    talk = await host.report()
    shorter = host.office.document.clocks[0].model_copy(update={"term": (1, "D")})
    following = host.office.next(clocks=(shorter,))
    answer = await host.caller(host.office.line_key).put(following.path, following.put())
    malformed(answer, Reason.FIELDS)
    one_clock = host.office.next(clocks=host.office.document.clocks[:1])
    answer = await host.caller(host.office.line_key).put(one_clock.path, one_clock.put())
    assert answer.status_code == 200
    assert len(await clocks(talk)) == 2


async def test_a_withdrawal_cools_off_for_the_lines_term(host: TestHost) -> None:
    talk = await host.report()
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=False)
    shown = await status(talk)
    assert (shown["state"], shown["erasedOn"], shown["erased"]) == (
        "withdrawn",
        "2026-03-16",
        False,
    )
    host.time.set_day(date(2026, 3, 15))
    assert await upkeep.erase_due(host.host) == 0
    assert (await counts(host))[:2] == (1, 3)
    host.time.set_day(date(2026, 3, 16))
    assert await upkeep.erase_due(host.host) == 1
    await only_the_withdrawal_is_left(host, talk)


async def only_the_withdrawal_is_left(host: TestHost, talk: Correspondence) -> None:
    """Check that header, signature, keys and day remain, and no body, wrap or other message."""
    assert await counts(host) == (1, 1, 0, 0, 2)
    shown = await status(talk)
    assert (shown["state"], shown["erased"]) == ("withdrawn", True)
    withdrawal = talk.messages[-1].model_dump(mode="json", by_alias=True)
    for caller, path in (
        (talk.reporter, "/v1/report/messages"),
        (talk.handler(0), f"{talk.entry(0)}/messages"),
    ):
        (left,) = (await caller.read(path))["messages"]
        assert (left["header"], left["signature"]) == (
            withdrawal["header"],
            withdrawal["signature"],
        )
        assert "body" not in left
        assert (left["wraps"], left["wrappedFor"]) == ([], [])
    assert (await talk.handler(0).read(talk.entry(0)))["messageCount"] == 0


async def test_a_withdrawal_now_erases_at_once_and_its_retry_succeeds(host: TestHost) -> None:
    talk = await host.report()
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
    await only_the_withdrawal_is_left(host, talk)


async def test_what_remains_of_a_withdrawal_goes_too(host: TestHost) -> None:
    talk = await host.report()
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
    host.time.pass_days(59)
    assert await upkeep.erase_due(host.host) == 0
    host.time.pass_days(1)
    assert await upkeep.erase_due(host.host) == 1
    assert await counts(host) == (0, 0, 0, 0, 0)
    not_found(await talk.reporter.get("/v1/report"))
    assert await talk.handler(0).read(talk.office.inbox) == {"entries": []}


async def test_a_later_message_takes_a_withdrawal_back(host: TestHost) -> None:
    talk = await host.report()
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=False)
    await talk.handler_says(0)
    assert (await status(talk))["state"] == "withdrawn"
    await talk.reporter_says()
    shown = await status(talk)
    assert (shown["state"], shown["erasedOn"]) == ("received", "2027-03-16")
    host.time.pass_days(30)
    assert await upkeep.erase_due(host.host) == 0
    assert (await counts(host))[:2] == (1, 4)


async def test_nothing_is_added_to_what_is_erased(host: TestHost) -> None:
    talk = await host.report()
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
    for answer in (
        await talk.reporter_puts(talk.by_reporter()),
        await talk.handler_puts(0, talk.by_handler(0)),
    ):
        assert_problem(answer, ProblemType.NOT_ALLOWED_NOW)
    wraps = WrapsPut(wraps=talk.messages[0].wraps)
    for message in talk.messages:
        path = f"{talk.entry(0)}/messages/{name(message)}/wraps"
        answer = await talk.handler(0).put(path, wraps)
        assert_problem(answer, ProblemType.NOT_ALLOWED_NOW)
    again = talk.put(talk.messages[0])
    assert_problem(await talk.reporter.put("/v1/report", again), ProblemType.CONFLICT)
    assert await counts(host) == (1, 1, 0, 0, 2)


async def test_a_closed_report_goes_after_the_lines_retention(host: TestHost) -> None:
    talk = await host.report()
    for tag in (Tag.FEEDBACK, Tag.CLOSING):
        await talk.handler_says(0, tag)
    assert (await status(talk))["erasedOn"] == "2026-05-02"
    host.time.set_day(date(2026, 5, 1))
    assert await upkeep.erase_due(host.host) == 0
    host.time.set_day(date(2026, 5, 2))
    assert await upkeep.erase_due(host.host) == 1
    assert await counts(host) == (0, 0, 0, 0, 0)
    not_found(await talk.reporter.get("/v1/report"))


async def test_reopening_stops_the_retention(host: TestHost) -> None:
    talk = await host.report()
    for tag in (Tag.FEEDBACK, Tag.CLOSING, Tag.REOPENING):
        await talk.handler_says(0, tag)
    host.time.set_day(date(2026, 6, 1))
    assert await upkeep.erase_due(host.host) == 0
    assert (await status(talk))["erasedOn"] == "2027-03-02"


async def test_a_report_that_never_closes_goes_after_the_longest_term(host: TestHost) -> None:
    talk = await host.report()
    host.time.set_day(date(2027, 3, 1))
    assert await upkeep.erase_due(host.host) == 0
    await talk.handler_says(0)
    host.time.set_day(date(2027, 3, 2))
    assert await upkeep.erase_due(host.host) == 1
    assert await counts(host) == (0, 0, 0, 0, 0)


async def test_erasure_leaves_the_neighbours_alone(host: TestHost) -> None:
    gone, kept = await host.report(), await host.report()
    await kept.handler_says(0)
    await gone.reporter_says(Tag.WITHDRAWAL, immediate=True)
    host.time.pass_days(60)
    assert await upkeep.maintain(host.host) == 1
    assert (await counts(host))[:2] == (1, 2)
    page = await kept.handler(0).read(f"{kept.entry(0)}/messages")
    assert all("body" in message for message in page["messages"])


async def test_many_due_at_once_all_go(host: TestHost) -> None:
    for _ in range(45):
        await host.report()
    host.time.set_day(date(2027, 3, 16))
    assert await upkeep.erase_due(host.host) == 45
    assert await counts(host) == (0, 0, 0, 0, 0)


async def test_the_hash_of_an_erased_report_opens_nothing(host: TestHost) -> None:
    """The same keys may report again: nothing of the first time is left to compare with."""
    talk = await host.report()
    first = talk.messages[0]
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
    host.time.pass_days(60)
    await upkeep.erase_due(host.host)
    everything = repr(await host.rows()).encode()
    for trace in (first.message_id, talk.keys.report_id, talk.keys.signing.public_key):
        assert repr(trace).encode() not in everything
    host.time.set_day(FIRST_DAY)
    talk.newest.clear()
    stored(await talk.reporter.put("/v1/report", talk.put()))


@pytest.mark.parametrize("field", ["until", "immediate"])
async def test_a_field_goes_with_its_tag_only(host: TestHost, field: str) -> None:
    talk = await host.report()
    changes: dict[str, Any] = {"until": FIRST_DAY + timedelta(days=3), "immediate": True}
    refused(
        await talk.handler_puts(0, talk.by_handler(0, Tag.MESSAGE, **{field: changes[field]})),
        Reason.HEADER_FIELDS,
    )
    refused(
        await talk.reporter_puts(talk.by_reporter(Tag.MESSAGE, **{field: changes[field]})),
        Reason.HEADER_FIELDS,
    )
    without = talk.by_reporter(Tag.WITHDRAWAL)
    refused(await talk.reporter_puts(without), Reason.HEADER_FIELDS)
    assert ids.message_id(without.header) == without.message_id

"""An office sees how many reports wait on which clock, and no report."""

import json
from datetime import date, timedelta
from typing import Any, Final

from meldpunt.protocol.verify.log.header import Tag
from tests.support.answers import not_found
from tests.support.hosts import TestHost
from tests.support.office import Office
from tests.support.two_offices import HandedOver

DAY: Final = timedelta(days=1)


async def clocks(host: TestHost) -> dict[str, Any]:
    """Return what the line key gets; asked twice, it is the same."""
    owner = host.caller(host.office.line_key)
    found: dict[str, Any] = await owner.read(f"{host.office.path}/clocks")
    assert await owner.read(f"{host.office.path}/clocks") == found
    return found


def waiting(found: dict[str, Any]) -> list[tuple[str, str, bool, int]]:
    return [(c["name"], c["dueOn"], c["overdue"], c["reports"]) for c in found["clocks"]]


async def test_reports_are_counted_by_what_they_wait_for(host: TestHost) -> None:
    today = host.time.day
    answered, _, closed = [await host.report() for _ in range(3)]
    await answered.handler_says(0, Tag.ACKNOWLEDGEMENT)
    for tag in (Tag.ACKNOWLEDGEMENT, Tag.FEEDBACK, Tag.CLOSING):
        await closed.handler_says(0, tag)
    host.time.set_day(today + 8 * DAY)
    await host.report()
    found = await clocks(host)
    acknowledge = [row for row in waiting(found) if row[0] == "acknowledge"]
    assert acknowledge == [
        ("acknowledge", str(today + 7 * DAY), True, 1),
        ("acknowledge", str(today + 15 * DAY), False, 1),
    ]
    assert sum(row[3] for row in waiting(found) if row[0] == "feedback") == 3
    assert found["unopened"] == []


async def test_the_answer_names_no_report_and_no_reader(host: TestHost) -> None:
    talk = await host.report()
    told = json.dumps(await clocks(host))
    names = (talk.entry(0).removeprefix("/v1/inbox/"), "handler", "report_id", "reader", "entry")
    assert not [name for name in names if name in told]
    assert set(json.loads(told)["clocks"][0]) == {"name", "dueOn", "overdue", "reports"}


async def test_nobody_but_the_line_key_in_force_may_ask(host: TestHost) -> None:
    talk = await host.report()
    other = Office.make()
    for caller in (talk.reporter, talk.handler(0), host.caller(other.line_key)):
        not_found(await caller.get(f"{host.office.path}/clocks"))
    not_found(await host.caller(host.office.line_key).get(f"{other.path}/clocks"))


async def test_what_is_kept_past_its_term_unopened_is_counted(host: TestHost) -> None:
    talk = await host.report()
    host.time.set_day(date(2026, 3, 12))
    await talk.handler_says(0, Tag.FEEDBACK)
    await talk.handler_says(0, Tag.CLOSING)
    host.time.set_day(date(2026, 5, 11))
    await talk.reporter_says()
    assert (await clocks(host))["unopened"] == []
    host.time.set_day(date(2026, 5, 12))
    found = await clocks(host)
    assert found["unopened"] == [{"erasedOn": "2026-05-26", "reports": 1}]
    assert found["clocks"] == []


async def test_a_report_counts_for_the_line_that_answers_it_and_for_no_other(
    host: TestHost,
) -> None:
    talk = await HandedOver.begin(host)
    other = host.caller(talk.other.line_key)

    async def counts() -> tuple[int, int]:
        theirs: dict[str, Any] = await other.read(f"{talk.other.path}/clocks")
        return len((await clocks(host))["clocks"]), len(theirs["clocks"])

    assert await counts() == (2, 0)
    consent = await talk.agree()
    assert await counts() == (2, 0)  # the sender stays responsible until then
    await talk.decide(Tag.ACCEPTANCE, consent)
    assert await counts() == (0, 2)

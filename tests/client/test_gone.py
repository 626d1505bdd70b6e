"""A host says that a report is erased: who remembers more than it shows does not believe it."""

from collections.abc import Callable
from datetime import date, timedelta

import httpx

from meldpunt.client import DraftReport, NoticeKind, Visit
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import Tag, parse_header
from meldpunt.wire.reports import EntryStatus, MessagesPage, ReportStatus, ServedMessage
from tests.client.hosted_line import Change, HostedLine, json_answer
from tests.client.test_bad_host import alarms
from tests.support.upkeep import erase_due

PAST_COOLING_OFF = 40
"""Days: the withdrawal term of the preset is shorter."""


def replaying(tag: Tag, *, day: Callable[[date], date] = lambda day: day) -> Change:
    """Say that the report is erased, and show of it one message alone."""

    def shown(message: ServedMessage) -> ServedMessage:
        update = {"body": None, "wraps": (), "received_on": day(message.received_on)}
        return message.model_copy(update=update)

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        path = request.url.path
        if request.method != "GET" or not path.startswith(("/v1/inbox/", "/v1/report")):
            return response
        if path.endswith("/messages"):
            page = MessagesPage.from_value(response.json())
            kept = [shown(m) for m in page.messages if parse_header(m.header).tag is tag]
            return json_answer(page.model_copy(update={"messages": tuple(kept)}).to_json())
        kind = ReportStatus if path == "/v1/report" else EntryStatus
        claim = kind.from_value(response.json())
        return json_answer(claim.model_copy(update={"erased": True, "message_count": 1}).to_json())

    return change


async def withdrawn(hosted: HostedLine, *, immediate: bool = False) -> tuple[DraftReport, Visit]:
    """Let somebody report, be read, and withdraw."""
    await hosted.open_line()
    submission = await hosted.submit()
    await hosted.only_entry(hosted.handlers[0])
    visit = await hosted.visit(submission)
    await visit.withdraw(language="en", immediate=immediate)
    return submission, visit


async def test_a_cancelled_withdrawal_that_is_served_again_erases_nothing(
    hosted: HostedLine,
) -> None:
    _, visit = await withdrawn(hosted)
    await visit.reply("No, keep it.", language="en")
    handler = hosted.handlers[0]
    await hosted.only_entry(handler)
    remembered = dict(handler.memory.reports)
    hosted.clock.pass_days(PAST_COOLING_OFF)
    hosted.network.change = replaying(Tag.WITHDRAWAL)
    thread = await hosted.only_entry(handler)
    assert not thread.erased
    assert {Reason.GAP, Reason.UNKNOWN_SEEN} <= alarms(thread)
    assert handler.memory.reports.keys() == remembered.keys()


async def test_a_withdrawal_that_is_dated_back_once_it_was_told_erases_nothing(
    hosted: HostedLine,
) -> None:
    await withdrawn(hosted)
    handler = hosted.handlers[0]
    await hosted.only_entry(handler)
    hosted.network.change = replaying(Tag.WITHDRAWAL, day=lambda day: day - timedelta(days=30))
    thread = await hosted.only_entry(handler)
    assert not thread.erased
    assert Reason.GAP in alarms(thread)


async def test_a_withdrawal_from_before_the_last_reading_cannot_be_new(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    hosted.clock.pass_days(30)
    await hosted.only_entry(handler)
    await (await hosted.visit(submission)).withdraw(language="en")
    hosted.network.change = replaying(Tag.WITHDRAWAL, day=lambda day: day - timedelta(days=30))
    thread = await hosted.only_entry(handler)
    assert not thread.erased
    assert Reason.GAP in alarms(thread)


async def test_a_withdrawal_that_was_told_erases_on_the_day_that_was_told(
    hosted: HostedLine,
) -> None:
    await withdrawn(hosted)
    handler = hosted.handlers[0]
    until = (await hosted.only_entry(handler)).status.erased_on
    hosted.clock.pass_days((until - hosted.today()).days)
    await erase_due(hosted.host)
    thread = await hosted.only_entry(handler)
    assert (thread.erased, thread.alarms, handler.memory.reports) == (True, (), {})


async def test_a_withdrawal_that_is_dated_later_once_it_was_told_is_noticed(
    hosted: HostedLine,
) -> None:
    await withdrawn(hosted)
    handler = hosted.handlers[0]
    first = await hosted.only_entry(handler)

    def later(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/messages"):
            return response
        page = MessagesPage.from_value(response.json())
        day = page.messages[-1].received_on + timedelta(days=1)
        moved = page.messages[-1].model_copy(update={"received_on": day})
        messages = (*page.messages[:-1], moved)
        return json_answer(page.model_copy(update={"messages": messages}).to_json())

    hosted.clock.pass_days(1)
    hosted.network.change = later
    thread = await hosted.only_entry(handler)
    assert NoticeKind.HOST_DAY in {notice.kind for notice in thread.notices}
    assert thread.status.erased_on == first.status.erased_on


async def test_an_answer_that_hides_a_reopening_does_not_shorten_the_memory(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    await handler.feedback(await hosted.only_entry(handler), "Done.", language="en")
    await handler.close(await hosted.only_entry(handler), "Closed.", language="en")
    await (await hosted.visit(submission)).reopen("Not yet.", language="en")
    whole = await hosted.only_entry(handler)
    until = whole.report.terms.erased_once_opened(whole.status.milestones)

    def closed(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/messages"):
            return response
        page = MessagesPage.from_value(response.json())
        return json_answer(page.model_copy(update={"messages": page.messages[:-1]}).to_json())

    hosted.network.change = closed
    thread = await hosted.only_entry(handler)
    assert thread.status.erased_on < until
    assert [seen.until for seen in handler.memory.reports.values()] == [until]


async def test_a_reporter_on_a_visit_does_not_believe_an_old_withdrawal(hosted: HostedLine) -> None:
    _, visit = await withdrawn(hosted)
    await visit.reply("No, keep it.", language="en")
    hosted.clock.pass_days(PAST_COOLING_OFF)
    hosted.network.change = replaying(Tag.WITHDRAWAL)
    thread = await visit.refresh()
    assert not thread.erased
    assert Reason.GAP in alarms(thread)


async def test_a_kept_proof_contradicts_an_old_withdrawal(hosted: HostedLine) -> None:
    submission, visit = await withdrawn(hosted)
    withdrawal = (await visit.prove()).data
    await visit.reply("No, keep it.", language="en")
    kept = (await visit.prove()).data
    hosted.clock.pass_days(PAST_COOLING_OFF)
    hosted.network.change = replaying(Tag.WITHDRAWAL)
    again = await hosted.visit(submission)
    assert again.thread.erased, "the device of the reporter keeps nothing"
    assert (await again.prove(kept)).is_withheld_in(again.thread)
    assert not (await again.prove(withdrawal)).is_withheld_in(again.thread)

"""Erasure that waits for what no handler has opened: computed by clients, told to people."""

from datetime import timedelta

from meldpunt.client import (
    DraftReport,
    Handler,
    NoticeKind,
    erased_soon,
    passed_on_until,
    unopened_reminder,
)
from tests.client.hosted_line import HostedLine
from tests.client.test_bad_host import claims, kinds
from tests.support.upkeep import erase_due

DAY = timedelta(days=1)
GRACE = timedelta(days=14)


async def closed(hosted: HostedLine) -> tuple[DraftReport, Handler]:
    """Let somebody report, get feedback, and see the report closed."""
    await hosted.open_line()
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    await handler.feedback(await hosted.only_entry(handler), "It was a mistake.", language="en")
    await handler.close(await hosted.only_entry(handler), "Closed.", language="en")
    return submission, handler


async def to_the_last_day(hosted: HostedLine, submission: DraftReport) -> None:
    end = (await hosted.visit(submission)).thread.status.erased_on
    hosted.clock.pass_days((end - DAY - hosted.today()).days)


async def test_both_sides_count_the_grace_alike_and_find_nothing_wrong(
    hosted: HostedLine,
) -> None:
    submission, handler = await closed(hosted)
    await to_the_last_day(hosted, submission)
    end = hosted.today() + DAY
    await (await hosted.visit(submission)).reply("Wait, look again.", language="en")
    for day in (0, 1, 2):
        hosted.clock.pass_days(min(day, 1))
        await erase_due(hosted.host)
        for thread in (
            (await hosted.visit(submission)).thread,
            await hosted.only_entry(handler),
        ):
            assert (thread.status.erased_on, thread.status.unopened) == (end + GRACE, True)
            assert (thread.notices, thread.alarms) == ((), ())


async def test_an_answer_in_the_grace_is_read_before_the_report_goes(hosted: HostedLine) -> None:
    submission, handler = await closed(hosted)
    await to_the_last_day(hosted, submission)
    await (await hosted.visit(submission)).reply("Wait, look again.", language="en")
    hosted.clock.pass_days(3)
    await handler.reply(await hosted.only_entry(handler), "We will.", language="en")
    await erase_due(hosted.host)
    assert (await hosted.visit(submission)).thread.messages[-1].text == "We will."


async def test_what_a_handler_remembers_raises_no_alarm_after_a_colleague_opened_it(
    hosted: HostedLine,
) -> None:
    submission, handler = await closed(hosted)
    await to_the_last_day(hosted, submission)
    await (await hosted.visit(submission)).reply("Wait, look again.", language="en")
    await hosted.only_entry(handler)
    colleague = hosted.handlers[1]
    await colleague.reply(await hosted.only_entry(colleague), "Noted.", language="en")
    hosted.clock.pass_days(1)
    assert await erase_due(hosted.host) == 1
    assert handler.memory.unlisted([], hosted.today()) == ()


async def test_a_handler_passes_on_what_waits_to_be_opened(hosted: HostedLine) -> None:
    submission, handler = await closed(hosted)
    await to_the_last_day(hosted, submission)
    await (await hosted.visit(submission)).reply("Wait, look again.", language="en")
    hosted.clock.pass_days(5)
    assert passed_on_until(await hosted.only_entry(handler)) >= hosted.today()


async def test_a_host_that_hides_or_invents_the_grace_is_noticed(hosted: HostedLine) -> None:
    submission, _ = await closed(hosted)
    hosted.network.change = claims(unopened=True)
    assert NoticeKind.HOST_CLOCKS in kinds((await hosted.visit(submission)).thread)


async def test_who_writes_in_the_last_days_is_told_the_day(hosted: HostedLine) -> None:
    submission, _ = await closed(hosted)
    thread = (await hosted.visit(submission)).thread
    end = thread.status.erased_on
    assert erased_soon(thread, end - 15 * DAY) is None
    assert erased_soon(thread, end - 14 * DAY) == end
    visit = await hosted.visit(submission)
    await visit.withdraw(language="en")
    assert erased_soon((await hosted.visit(submission)).thread, end - DAY) is None


async def test_a_handler_is_reminded_of_what_nobody_has_answered(hosted: HostedLine) -> None:
    submission, handler = await closed(hosted)
    await to_the_last_day(hosted, submission)
    assert unopened_reminder([e async for e in handler.entries()], hosted.today()) is None
    await (await hosted.visit(submission)).reply("Wait, look again.", language="en")
    reminder = unopened_reminder([e async for e in handler.entries()], hosted.today())
    assert reminder is not None
    assert reminder.day == hosted.today() + DAY + GRACE


async def test_a_new_report_is_no_reason_to_remind(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    entries = [entry async for entry in hosted.handlers[0].entries()]
    assert [entry.unopened for entry in entries] == [True]
    assert unopened_reminder(entries, hosted.today()) is None

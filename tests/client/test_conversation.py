"""A report from end to end, each side on its own connection."""

from datetime import timedelta

from meldpunt.client import Confirmation, Readability
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import Tag
from tests.client.hosted_line import FIRST_DAY, TEXT, HostedLine


async def test_both_readers_read_a_report_and_the_third_sees_no_trace(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit(readers=(0, 1))
    for number in (0, 1):
        thread = await hosted.only_entry(hosted.handlers[number])
        assert [message.text for message in thread.messages] == [TEXT]
        assert thread.alarms == ()
        assert thread.notices == ()
    assert (await hosted.handlers[2].inbox()).entries == ()


async def test_a_whole_conversation_needs_the_receipt_only(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    await handler.acknowledge(thread, "We received it.", language="en")
    thread = await hosted.only_entry(handler)
    await handler.reply(thread, "Which invoices?", language="en")

    visit = await hosted.visit(submission)
    assert [message.text for message in visit.thread.messages] == [
        None,
        "We received it.",
        "Which invoices?",
    ]
    assert visit.thread.messages[0].readability is Readability.OWN
    assert visit.thread.status.state is State.ACKNOWLEDGED
    due = {clock.name: clock.due_on for clock in visit.thread.status.clocks}
    assert due == {
        "acknowledgement": FIRST_DAY + timedelta(days=7),
        "feedback": FIRST_DAY.replace(month=6),
    }
    await visit.reply("Numbers 17 and 18.", language="en")

    thread = await hosted.only_entry(hosted.handlers[1])
    assert thread.messages[-1].text == "Numbers 17 and 18."
    await hosted.handlers[1].feedback(thread, "They were paid back.", language="en")
    thread = await hosted.only_entry(handler)
    await handler.close(thread, "Thank you.", language="en")
    closed = (await hosted.visit(submission)).thread
    assert closed.status.state is State.CLOSED
    assert closed.alarms == ()
    assert closed.notices == ()
    assert [message.header.tag for message in closed.messages] == [
        Tag.REPORT,
        Tag.ACKNOWLEDGEMENT,
        Tag.MESSAGE,
        Tag.MESSAGE,
        Tag.FEEDBACK,
        Tag.CLOSING,
    ]


async def test_both_sides_see_what_the_other_confirmed_and_on_which_day(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    assert (await hosted.visit(submission)).thread.confirmed is None
    assert (await hosted.only_entry(handler)).confirmed is None
    hosted.clock.pass_days(1)
    await handler.acknowledge(await hosted.only_entry(handler), "Received.", language="en")
    hosted.clock.pass_days(1)
    visit = await hosted.visit(submission)
    assert visit.thread.confirmed == Confirmation(
        submission.draft.message_id, 0, FIRST_DAY + timedelta(days=1)
    )
    assert (await hosted.only_entry(handler)).confirmed is None
    await visit.reply("Thank you.", language="en")
    hosted.clock.pass_days(1)
    await handler.reply(await hosted.only_entry(handler), "Once more.", language="en")
    confirmed = (await hosted.only_entry(handler)).confirmed
    assert confirmed is not None
    assert (confirmed.n, confirmed.on) == (0, FIRST_DAY + timedelta(days=2))
    confirmed = (await hosted.visit(submission)).thread.confirmed
    assert confirmed is not None
    assert (confirmed.n, confirmed.on) == (1, FIRST_DAY + timedelta(days=3))


async def test_what_a_reader_of_the_same_side_has_seen_confirms_nothing(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    first, second = hosted.handlers[:2]
    await first.acknowledge(await hosted.only_entry(first), "Received.", language="en")
    await second.reply(await hosted.only_entry(second), "I saw that.", language="en")
    assert (await hosted.only_entry(first)).confirmed is None

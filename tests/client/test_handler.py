"""A handler reads and answers what is theirs to read."""

from datetime import timedelta

import pytest

from meldpunt.client import (
    HandlerKeys,
    MessageNumberTakenError,
    NoticeKind,
    ProblemError,
    Readability,
    UnreachableError,
)
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.problems import ProblemType
from tests.client.hosted_line import INVITE, TEXT, HostedLine


async def test_an_answer_goes_to_the_reporters_readers_and_the_reporter(hosted: HostedLine) -> None:
    await hosted.open_line()
    visit = await hosted.visit(await hosted.submit(readers=(0, 1)))
    await visit.reply("Only 0 from now on.", language="en", readers=[hosted.id_of(0)])
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    await handler.reply(thread, "Understood.", language="en")
    assert (await visit.refresh()).messages[-1].text == "Understood."
    assert set(visit.thread.messages[-1].header.readers) == {hosted.id_of(0), REPORTER}
    colleague = await hosted.only_entry(hosted.handlers[1])
    assert [m.readability for m in colleague.messages] == [
        Readability.OPENED,
        Readability.NOT_FOR_YOU,
        Readability.NOT_FOR_YOU,
    ]


async def test_a_note_is_for_the_other_readers(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    await handler.reply(thread, "Shall you or I?", language="en", note=True)
    colleague = await hosted.only_entry(hosted.handlers[1])
    assert colleague.messages[-1].text == "Shall you or I?"
    visit = await hosted.visit(submission)
    assert visit.thread.messages[-1].readability is Readability.NOT_FOR_YOU
    assert visit.thread.alarms == ()


async def test_a_note_changes_no_state(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    with pytest.raises(RefusedError) as refused:
        handler.seal(thread, "Done.", language="en", tag=Tag.FEEDBACK, note=True)
    assert refused.value.reason is Reason.HEADER_FIELDS


async def test_nothing_is_closed_without_feedback(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    handler = hosted.handlers[0]
    with pytest.raises(ProblemError) as refused:
        await handler.close(await hosted.only_entry(handler), "Bye.", language="en")
    assert refused.value.kind is ProblemType.NOT_ALLOWED_NOW


async def test_a_pause_moves_what_is_due_and_says_why(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    due = {clock.name: clock.due_on for clock in thread.status.clocks}
    until = hosted.clock.today() + timedelta(days=10)
    await handler.pause(thread, "The archive is closed.", language="en", until=until)
    visit = await hosted.visit(submission)
    later = {clock.name: clock.due_on for clock in visit.thread.status.clocks}
    assert later == {
        "acknowledgement": due["acknowledgement"] + timedelta(days=10),
        "feedback": due["feedback"] + timedelta(days=3),  # its clock starts on day 7
    }
    assert visit.thread.messages[-1].text == "The archive is closed."
    assert visit.thread.notices == ()
    with pytest.raises(RefusedError) as refused:
        await handler.pause(
            await hosted.only_entry(handler), "No.", language="en", until=hosted.clock.today()
        )
    assert refused.value.reason is Reason.HEADER_FIELDS


async def test_a_handler_takes_a_closed_report_up_again(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    handler = hosted.handlers[0]
    await handler.acknowledge(await hosted.only_entry(handler), "Received.", language="en")
    await handler.feedback(await hosted.only_entry(handler), "Done.", language="en")
    await handler.close(await hosted.only_entry(handler), "Closed.", language="en")
    assert (await hosted.only_entry(handler)).status.state is State.CLOSED
    await handler.reopen(await hosted.only_entry(handler), "Once more.", language="en")
    thread = await hosted.only_entry(handler)
    assert thread.status.state is State.FEEDBACK_GIVEN
    assert thread.notices == ()


async def test_a_handler_whom_the_reporter_dropped_says_no_more(hosted: HostedLine) -> None:
    await hosted.open_line()
    visit = await hosted.visit(await hosted.submit(readers=(0, 1)))
    await visit.reply("Not 0.", language="en", left_out=[hosted.id_of(0)])
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    with pytest.raises(RefusedError) as refused:
        await handler.reply(thread, "But…", language="en")
    assert refused.value.reason is Reason.READER_NOT_ALLOWED


async def test_another_handlers_report_looks_as_if_it_did_not_exist(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit(readers=(0, 1))
    theirs = (await hosted.only_entry(hosted.handlers[0])).entry
    own = ids.inbox_entry(
        hosted.id_of(2), (await hosted.only_entry(hosted.handlers[0])).keys.report
    )
    assert theirs is not None
    for entry in (theirs, own, ids.EntryId(bytes(16))):
        with pytest.raises(ProblemError) as refused:
            await hosted.handlers[2].read(entry)
        assert refused.value.kind is ProblemType.NOT_FOUND


async def test_two_answers_from_one_reading_do_not_both_pass(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    first = handler.seal(thread, "First.", language="en")
    second = handler.seal(thread, "Second.", language="en")
    await handler.send(thread, first)
    with pytest.raises(MessageNumberTakenError):
        await handler.send(thread, second)
    await handler.send(thread, first)
    assert [m.text for m in (await hosted.only_entry(handler)).messages] == [TEXT, "First."]


async def test_two_handlers_can_answer_at_once(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    threads = [await hosted.only_entry(handler) for handler in hosted.handlers[:2]]
    for handler, thread in zip(hosted.handlers, threads, strict=False):
        await handler.acknowledge(thread, "Received.", language="en")
    thread = (await hosted.visit(submission)).thread
    assert len(thread.messages) == 3
    assert (thread.alarms, thread.notices) == ((), ())


async def test_an_answer_survives_a_host_that_does_not_answer(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    draft = handler.seal(thread, "Received.", language="en")
    hosted.network.lose_answers = 5
    with pytest.raises(UnreachableError):
        await handler.send(thread, draft)
    await handler.send(thread, draft)
    assert len((await hosted.only_entry(handler)).messages) == 2


async def test_a_colleague_passes_on_what_could_not_be_sealed(hosted: HostedLine) -> None:
    await hosted.open_line(2, with_keys=1)
    await hosted.submit(readers=(0, 1))
    late = hosted.handlers[1]
    assert [m.readability for m in (await hosted.only_entry(late)).messages] == [
        Readability.NO_WRAP
    ]
    await late.publish_keys(lambda _: None)
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    assert await handler.add_missing_wraps(thread) == 1
    assert await handler.add_missing_wraps(thread) == 1  # the same again is no harm
    assert await handler.add_missing_wraps(await hosted.only_entry(handler)) == 0
    assert [m.text for m in (await hosted.only_entry(late)).messages] == [TEXT]


async def test_a_lost_device_gets_its_reports_back_from_a_colleague(hosted: HostedLine) -> None:
    await hosted.open_line(2)
    await hosted.submit(readers=(0, 1))
    old = hosted.handlers[1].keys
    lost = HandlerKeys(old.line_id, old.signing, (), old.statements)
    again = hosted.handler(lost)
    assert [m.readability for m in (await hosted.only_entry(again)).messages] == [
        Readability.NO_WRAP
    ]


async def test_nothing_is_passed_on_past_the_reports_term(hosted: HostedLine) -> None:
    await hosted.open_line(2, with_keys=1)
    await hosted.submit(readers=(0, 1))
    await hosted.handlers[1].publish_keys(lambda _: None)
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    hosted.clock.pass_days((thread.status.erased_on - hosted.clock.today()).days + 1)
    with pytest.raises(RefusedError) as refused:
        await handler.add_missing_wraps(thread)
    assert refused.value.reason is Reason.PAST_TERM


async def test_a_whole_inbox_is_gone_through_page_by_page(hosted: HostedLine) -> None:
    await hosted.open_line(2)
    for number in range(53):
        await hosted.submit(f"Report {number}", readers=(0, 1))
    handler = hosted.handlers[0]
    page = await handler.inbox()
    assert page.cursor is not None
    entries = [entry async for entry in handler.entries()]
    assert len({entry.entry for entry in entries}) == 53
    assert [e async for e in handler.entries(State.CLOSED)] == []
    assert len([e async for e in handler.entries(State.RECEIVED)]) == 53


async def test_a_stranger_has_no_inbox(hosted: HostedLine) -> None:
    await hosted.open_line()
    stranger = hosted.handler(hosted.new_keys())
    for attempt in (stranger.inbox(), stranger.publish_keys(lambda _: None)):
        with pytest.raises(ProblemError) as refused:
            await attempt
        assert refused.value.kind is ProblemType.NOT_FOUND


async def test_keys_are_saved_before_they_are_published(hosted: HostedLine) -> None:
    keys = hosted.new_keys()
    await hosted.owner().publish(hosted.plan(keys), invite=INVITE)
    handler = hosted.handler(keys)
    saved: list[HandlerKeys] = []

    def save(found: HandlerKeys) -> None:
        assert not [r for r in hosted.network.sent if r.url.path.endswith("box-keys")]
        saved.append(found)

    hosted.network.lose_answers = 5
    with pytest.raises(UnreachableError):
        await handler.publish_keys(save)
    again = hosted.handler(saved[0])
    await again.publish_keys(saved.append)
    assert saved[1] == saved[0]


async def test_keys_are_not_published_that_could_not_be_saved(hosted: HostedLine) -> None:
    keys = hosted.new_keys()
    await hosted.owner().publish(hosted.plan(keys), invite=INVITE)
    hosted.network.sent.clear()

    def fail(_: HandlerKeys) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await hosted.handler(keys).publish_keys(fail)
    assert hosted.network.sent == []


async def test_a_report_under_a_document_never_seen_raises_an_alarm(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    await hosted.submit()
    handler = hosted.handlers[0]
    entry = (await hosted.only_entry(handler)).entry
    assert entry is not None
    assert handler.history.documents == (line.document_hash,)
    handler.history = type(handler.history)((ids.Hash(bytes(32)),))
    with pytest.raises(RefusedError) as refused:
        await handler.read(entry)
    assert refused.value.reason is Reason.DOCUMENT_FORK


async def test_a_document_published_in_between_raises_no_alarm(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    handler = hosted.handlers[0]
    await hosted.only_entry(handler)
    await hosted.owner().publish(hosted.plan(*(h.keys for h in hosted.handlers)))
    visit = await hosted.visit(await hosted.submit("Another."))
    await visit.reply("More.", language="en")
    for entry in [e async for e in handler.entries()]:
        assert (await handler.read(entry.entry)).alarms == ()


async def test_a_handler_without_a_key_of_today_is_told_of_themselves(hosted: HostedLine) -> None:
    await hosted.open_line(2)
    await hosted.submit(readers=(0, 1))
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    missing = thread.line.box_keys.pop(hosted.id_of(1))
    draft = handler.seal(thread, "Hello.", language="en")
    assert [(n.kind, n.handler) for n in draft.notices] == [
        (NoticeKind.KEY_MISSING, missing.handler_id)
    ]

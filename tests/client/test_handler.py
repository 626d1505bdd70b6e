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
from tests.client.world import INVITE, TEXT, World


async def test_an_answer_goes_to_the_reporters_readers_and_the_reporter(world: World) -> None:
    await world.open_line()
    visit = await world.visit(await world.submit(readers=(0, 1)))
    await visit.reply("Only 0 from now on.", language="en", readers=[world.id_of(0)])
    handler = world.handlers[0]
    thread = await world.only_entry(handler)
    await handler.reply(thread, "Understood.", language="en")
    assert (await visit.refresh()).messages[-1].text == "Understood."
    assert set(visit.thread.messages[-1].header.readers) == {world.id_of(0), REPORTER}
    colleague = await world.only_entry(world.handlers[1])
    assert [m.readability for m in colleague.messages] == [
        Readability.OPENED,
        Readability.NOT_FOR_YOU,
        Readability.NOT_FOR_YOU,
    ]


async def test_a_note_is_for_the_other_readers(world: World) -> None:
    await world.open_line()
    submission = await world.submit()
    handler = world.handlers[0]
    thread = await world.only_entry(handler)
    await handler.reply(thread, "Shall you or I?", language="en", note=True)
    colleague = await world.only_entry(world.handlers[1])
    assert colleague.messages[-1].text == "Shall you or I?"
    visit = await world.visit(submission)
    assert visit.thread.messages[-1].readability is Readability.NOT_FOR_YOU
    assert visit.thread.alarms == ()


async def test_a_note_changes_no_state(world: World) -> None:
    await world.open_line()
    await world.submit()
    handler = world.handlers[0]
    thread = await world.only_entry(handler)
    with pytest.raises(RefusedError) as refused:
        handler.seal(thread, "Done.", language="en", tag=Tag.FEEDBACK, note=True)
    assert refused.value.reason is Reason.HEADER_FIELDS


async def test_nothing_is_closed_without_feedback(world: World) -> None:
    await world.open_line()
    await world.submit()
    handler = world.handlers[0]
    with pytest.raises(ProblemError) as refused:
        await handler.close(await world.only_entry(handler), "Bye.", language="en")
    assert refused.value.kind is ProblemType.NOT_ALLOWED_NOW


async def test_a_pause_moves_what_is_due_and_says_why(world: World) -> None:
    await world.open_line()
    submission = await world.submit()
    handler = world.handlers[0]
    thread = await world.only_entry(handler)
    due = {clock.name: clock.due_on for clock in thread.status.clocks}
    until = world.clock.today() + timedelta(days=10)
    await handler.pause(thread, "The archive is closed.", language="en", until=until)
    visit = await world.visit(submission)
    later = {clock.name: clock.due_on for clock in visit.thread.status.clocks}
    assert later == {
        "acknowledgement": due["acknowledgement"] + timedelta(days=10),
        "feedback": due["feedback"] + timedelta(days=3),  # its clock starts on day 7
    }
    assert visit.thread.messages[-1].text == "The archive is closed."
    assert visit.thread.notices == ()
    with pytest.raises(RefusedError) as refused:
        await handler.pause(
            await world.only_entry(handler), "No.", language="en", until=world.clock.today()
        )
    assert refused.value.reason is Reason.HEADER_FIELDS


async def test_a_handler_takes_a_closed_report_up_again(world: World) -> None:
    await world.open_line()
    await world.submit()
    handler = world.handlers[0]
    await handler.acknowledge(await world.only_entry(handler), "Received.", language="en")
    await handler.feedback(await world.only_entry(handler), "Done.", language="en")
    await handler.close(await world.only_entry(handler), "Closed.", language="en")
    assert (await world.only_entry(handler)).status.state is State.CLOSED
    await handler.reopen(await world.only_entry(handler), "Once more.", language="en")
    thread = await world.only_entry(handler)
    assert thread.status.state is State.FEEDBACK_GIVEN
    assert thread.notices == ()


async def test_a_handler_whom_the_reporter_dropped_says_no_more(world: World) -> None:
    await world.open_line()
    visit = await world.visit(await world.submit(readers=(0, 1)))
    await visit.reply("Not 0.", language="en", left_out=[world.id_of(0)])
    handler = world.handlers[0]
    thread = await world.only_entry(handler)
    with pytest.raises(RefusedError) as refused:
        await handler.reply(thread, "But…", language="en")
    assert refused.value.reason is Reason.READER_NOT_ALLOWED


async def test_another_handlers_report_looks_as_if_it_did_not_exist(world: World) -> None:
    await world.open_line()
    await world.submit(readers=(0, 1))
    theirs = (await world.only_entry(world.handlers[0])).entry
    own = ids.inbox_entry(world.id_of(2), (await world.only_entry(world.handlers[0])).keys.report)
    assert theirs is not None
    for entry in (theirs, own, ids.EntryId(bytes(16))):
        with pytest.raises(ProblemError) as refused:
            await world.handlers[2].read(entry)
        assert refused.value.kind is ProblemType.NOT_FOUND


async def test_two_answers_from_one_reading_do_not_both_pass(world: World) -> None:
    await world.open_line()
    await world.submit()
    handler = world.handlers[0]
    thread = await world.only_entry(handler)
    first = handler.seal(thread, "First.", language="en")
    second = handler.seal(thread, "Second.", language="en")
    await handler.send(thread, first)
    with pytest.raises(MessageNumberTakenError):
        await handler.send(thread, second)
    await handler.send(thread, first)
    assert [m.text for m in (await world.only_entry(handler)).messages] == [TEXT, "First."]


async def test_two_handlers_can_answer_at_once(world: World) -> None:
    await world.open_line()
    submission = await world.submit()
    threads = [await world.only_entry(handler) for handler in world.handlers[:2]]
    for handler, thread in zip(world.handlers, threads, strict=False):
        await handler.acknowledge(thread, "Received.", language="en")
    thread = (await world.visit(submission)).thread
    assert len(thread.messages) == 3
    assert (thread.alarms, thread.notices) == ((), ())


async def test_an_answer_survives_a_host_that_does_not_answer(world: World) -> None:
    await world.open_line()
    await world.submit()
    handler = world.handlers[0]
    thread = await world.only_entry(handler)
    draft = handler.seal(thread, "Received.", language="en")
    world.wire.lose_answers = 5
    with pytest.raises(UnreachableError):
        await handler.send(thread, draft)
    await handler.send(thread, draft)
    assert len((await world.only_entry(handler)).messages) == 2


async def test_a_colleague_passes_on_what_could_not_be_sealed(world: World) -> None:
    await world.open_line(2, with_keys=1)
    await world.submit(readers=(0, 1))
    late = world.handlers[1]
    assert [m.readability for m in (await world.only_entry(late)).messages] == [Readability.NO_WRAP]
    await late.publish_keys(lambda _: None)
    handler = world.handlers[0]
    thread = await world.only_entry(handler)
    assert await handler.add_missing_wraps(thread) == 1
    assert await handler.add_missing_wraps(thread) == 1  # the same again is no harm
    assert await handler.add_missing_wraps(await world.only_entry(handler)) == 0
    assert [m.text for m in (await world.only_entry(late)).messages] == [TEXT]


async def test_a_lost_device_gets_its_reports_back_from_a_colleague(world: World) -> None:
    await world.open_line(2)
    await world.submit(readers=(0, 1))
    old = world.handlers[1].keys
    lost = HandlerKeys(old.line_id, old.signing, (), old.statements)
    again = world.handler(lost)
    assert [m.readability for m in (await world.only_entry(again)).messages] == [
        Readability.NO_WRAP
    ]


async def test_nothing_is_passed_on_past_the_reports_term(world: World) -> None:
    await world.open_line(2, with_keys=1)
    await world.submit(readers=(0, 1))
    await world.handlers[1].publish_keys(lambda _: None)
    handler = world.handlers[0]
    thread = await world.only_entry(handler)
    world.clock.pass_days((thread.status.erased_on - world.clock.today()).days + 1)
    with pytest.raises(RefusedError) as refused:
        await handler.add_missing_wraps(thread)
    assert refused.value.reason is Reason.PAST_TERM


async def test_a_whole_inbox_is_gone_through_page_by_page(world: World) -> None:
    await world.open_line(2)
    for number in range(53):
        await world.submit(f"Report {number}", readers=(0, 1))
    handler = world.handlers[0]
    page = await handler.inbox()
    assert page.cursor is not None
    entries = [entry async for entry in handler.entries()]
    assert len({entry.entry for entry in entries}) == 53
    assert [e async for e in handler.entries(State.CLOSED)] == []
    assert len([e async for e in handler.entries(State.RECEIVED)]) == 53


async def test_a_stranger_has_no_inbox(world: World) -> None:
    await world.open_line()
    stranger = world.handler(world.new_keys())
    for attempt in (stranger.inbox(), stranger.publish_keys(lambda _: None)):
        with pytest.raises(ProblemError) as refused:
            await attempt
        assert refused.value.kind is ProblemType.NOT_FOUND


async def test_keys_are_saved_before_they_are_published(world: World) -> None:
    keys = world.new_keys()
    await world.owner().publish(world.plan(keys), invite=INVITE)
    handler = world.handler(keys)
    saved: list[HandlerKeys] = []

    def save(found: HandlerKeys) -> None:
        assert not [r for r in world.wire.sent if r.url.path.endswith("box-keys")]
        saved.append(found)

    world.wire.lose_answers = 5
    with pytest.raises(UnreachableError):
        await handler.publish_keys(save)
    again = world.handler(saved[0])
    await again.publish_keys(saved.append)
    assert saved[1] == saved[0]


async def test_keys_are_not_published_that_could_not_be_saved(world: World) -> None:
    keys = world.new_keys()
    await world.owner().publish(world.plan(keys), invite=INVITE)
    world.wire.sent.clear()

    def fail(_: HandlerKeys) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await world.handler(keys).publish_keys(fail)
    assert world.wire.sent == []


async def test_a_report_under_a_document_never_seen_raises_an_alarm(world: World) -> None:
    line = await world.open_line()
    await world.submit()
    handler = world.handlers[0]
    entry = (await world.only_entry(handler)).entry
    assert entry is not None
    assert handler.history.documents == (line.document_hash,)
    handler.history = type(handler.history)((ids.Hash(bytes(32)),))
    with pytest.raises(RefusedError) as refused:
        await handler.read(entry)
    assert refused.value.reason is Reason.DOCUMENT_FORK


async def test_a_document_published_in_between_raises_no_alarm(world: World) -> None:
    await world.open_line()
    await world.submit()
    handler = world.handlers[0]
    await world.only_entry(handler)
    await world.owner().publish(world.plan(*(h.keys for h in world.handlers)))
    visit = await world.visit(await world.submit("Another."))
    await visit.reply("More.", language="en")
    for entry in [e async for e in handler.entries()]:
        assert (await handler.read(entry.entry)).alarms == ()


async def test_a_handler_without_a_key_of_today_is_told_of_themselves(world: World) -> None:
    await world.open_line(2)
    await world.submit(readers=(0, 1))
    handler = world.handlers[0]
    thread = await world.only_entry(handler)
    missing = thread.line.box_keys.pop(world.id_of(1))
    draft = handler.seal(thread, "Hello.", language="en")
    assert [(n.kind, n.handler) for n in draft.notices] == [
        (NoticeKind.KEY_MISSING, missing.handler_id)
    ]

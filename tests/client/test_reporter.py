"""A reporter makes a report, and comes back with the receipt alone."""

import re
from datetime import timedelta
from typing import Any

import pytest

from meldpunt.client import (
    MessageNumberTakenError,
    NoticeKind,
    ProblemError,
    Readability,
    Thread,
    UnreachableError,
    UnsentError,
)
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.wire.problems import ProblemType
from tests.client.world import TEXT, World


async def test_as_many_readers_as_the_line_wants_are_drawn(world: World) -> None:
    line = await world.open_line(4)
    reporter = world.reporter()
    made = [await reporter.prepare(line, TEXT, language="en") for _ in range(12)]
    drawn = {submission.readers for submission in made}
    assert {len(readers) for readers in drawn} == {2}
    assert len(drawn) > 2


async def test_somebody_left_out_is_never_drawn_and_the_readers_are_told(world: World) -> None:
    line = await world.open_line(3)
    reporter = world.reporter()
    left_out = [world.id_of(0)]
    made = [await reporter.prepare(line, TEXT, language="en", left_out=left_out) for _ in range(8)]
    assert {frozenset(s.readers) for s in made} == {frozenset((world.id_of(1), world.id_of(2)))}
    await reporter.send(made[0])
    thread = await world.only_entry(world.handlers[1])
    payload = thread.messages[0].payload
    assert payload is not None
    assert payload.left_out == (world.id_of(0),)
    assert (await world.handlers[0].inbox()).entries == ()


async def test_leaving_out_holds_on_every_later_visit(world: World) -> None:
    line = await world.open_line(3)
    reporter = world.reporter()
    submission = await reporter.prepare(line, TEXT, language="en", left_out=[world.id_of(0)])
    await reporter.send(submission)
    for _ in range(2):
        visit = await world.visit(submission)
        await visit.reply("More.", language="en")
        assert world.id_of(0) not in visit_readers(await visit.refresh())
    visit = await world.visit(submission)
    with pytest.raises(RefusedError) as refused:
        await visit.reply("More.", language="en", readers=[world.id_of(0), world.id_of(1)])
    assert refused.value.reason is Reason.READER_NOT_ALLOWED
    assert (await world.handlers[0].inbox()).entries == ()


def visit_readers(thread: Thread) -> set[Participant]:
    return {reader for message in thread.messages for reader in message.header.readers}


async def test_a_reader_can_be_dropped_later_and_not_taken_back(world: World) -> None:
    await world.open_line()
    submission = await world.submit(readers=(0, 1))
    visit = await world.visit(submission)
    await visit.reply("Not for 0.", language="en", left_out=[world.id_of(0)])
    thread = await world.only_entry(world.handlers[0])
    assert [m.readability for m in thread.messages] == [Readability.OPENED, Readability.NOT_FOR_YOU]
    thread = await world.only_entry(world.handlers[1])
    assert thread.messages[1].payload is not None
    assert thread.messages[1].payload.left_out == (world.id_of(0),)
    visit = await world.visit(submission)
    await visit.reply("Nor this.", language="en")
    assert visit_readers(await visit.refresh()) == {world.id_of(0), world.id_of(1)}
    assert (await world.visit(submission)).thread.messages[-1].header.readers == (world.id_of(1),)


@pytest.mark.parametrize(("readers", "left_out"), [((0,), (0,)), ((), (0, 1, 2))])
async def test_nobody_can_be_chosen_and_left_out(
    world: World, readers: tuple[int, ...], left_out: tuple[int, ...]
) -> None:
    line = await world.open_line()
    with pytest.raises(RefusedError) as refused:
        await world.reporter().prepare(
            line,
            TEXT,
            language="en",
            readers=[world.id_of(i) for i in readers] or None,
            left_out=[world.id_of(i) for i in left_out],
        )
    assert refused.value.reason in {Reason.READER_NOT_ALLOWED, Reason.NO_READER}


async def test_a_stranger_is_no_reader(world: World) -> None:
    line = await world.open_line()
    stranger = world.new_keys().handler_id
    choices: tuple[dict[str, Any], ...] = ({"readers": [stranger]}, {"left_out": [stranger]})
    for choice in choices:
        with pytest.raises(RefusedError) as refused:
            await world.reporter().prepare(line, TEXT, language="en", **choice)
        assert refused.value.reason is Reason.READER_NOT_ALLOWED


async def test_a_reader_without_a_key_stays_listed_and_the_person_is_warned(world: World) -> None:
    line = await world.open_line(2, with_keys=1)
    submission = await world.reporter().prepare(line, TEXT, language="en")
    assert set(submission.readers) == {world.id_of(0), world.id_of(1)}
    [notice] = submission.notices
    assert (notice.kind, notice.handler) == (NoticeKind.KEY_MISSING, world.id_of(1))
    assert len(submission.draft.message.wraps) == 1


async def test_nothing_is_sealed_where_nobody_could_read(world: World) -> None:
    line = await world.open_line(2, with_keys=0)
    with pytest.raises(RefusedError) as refused:
        await world.reporter().prepare(line, TEXT, language="en")
    assert refused.value.reason is Reason.NO_READER


async def test_a_report_arrives_once_however_often_it_is_sent(world: World) -> None:
    line = await world.open_line()
    reporter = world.reporter()
    submission = await reporter.prepare(
        line, TEXT, language="en", readers=[world.id_of(0), world.id_of(1)]
    )
    world.wire.lose_answers = 3
    first = await reporter.send(submission)
    assert first == await reporter.send(submission)
    assert len((await world.handlers[0].inbox()).entries) == 1


async def test_a_submission_outlives_a_host_that_is_not_there(world: World) -> None:
    line = await world.open_line()
    reporter = world.reporter()
    submission = await reporter.prepare(line, TEXT, language="en")
    world.wire.lose_answers = 5
    with pytest.raises(UnreachableError):
        await reporter.send(submission)
    await reporter.send(submission)
    assert (await world.visit(submission)).thread.alarms == ()


async def test_a_receipt_is_typed_back_with_the_usual_slips(world: World) -> None:
    line = await world.open_line()
    submission = await world.reporter().prepare(line, TEXT, language="en")
    receipt = submission.receipt
    assert re.fullmatch(r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}", receipt)
    assert submission.confirms(receipt.lower().replace("-", " "))
    assert not submission.confirms(receipt[:-1])
    assert not submission.confirms("")
    other = await world.reporter().prepare(line, TEXT, language="en")
    assert not submission.confirms(other.receipt)


async def test_a_wrong_receipt_is_refused_on_the_device(world: World) -> None:
    submission = await opened(world)
    world.wire.sent.clear()
    last = "0" if submission[-1] != "0" else "1"
    for typed in ("", submission[:-1], submission[:-1] + last, submission[:-1] + "U"):
        with pytest.raises(RefusedError) as refused:
            await world.reporter().open(typed)
        assert refused.value.reason.value.startswith("receipt-")
    assert world.wire.sent == []


async def opened(world: World) -> str:
    await world.open_line()
    return (await world.submit()).receipt


async def test_a_receipt_of_nothing_opens_nothing(world: World) -> None:
    line = await world.open_line()
    submission = await world.reporter().prepare(line, TEXT, language="en")
    with pytest.raises(ProblemError) as refused:
        await world.reporter().open(submission.receipt)
    assert refused.value.kind is ProblemType.NOT_FOUND


@pytest.mark.parametrize("text", ["", "\ud800", "x" * 65_533])
async def test_a_text_that_nobody_could_read_is_refused_before_sealing(
    world: World, text: str
) -> None:
    line = await world.open_line()
    with pytest.raises(RefusedError) as refused:
        await world.reporter().prepare(line, text, language="en")
    assert refused.value.reason in {Reason.PAYLOAD, Reason.TOO_LONG}


@pytest.mark.parametrize(
    "content",
    [
        *({"a": value} for value in (1.5, None, object(), 2**53, "\ud800")),
        *({name: "x"} for name in ("A", "text", "language", "left_out")),
    ],
)
async def test_content_that_strict_json_has_not_is_refused(
    world: World, content: dict[str, object]
) -> None:
    line = await world.open_line()
    with pytest.raises(RefusedError) as refused:
        await world.reporter().prepare(line, TEXT, language="en", content=content)
    assert refused.value.reason is Reason.PAYLOAD


async def test_content_travels_with_the_text(world: World) -> None:
    line = await world.open_line(2)
    reporter = world.reporter()
    submission = await reporter.prepare(
        line, TEXT, language="en", content={"role": "witness", "since": 2024}
    )
    await reporter.send(submission)
    payload = (await world.only_entry(world.handlers[0])).messages[0].payload
    assert payload is not None
    assert payload.content == {"text": TEXT, "role": "witness", "since": 2024}


async def test_nothing_is_sealed_long_after_the_lines_last_day(world: World) -> None:
    submission = await opened(world)
    world.clock.pass_days(95)
    line = await world.reporter().line()
    fresh = await world.reporter().prepare(line, TEXT, language="en")
    assert NoticeKind.DOCUMENT_EXPIRED in {notice.kind for notice in fresh.notices}
    world.clock.pass_days(30)
    line = await world.reporter().line()
    visit = await world.reporter().open(submission)
    for sealing in (
        world.reporter().prepare(line, TEXT, language="en"),
        visit.reply("More.", language="en"),
    ):
        with pytest.raises(RefusedError) as refused:
            await sealing
        assert refused.value.reason is Reason.DOCUMENT_EXPIRED


async def test_a_second_device_is_told_and_nothing_is_sealed_again(world: World) -> None:
    await world.open_line()
    submission = await world.submit()
    one, two = await world.visit(submission), await world.visit(submission)
    await one.reply("From one.", language="en")
    with pytest.raises(MessageNumberTakenError):
        await two.reply("From two.", language="en")
    thread = await two.refresh()
    assert len(thread.messages) == 2
    await two.reply("From two, after reading.", language="en")
    texts = [m.text for m in (await world.only_entry(world.handlers[0])).messages]
    assert texts == [TEXT, "From one.", "From two, after reading."]


async def test_a_reply_whose_answer_got_lost_is_sent_again_as_it_was(world: World) -> None:
    await world.open_line()
    visit = await world.visit(await world.submit())
    draft = await visit.seal("More.", language="en")
    world.wire.lose_answers = 5
    with pytest.raises(UnreachableError):
        await visit.send(draft)
    sent = await visit.send(draft)
    assert sent == await visit.send(draft)
    assert len((await visit.refresh()).messages) == 2


async def test_several_replies_in_one_visit_follow_each_other(world: World) -> None:
    await world.open_line()
    visit = await world.visit(await world.submit())
    for text in ("one", "two", "three"):
        await visit.reply(text, language="en")
    thread = await visit.refresh()
    assert [m.header.n for m in thread.messages] == [0, 1, 2, 3]
    assert thread.alarms == ()


async def test_a_departed_reader_reads_nothing_new_and_the_person_is_told(world: World) -> None:
    await world.open_line()
    submission = await world.submit(readers=(0, 1))
    plan = world.plan(*(h.keys for h in world.handlers))
    await world.owner().publish(plan.without_handler(world.id_of(0), day=world.clock.today()))
    visit = await world.visit(submission)
    draft = await visit.seal("More.", language="en")
    assert draft.header.readers == (world.id_of(1),)
    [notice] = draft.notices
    assert (notice.kind, notice.handler) == (NoticeKind.READER_DEPARTED, world.id_of(0))


async def test_where_everybody_left_only_the_person_chooses_again(world: World) -> None:
    await world.open_line()
    submission = await world.submit(readers=(0,))
    plan = world.plan(*(h.keys for h in world.handlers))
    await world.owner().publish(plan.without_handler(world.id_of(0), day=world.clock.today()))
    visit = await world.visit(submission)
    with pytest.raises(UnsentError):
        await visit.reply("More.", language="en")
    await visit.reply("More.", language="en", readers=[world.id_of(2)])
    thread = await world.only_entry(world.handlers[2])
    assert [m.readability for m in thread.messages] == [Readability.NOT_FOR_YOU, Readability.OPENED]


async def test_withdrawing_cools_off_and_any_word_undoes_it(world: World) -> None:
    await world.open_line()
    submission = await world.submit()
    visit = await world.visit(submission)
    await visit.withdraw(language="en")
    thread = await visit.refresh()
    assert thread.status.state is State.WITHDRAWN
    assert thread.status.erased_on == world.clock.today() + timedelta(days=14)
    assert not thread.erased
    assert (await world.only_entry(world.handlers[0])).messages[-1].text == "I withdraw my report."
    await visit.reply("I take that back.", language="en")
    thread = await visit.refresh()
    assert thread.status.state is State.RECEIVED
    assert thread.notices == ()


async def test_withdrawing_at_once_leaves_the_withdrawal_only(world: World) -> None:
    await world.open_line()
    submission = await world.submit()
    visit = await world.visit(submission)
    await visit.withdraw(language="nl", immediate=True)
    thread = await visit.refresh()
    assert thread.erased
    assert [m.readability for m in thread.messages] == [Readability.ERASED]
    assert thread.status.state is State.WITHDRAWN
    assert thread.alarms == ()
    with pytest.raises(UnsentError):
        await visit.reply("More.", language="en")
    for handler in world.handlers[:2]:
        seen = await world.only_entry(handler)
        assert seen.erased
        assert seen.alarms == ()
        with pytest.raises(UnsentError):
            await handler.reply(seen, "A word.", language="en")


async def test_reopening_needs_a_closed_report(world: World) -> None:
    await world.open_line()
    submission = await world.submit()
    visit = await world.visit(submission)
    with pytest.raises(ProblemError) as refused:
        await visit.reopen("Again.", language="en")
    assert refused.value.kind is ProblemType.NOT_ALLOWED_NOW
    handler = world.handlers[0]
    await handler.feedback(await world.only_entry(handler), "Done.", language="en")
    await handler.close(await world.only_entry(handler), "Closed.", language="en")
    await visit.refresh()
    await visit.reopen("Again.", language="en")
    assert (await visit.refresh()).status.state is State.FEEDBACK_GIVEN


async def test_a_reporter_never_seals_to_themselves(world: World) -> None:
    await world.open_line()
    visit = await world.visit(await world.submit())
    await visit.reply("More.", language="en")
    thread = await visit.refresh()
    assert {m.readability for m in thread.messages} == {Readability.OWN}
    assert all(REPORTER not in m.header.readers for m in thread.messages)

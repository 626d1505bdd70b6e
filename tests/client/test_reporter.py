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
from tests.client.hosted_line import TEXT, HostedLine


async def test_as_many_readers_as_the_line_wants_are_drawn(hosted: HostedLine) -> None:
    line = await hosted.open_line(4)
    reporter = hosted.reporter()
    made = [await reporter.prepare(line, TEXT, language="en") for _ in range(12)]
    drawn = {submission.readers for submission in made}
    assert {len(readers) for readers in drawn} == {2}
    assert len(drawn) > 2


async def test_somebody_left_out_is_never_drawn_and_the_readers_are_told(
    hosted: HostedLine,
) -> None:
    line = await hosted.open_line(3)
    reporter = hosted.reporter()
    left_out = [hosted.id_of(0)]
    made = [await reporter.prepare(line, TEXT, language="en", left_out=left_out) for _ in range(8)]
    assert {frozenset(s.readers) for s in made} == {frozenset((hosted.id_of(1), hosted.id_of(2)))}
    await reporter.send(made[0])
    thread = await hosted.only_entry(hosted.handlers[1])
    payload = thread.messages[0].payload
    assert payload is not None
    assert payload.left_out == (hosted.id_of(0),)
    assert (await hosted.handlers[0].inbox()).entries == ()


async def test_leaving_out_holds_on_every_later_visit(hosted: HostedLine) -> None:
    line = await hosted.open_line(3)
    reporter = hosted.reporter()
    submission = await reporter.prepare(line, TEXT, language="en", left_out=[hosted.id_of(0)])
    await reporter.send(submission)
    for _ in range(2):
        visit = await hosted.visit(submission)
        await visit.reply("More.", language="en")
        assert hosted.id_of(0) not in visit_readers(await visit.refresh())
    visit = await hosted.visit(submission)
    with pytest.raises(RefusedError) as refused:
        await visit.reply("More.", language="en", readers=[hosted.id_of(0), hosted.id_of(1)])
    assert refused.value.reason is Reason.READER_NOT_ALLOWED
    assert (await hosted.handlers[0].inbox()).entries == ()


def visit_readers(thread: Thread) -> set[Participant]:
    return {reader for message in thread.messages for reader in message.header.readers}


async def test_a_reader_can_be_dropped_later_and_not_taken_back(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit(readers=(0, 1))
    visit = await hosted.visit(submission)
    await visit.reply("Not for 0.", language="en", left_out=[hosted.id_of(0)])
    thread = await hosted.only_entry(hosted.handlers[0])
    assert [m.readability for m in thread.messages] == [Readability.OPENED, Readability.NOT_FOR_YOU]
    thread = await hosted.only_entry(hosted.handlers[1])
    assert thread.messages[1].payload is not None
    assert thread.messages[1].payload.left_out == (hosted.id_of(0),)
    visit = await hosted.visit(submission)
    await visit.reply("Nor this.", language="en")
    assert visit_readers(await visit.refresh()) == {hosted.id_of(0), hosted.id_of(1)}
    assert (await hosted.visit(submission)).thread.messages[-1].header.readers == (hosted.id_of(1),)


@pytest.mark.parametrize(("readers", "left_out"), [((0,), (0,)), ((), (0, 1, 2))])
async def test_nobody_can_be_chosen_and_left_out(
    hosted: HostedLine, readers: tuple[int, ...], left_out: tuple[int, ...]
) -> None:
    line = await hosted.open_line()
    with pytest.raises(RefusedError) as refused:
        await hosted.reporter().prepare(
            line,
            TEXT,
            language="en",
            readers=[hosted.id_of(i) for i in readers] or None,
            left_out=[hosted.id_of(i) for i in left_out],
        )
    assert refused.value.reason in {Reason.READER_NOT_ALLOWED, Reason.NO_READER}


async def test_a_stranger_is_no_reader(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    stranger = hosted.new_keys().handler_id
    choices: tuple[dict[str, Any], ...] = ({"readers": [stranger]}, {"left_out": [stranger]})
    for choice in choices:
        with pytest.raises(RefusedError) as refused:
            await hosted.reporter().prepare(line, TEXT, language="en", **choice)
        assert refused.value.reason is Reason.READER_NOT_ALLOWED


async def test_a_reader_without_a_key_stays_listed_and_the_person_is_warned(
    hosted: HostedLine,
) -> None:
    line = await hosted.open_line(2, with_keys=1)
    submission = await hosted.reporter().prepare(line, TEXT, language="en")
    assert set(submission.readers) == {hosted.id_of(0), hosted.id_of(1)}
    [notice] = submission.notices
    assert (notice.kind, notice.handler) == (NoticeKind.KEY_MISSING, hosted.id_of(1))
    assert len(submission.draft.message.wraps) == 1


async def test_nothing_is_sealed_where_nobody_could_read(hosted: HostedLine) -> None:
    line = await hosted.open_line(2, with_keys=0)
    with pytest.raises(RefusedError) as refused:
        await hosted.reporter().prepare(line, TEXT, language="en")
    assert refused.value.reason is Reason.NO_READER


async def test_a_report_arrives_once_however_often_it_is_sent(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    reporter = hosted.reporter()
    submission = await reporter.prepare(
        line, TEXT, language="en", readers=[hosted.id_of(0), hosted.id_of(1)]
    )
    hosted.network.lose_answers = 3
    first = await reporter.send(submission)
    assert first == await reporter.send(submission)
    assert len((await hosted.handlers[0].inbox()).entries) == 1


async def test_a_submission_outlives_a_host_that_is_not_there(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    reporter = hosted.reporter()
    submission = await reporter.prepare(line, TEXT, language="en")
    hosted.network.lose_answers = 5
    with pytest.raises(UnreachableError):
        await reporter.send(submission)
    await reporter.send(submission)
    assert (await hosted.visit(submission)).thread.alarms == ()


async def test_a_receipt_is_typed_back_with_the_usual_slips(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    submission = await hosted.reporter().prepare(line, TEXT, language="en")
    receipt = submission.receipt
    assert re.fullmatch(r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}", receipt)
    assert submission.confirms(receipt.lower().replace("-", " "))
    assert not submission.confirms(receipt[:-1])
    assert not submission.confirms("")
    other = await hosted.reporter().prepare(line, TEXT, language="en")
    assert not submission.confirms(other.receipt)


async def test_a_wrong_receipt_is_refused_on_the_device(hosted: HostedLine) -> None:
    submission = await opened(hosted)
    hosted.network.sent.clear()
    last = "0" if submission[-1] != "0" else "1"
    for typed in ("", submission[:-1], submission[:-1] + last, submission[:-1] + "U"):
        with pytest.raises(RefusedError) as refused:
            await hosted.reporter().open(typed)
        assert refused.value.reason.value.startswith("receipt-")
    assert hosted.network.sent == []


async def opened(hosted: HostedLine) -> str:
    await hosted.open_line()
    return (await hosted.submit()).receipt


async def test_a_receipt_of_nothing_opens_nothing(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    submission = await hosted.reporter().prepare(line, TEXT, language="en")
    with pytest.raises(ProblemError) as refused:
        await hosted.reporter().open(submission.receipt)
    assert refused.value.kind is ProblemType.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", Reason.PAYLOAD_TEXT), ("\ud800", Reason.PAYLOAD), ("x" * 65_533, Reason.TOO_LONG)],
)
async def test_a_text_that_nobody_could_read_is_refused_before_sealing(
    hosted: HostedLine, text: str, reason: Reason
) -> None:
    line = await hosted.open_line()
    with pytest.raises(RefusedError) as refused:
        await hosted.reporter().prepare(line, text, language="en")
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"a": 1.5}, Reason.JSON_NUMBER),
        ({"a": None}, Reason.JSON_NULL),
        ({"a": object()}, Reason.PAYLOAD),
        ({"a": 2**53}, Reason.JSON_NUMBER),
        ({"a": "\ud800"}, Reason.PAYLOAD),
        ({"A": "x"}, Reason.JSON_KEY),
        ({"q1": "x"}, Reason.JSON_KEY),
        *(({name: "x"}, Reason.PAYLOAD) for name in ("text", "language", "left_out")),
    ],
)
async def test_content_that_strict_json_has_not_is_refused(
    hosted: HostedLine, content: dict[str, object], reason: Reason
) -> None:
    line = await hosted.open_line()
    with pytest.raises(RefusedError) as refused:
        await hosted.reporter().prepare(line, TEXT, language="en", content=content)
    assert refused.value.reason is reason


async def test_content_travels_with_the_text(hosted: HostedLine) -> None:
    line = await hosted.open_line(2)
    reporter = hosted.reporter()
    submission = await reporter.prepare(
        line, TEXT, language="en", content={"role": "witness", "since": 2024}
    )
    await reporter.send(submission)
    payload = (await hosted.only_entry(hosted.handlers[0])).messages[0].payload
    assert payload is not None
    assert payload.content == {"text": TEXT, "role": "witness", "since": 2024}


async def test_nothing_is_sealed_long_after_the_lines_last_day(hosted: HostedLine) -> None:
    submission = await opened(hosted)
    hosted.clock.pass_days(95)
    line = await hosted.reporter().line()
    fresh = await hosted.reporter().prepare(line, TEXT, language="en")
    assert NoticeKind.DOCUMENT_EXPIRED in {notice.kind for notice in fresh.notices}
    hosted.clock.pass_days(30)
    line = await hosted.reporter().line()
    visit = await hosted.reporter().open(submission)
    for sealing in (
        hosted.reporter().prepare(line, TEXT, language="en"),
        visit.reply("More.", language="en"),
    ):
        with pytest.raises(RefusedError) as refused:
            await sealing
        assert refused.value.reason is Reason.DOCUMENT_EXPIRED


async def test_a_second_device_is_told_and_nothing_is_sealed_again(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    one, two = await hosted.visit(submission), await hosted.visit(submission)
    await one.reply("From one.", language="en")
    with pytest.raises(MessageNumberTakenError):
        await two.reply("From two.", language="en")
    thread = await two.refresh()
    assert len(thread.messages) == 2
    await two.reply("From two, after reading.", language="en")
    texts = [m.text for m in (await hosted.only_entry(hosted.handlers[0])).messages]
    assert texts == [TEXT, "From one.", "From two, after reading."]


async def test_a_reply_whose_answer_got_lost_is_sent_again_as_it_was(hosted: HostedLine) -> None:
    await hosted.open_line()
    visit = await hosted.visit(await hosted.submit())
    draft = await visit.seal("More.", language="en")
    hosted.network.lose_answers = 5
    with pytest.raises(UnreachableError):
        await visit.send(draft)
    sent = await visit.send(draft)
    assert sent == await visit.send(draft)
    assert len((await visit.refresh()).messages) == 2


async def test_several_replies_in_one_visit_follow_each_other(hosted: HostedLine) -> None:
    await hosted.open_line()
    visit = await hosted.visit(await hosted.submit())
    for text in ("one", "two", "three"):
        await visit.reply(text, language="en")
    thread = await visit.refresh()
    assert [m.header.n for m in thread.messages] == [0, 1, 2, 3]
    assert thread.alarms == ()


async def test_a_departed_reader_reads_nothing_new_and_the_person_is_told(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    submission = await hosted.submit(readers=(0, 1))
    plan = hosted.plan(*(h.keys for h in hosted.handlers))
    await hosted.owner().publish(plan.without_handler(hosted.id_of(0), day=hosted.clock.today()))
    visit = await hosted.visit(submission)
    draft = await visit.seal("More.", language="en")
    assert draft.header.readers == (hosted.id_of(1),)
    [notice] = draft.notices
    assert (notice.kind, notice.handler) == (NoticeKind.READER_DEPARTED, hosted.id_of(0))


async def test_where_everybody_left_only_the_person_chooses_again(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit(readers=(0,))
    plan = hosted.plan(*(h.keys for h in hosted.handlers))
    await hosted.owner().publish(plan.without_handler(hosted.id_of(0), day=hosted.clock.today()))
    visit = await hosted.visit(submission)
    with pytest.raises(UnsentError):
        await visit.reply("More.", language="en")
    await visit.reply("More.", language="en", readers=[hosted.id_of(2)])
    thread = await hosted.only_entry(hosted.handlers[2])
    assert [m.readability for m in thread.messages] == [Readability.NOT_FOR_YOU, Readability.OPENED]


async def test_withdrawing_cools_off_and_any_word_undoes_it(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    visit = await hosted.visit(submission)
    await visit.withdraw(language="en")
    thread = await visit.refresh()
    assert thread.status.state is State.WITHDRAWN
    assert thread.status.erased_on == hosted.clock.today() + timedelta(days=14)
    assert not thread.erased
    assert (await hosted.only_entry(hosted.handlers[0])).messages[
        -1
    ].text == "I withdraw my report."
    await visit.reply("I take that back.", language="en")
    thread = await visit.refresh()
    assert thread.status.state is State.RECEIVED
    assert thread.notices == ()


async def test_withdrawing_at_once_leaves_the_withdrawal_only(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    visit = await hosted.visit(submission)
    await visit.withdraw(language="nl", immediate=True)
    thread = await visit.refresh()
    assert thread.erased
    assert [m.readability for m in thread.messages] == [Readability.ERASED]
    assert thread.status.state is State.WITHDRAWN
    assert thread.alarms == ()
    with pytest.raises(UnsentError):
        await visit.reply("More.", language="en")
    for handler in hosted.handlers[:2]:
        seen = await hosted.only_entry(handler)
        assert seen.erased
        assert seen.alarms == ()
        with pytest.raises(UnsentError):
            await handler.reply(seen, "A word.", language="en")


async def test_reopening_needs_a_closed_report(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    visit = await hosted.visit(submission)
    with pytest.raises(ProblemError) as refused:
        await visit.reopen("Again.", language="en")
    assert refused.value.kind is ProblemType.NOT_ALLOWED_NOW
    handler = hosted.handlers[0]
    await handler.feedback(await hosted.only_entry(handler), "Done.", language="en")
    await handler.close(await hosted.only_entry(handler), "Closed.", language="en")
    await visit.refresh()
    await visit.reopen("Again.", language="en")
    assert (await visit.refresh()).status.state is State.FEEDBACK_GIVEN


async def test_a_reporter_never_seals_to_themselves(hosted: HostedLine) -> None:
    await hosted.open_line()
    visit = await hosted.visit(await hosted.submit())
    await visit.reply("More.", language="en")
    thread = await visit.refresh()
    assert {m.readability for m in thread.messages} == {Readability.OWN}
    assert all(REPORTER not in m.header.readers for m in thread.messages)

"""What is passed on to colleagues: to those who may read on, whatever older messages say."""

from dataclasses import replace

import pytest

from meldpunt.client import NoticeKind, Thread, UnsentError
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.message import Recipient
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from tests.client.hosted_line import TEXT, HostedLine

_UNUSABLE = bytes(1216)
"""Its X25519 half is a point of low order."""


async def _late_keys(hosted: HostedLine) -> Thread:
    """A report for 0 and 1, of whom 1 publishes keys only now; returns how 0 sees it."""
    await hosted.open_line(with_keys=1)
    submission = await hosted.submit(readers=(0, 1))
    await (await hosted.visit(submission)).reply("Once more.", language="en")
    await hosted.handlers[1].publish_keys(lambda _: None)
    return await hosted.only_entry(hosted.handlers[0])


async def test_one_whom_the_reporter_dropped_gets_nothing_passed_on(hosted: HostedLine) -> None:
    await hosted.open_line(with_keys=1)
    submission = await hosted.submit(readers=(0, 1))
    visit = await hosted.visit(submission)
    await visit.reply("Not for 1.", language="en", left_out=[hosted.id_of(1)])
    await hosted.handlers[1].publish_keys(lambda _: None)
    first = hosted.handlers[0]
    assert await first.add_missing_wraps(await hosted.only_entry(first)) == 0
    thread = await hosted.only_entry(hosted.handlers[1])
    assert [message.text for message in thread.messages] == [None, None]


async def test_one_who_reads_on_gets_what_was_sealed_before_their_keys(hosted: HostedLine) -> None:
    thread = await _late_keys(hosted)
    assert await hosted.handlers[0].add_missing_wraps(thread) == 2
    thread = await hosted.only_entry(hosted.handlers[1])
    assert [message.text for message in thread.messages] == [TEXT, "Once more."]


@pytest.mark.parametrize(
    "reason",
    [
        Reason.GAP,
        Reason.UNKNOWN_SEEN,
        Reason.LEFT_OUT,
        Reason.NOT_A_READER,
        Reason.READER_NOT_ALLOWED,
    ],
)
async def test_nothing_is_passed_on_while_the_readers_are_in_doubt(
    hosted: HostedLine, reason: Reason
) -> None:
    thread = await _late_keys(hosted)
    doubted = replace(thread, alarms=(Alarm(reason, None),))
    assert await hosted.handlers[0].add_missing_wraps(doubted) == 0


async def test_an_admission_that_nobody_answered_stops_no_passing_on(hosted: HostedLine) -> None:
    """Who made it is removed; what it let in is as if it had not been written."""
    await hosted.open_line(4, with_keys=2)
    await hosted.submit(readers=(0, 1, 3))
    gone, stays, newcomer, late = hosted.handlers
    await newcomer.publish_keys(lambda _: None)
    await gone.admit(await hosted.only_entry(gone), hosted.id_of(2), "Welcome.", language="en")
    owner = hosted.owner()
    plan = await owner.plan(await hosted.reporter().line())
    await owner.publish(plan.without_handler(hosted.id_of(0), day=hosted.today()))
    await late.publish_keys(lambda _: None)

    thread = await hosted.only_entry(stays)
    assert thread.alarms == (Alarm(Reason.UNCONFIRMED, hosted.id_of(0), 0),)
    assert await stays.add_missing_wraps(thread) == 2  # the report, and the admission for late
    assert (await hosted.only_entry(late)).messages[0].text == TEXT
    assert (await hosted.only_entry(newcomer)).messages[0].text is None

    await stays.admit(await hosted.only_entry(stays), hosted.id_of(2), "Again.", language="en")
    assert (await hosted.only_entry(newcomer)).messages[0].text == TEXT


async def test_a_key_that_nothing_can_be_sealed_to_keeps_nobody_else_from_reading(
    hosted: HostedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hosted.open_line(with_keys=1)
    submission = await hosted.submit(readers=(0, 1, 2))
    for handler in hosted.handlers[1:]:
        await handler.publish_keys(lambda _: None)
    first = hosted.handlers[0]
    thread = await hosted.only_entry(first)
    _spoil_key_of(thread, hosted.id_of(1), monkeypatch)
    assert await first.add_missing_wraps(thread) == 1
    draft = first.seal(thread, "To both of you.", language="en")
    assert [(n.kind, n.handler) for n in draft.notices] == [
        (NoticeKind.KEY_MISSING, hosted.id_of(1))
    ]
    assert (await hosted.only_entry(hosted.handlers[2])).messages[0].text == TEXT
    assert submission.readers


def _spoil_key_of(thread: Thread, handler: ids.HandlerId, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = type(thread.line).recipient

    def recipient(line: object, wanted: ids.HandlerId) -> Recipient | None:
        found = honest(thread.line, wanted)
        if wanted == handler and found is not None:
            return Recipient(found.key_id, _UNUSABLE)
        return found

    monkeypatch.setattr(type(thread.line), "recipient", recipient)


async def test_a_reporters_unusable_key_is_said_and_a_note_still_goes_out(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    await hosted.submit()
    first = hosted.handlers[0]
    thread = await hosted.only_entry(first)
    log = replace(thread.log, keys=replace(thread.keys, box_key=_UNUSABLE))
    spoiled = replace(thread, report=replace(thread.report, log=log))
    with pytest.raises(UnsentError, match="cannot be answered"):
        first.seal(spoiled, "Received.", language="en")
    note = first.seal(spoiled, "Nobody home.", language="en", note=True)
    assert len(note.message.wraps) == 2

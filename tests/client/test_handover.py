"""A report that its reporter hands to another line of the same host, seen by everybody."""

from datetime import timedelta

import pytest

from meldpunt.client import (
    HandoverState,
    ProblemError,
    Readability,
    Thread,
    UnsentError,
    handover_statuses,
    passed_on_until,
)
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.usecases import upkeep
from tests.client.handing import LETTER, Handing, add_line
from tests.client.world import TEXT


def texts(thread: Thread) -> list[str | None]:
    return [message.text for message in thread.messages]


def is_clean(thread: Thread) -> bool:
    return not thread.alarms and not thread.notices


async def test_a_report_goes_to_another_line_with_everything_that_was_said(
    handing: Handing,
) -> None:
    world, other = handing.world, handing.other
    first, theirs = world.handlers[0], other.handlers[0]
    await first.acknowledge(await handing.read(first), "We have it.", language="en")
    await handing.consent()
    waiting = await handing.read(theirs)
    assert is_clean(waiting)
    assert texts(waiting) == [None, None, LETTER]  # not passed on yet
    assert await handing.pass_on(first) == 4  # two messages to two readers
    waiting = await handing.read(theirs)
    assert texts(waiting) == [TEXT, "We have it.", LETTER]
    assert waiting.status.state is State.ACKNOWLEDGED  # of the line that is responsible
    world.clock.pass_days(1)
    await theirs.accept(waiting, "We take it up.", language="en")
    thread = (await handing.visit()).thread
    assert is_clean(thread)
    assert thread.line.document.line_id == other.line_keys.line_id
    assert thread.readers(world.today()) == {other.id_of(0), other.id_of(1)}
    assert thread.status.state is State.RECEIVED
    assert thread.status.progress.received_on == world.today()
    [status] = handover_statuses(thread, world.today())
    assert (status.state, status.answered_on) == (HandoverState.ACCEPTED, world.today())
    await theirs.feedback(await handing.read(theirs), "This is what we did.", language="en")
    visit = await handing.visit()
    assert visit.thread.messages[-1].text == "This is what we did."
    await visit.reply("Thank you.", language="en")
    assert texts(await handing.read(other.handlers[1]))[-1] == "Thank you."


async def test_the_terms_of_the_line_that_took_it_up_count_from_that_day(handing: Handing) -> None:
    world, other = handing.world, handing.other
    first = world.handlers[0]
    await first.acknowledge(await handing.read(first), "We have it.", language="en")
    before = (await handing.visit()).thread
    await handing.consent()
    world.clock.pass_days(5)
    await handing.accept()
    today, terms = world.today(), (await other.reporter().line()).document
    thread = (await handing.visit()).thread
    assert thread.status.erased_on == terms.maximum_term.after(today)
    assert thread.status.erased_on != before.status.erased_on
    assert [c.due_on for c in thread.status.clocks] != [c.due_on for c in before.status.clocks]
    mine = await handing.read(other.handlers[0])
    assert passed_on_until(mine) == thread.status.erased_on
    assert is_clean(mine)


async def test_for_those_who_handed_it_over_the_acceptance_is_the_end(handing: Handing) -> None:
    world, other = handing.world, handing.other
    first = world.handlers[0]
    await handing.consent()
    await handing.accept()
    theirs = other.handlers[0]
    await theirs.reply(await handing.read(theirs), "Not for the others.", language="en")
    thread = await handing.read(first)
    assert is_clean(thread)
    assert thread.messages[-1].header.tag is Tag.ACCEPTANCE
    assert thread.status.state is State.HANDED_OVER
    assert not thread.status.clocks
    ends = thread.line.document.retention.after(world.today())
    assert thread.status.erased_on == ends
    assert passed_on_until(thread) == ends
    for tag in (Tag.MESSAGE, Tag.FEEDBACK, Tag.CLOSING):
        with pytest.raises(UnsentError, match="not with your line"):
            first.seal(thread, "One more thing.", language="en", tag=tag)


async def test_a_refusal_leaves_the_report_where_it_was(handing: Handing) -> None:
    world, other = handing.world, handing.other
    first, theirs = world.handlers[0], other.handlers[0]
    await handing.consent()
    await theirs.refuse(await handing.read(theirs), "This is not for us.", language="en")
    visit = await handing.visit()
    assert is_clean(visit.thread)
    [status] = handover_statuses(visit.thread, world.today())
    assert status.state is HandoverState.REFUSED
    assert visit.thread.messages[-1].text == "This is not for us."
    assert visit.thread.readers(world.today()) == {world.id_of(0), world.id_of(1)}
    await visit.reply("Then go on here.", language="en")
    assert texts(await handing.read(first))[-1] == "Then go on here."
    ended = await handing.read(theirs)
    assert is_clean(ended)
    assert ended.status.state is State.HANDED_OVER
    assert "Then go on here." not in texts(ended)
    with pytest.raises(UnsentError):
        theirs.seal(ended, "Still here.", language="en")


async def test_a_line_that_does_not_answer_in_time_reads_no_more(handing: Handing) -> None:
    world, other = handing.world, handing.other
    await handing.consent()
    world.clock.pass_days(21)
    theirs = other.handlers[0]
    thread = await handing.read(theirs)  # the host has not tidied up yet
    assert thread.status.state is State.HANDED_OVER
    await upkeep.erase_due(world.host)
    assert is_clean(await handing.read(theirs))
    visit = await handing.visit()
    assert is_clean(visit.thread)
    [status] = handover_statuses(visit.thread, world.today())
    assert status.state is HandoverState.NOT_ANSWERED
    assert visit.thread.readers(world.today()) == {world.id_of(0), world.id_of(1)}
    sent = await visit.seal("Then go on here.", language="en")
    assert set(sent.header.readers) == {world.id_of(0), world.id_of(1)}
    await visit.send(sent)
    late = await handing.read(theirs)
    assert "Then go on here." not in texts(late)
    with pytest.raises(UnsentError):
        await theirs.accept(late, "Now we do.", language="en")
    [status] = handover_statuses((await handing.visit()).thread, world.today())
    assert status.state is HandoverState.NOT_ANSWERED


async def test_a_consent_can_be_taken_back(handing: Handing) -> None:
    world, other = handing.world, handing.other
    await handing.consent()
    visit = await handing.visit()
    await visit.send(await visit.seal_taking_back("I thought better of it.", language="en"))
    visit = await handing.visit()
    [status] = handover_statuses(visit.thread, world.today())
    assert status.state is HandoverState.TAKEN_BACK
    theirs = other.handlers[0]
    thread = await handing.read(theirs)
    assert is_clean(thread)
    assert "I thought better of it." not in texts(thread)
    with pytest.raises(UnsentError):
        await theirs.accept(thread, "We take it up.", language="en")
    with pytest.raises(UnsentError, match="nothing to take back"):
        await visit.seal_taking_back("Again.", language="en")


async def test_nobody_accepts_what_they_have_not_read(handing: Handing) -> None:
    theirs = handing.other.handlers[0]
    await handing.consent()
    with pytest.raises(UnsentError, match="1 of the messages"):
        await theirs.accept(await handing.read(theirs), "We take it up.", language="en")


async def test_the_line_that_is_asked_says_only_what_it_may(handing: Handing) -> None:
    theirs = handing.other.handlers[0]
    await handing.consent()
    thread = await handing.read(theirs)
    for tag in (Tag.ACKNOWLEDGEMENT, Tag.FEEDBACK, Tag.REOPENING):
        with pytest.raises(UnsentError, match="accept or refuse"):
            theirs.seal(thread, "Hello.", language="en", tag=tag)
    await theirs.reply(thread, "What do you expect of us?", language="en")
    assert texts((await handing.visit()).thread)[-1] == "What do you expect of us?"


async def test_notes_among_handlers_stay_with_their_line(handing: Handing) -> None:
    world, other = handing.world, handing.other
    first, theirs = world.handlers[0], other.handlers[0]
    await first.reply(await handing.read(first), "A note.", language="en", note=True)
    consent = await handing.consent()
    thread = await handing.read(first)
    [asked] = [m.header.handover for m in thread.messages if m.header.handover]
    assert len(asked.messages) == 1  # the report alone
    await first.reply(thread, "Another note.", language="en", note=True)
    await handing.pass_on(first)
    await theirs.reply(await handing.read(theirs), "Our note.", language="en", note=True)
    thread = await handing.read(theirs)
    assert texts(thread) == [TEXT, None, LETTER, None, "Our note."]
    assert "Our note." not in texts(await handing.read(first))
    await handing.accept()
    assert "A note." not in texts(await handing.read(theirs))
    assert consent.message_id == thread.log.handovers.pending


async def test_messages_that_the_reporter_does_not_show_stay_closed(handing: Handing) -> None:
    world, other = handing.world, handing.other
    visit = await handing.visit()
    second = await visit.reply("Only for the first line.", language="en")
    visit = await handing.visit()
    target = await visit.find_line(other.line_keys.line_id)
    draft = await visit.seal_consent(
        target, LETTER, language="en", messages=[handing.submission.draft.message_id]
    )
    await visit.send(draft)
    await handing.pass_on(world.handlers[0])
    theirs = next(h for h in other.handlers if h.keys.handler_id in draft.header.readers)
    thread = await handing.read(theirs)
    found = {message.message_id: message for message in thread.messages}
    assert found[second.message_id].readability is Readability.NOT_FOR_YOU
    await theirs.accept(thread, "We take it up.", language="en")
    assert "Only for the first line." not in texts(await handing.read(theirs))


async def test_a_report_comes_back_to_the_line_it_was_made_on(handing: Handing) -> None:
    world, other = handing.world, handing.other
    await handing.consent()
    await handing.accept()
    world.clock.pass_days(3)
    visit = await handing.visit()
    target = await visit.find_line(world.line_keys.line_id)
    chosen = [world.id_of(1)]
    await visit.send(
        await visit.seal_consent(target, "Back to you.", language="en", readers=chosen)
    )
    await handing.pass_on(other.handlers[0])
    back = world.handlers[1]
    await back.accept(await handing.read(back), "Welcome back.", language="en")
    visit = await handing.visit()
    assert is_clean(visit.thread)
    assert visit.thread.readers(world.today()) == {world.id_of(1)}
    assert visit.thread.line.document.line_id == world.line_keys.line_id
    assert is_clean(await handing.read(back))
    gone = await handing.read(world.handlers[0])
    assert gone.status.state is State.HANDED_OVER
    assert "Back to you." not in texts(gone)
    assert is_clean(gone)
    ended = await handing.read(other.handlers[0])
    assert ended.status.state is State.HANDED_OVER
    assert is_clean(ended)


async def test_a_proposal_is_the_reporters_to_take_up(handing: Handing) -> None:
    first, other = handing.world.handlers[0], handing.other
    line = other.line_keys.line_id
    await first.propose(await handing.read(first), line, "They can help.", language="en")
    visit = await handing.visit()
    proposal = visit.thread.messages[-1]
    assert (proposal.header.proposes, proposal.text) == (line, "They can help.")
    assert not handover_statuses(visit.thread, handing.world.today())
    with pytest.raises(ProblemError):
        await handing.read(other.handlers[0])  # nothing of it is there for them


async def test_a_line_that_cannot_take_it_is_named_before_anything_is_sent(
    handing: Handing,
) -> None:
    visit, first = await handing.visit(), handing.world.handlers[0]
    own, nowhere = handing.world.line_keys.line_id, bytes(20)
    with pytest.raises(UnsentError, match="already"):
        await visit.find_line(own)
    with pytest.raises(UnsentError, match="not on the host"):
        await visit.find_line(type(own)(nowhere))
    with pytest.raises(UnsentError, match="not on the host"):
        await first.propose(
            await handing.read(first), type(own)(nowhere), "They can.", language="en"
        )
    handing.world.clock.pass_days(800)
    with pytest.raises(UnsentError, match="out of date"):
        await visit.find_line(handing.other.line_keys.line_id)


async def test_whom_the_reporter_leaves_out_of_either_line_reads_nothing(handing: Handing) -> None:
    world, other = handing.world, handing.other
    visit = await handing.visit()
    target = await visit.find_line(other.line_keys.line_id)
    left_out = [world.id_of(1), other.id_of(2)]
    draft = await visit.seal_consent(target, LETTER, language="en", left_out=left_out)
    assert set(left_out).isdisjoint(draft.header.readers)
    await visit.send(draft)
    await handing.pass_on(world.handlers[0])
    with pytest.raises(ProblemError):
        await handing.read(other.handlers[2])
    assert LETTER not in texts(await handing.read(world.handlers[1]))
    stranger = handing.submission.keys.report_id
    with pytest.raises(RefusedError, match=Reason.READER_NOT_ALLOWED.value):
        await (await handing.visit()).seal_consent(
            target, LETTER, language="en", left_out=[type(left_out[0])(stranger[:16])]
        )


async def test_the_last_day_is_a_sunday_two_weeks_ahead(handing: Handing) -> None:
    visit = await handing.visit()
    for _ in range(7):
        draft = await handing.seal_consent(visit)
        assert draft.header.handover is not None
        ahead = draft.header.handover.until - handing.world.today()
        assert timedelta(14) <= ahead <= timedelta(20)
        assert draft.header.handover.until.isoweekday() == 7
        assert REPORTER not in draft.header.readers
        handing.world.clock.pass_days(1)


async def test_a_whole_line_can_be_asked(handing: Handing) -> None:
    big = await add_line(handing.world, handlers=8, invite="an-invite-for-a-big-line")
    visit = await handing.visit()
    target = await visit.find_line(big.line_keys.line_id)
    chosen = [handler.keys.handler_id for handler in big.handlers]
    texts = [encode_base64url(handler) for handler in chosen]
    assert sorted(texts) != [encode_base64url(handler) for handler in sorted(chosen)]
    draft = await visit.seal_consent(target, LETTER, language="en", readers=chosen)
    await visit.send(draft)
    assert is_clean(await handing.read(big.handlers[7]))

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
from tests.client.handover_scenario import LETTER, HandoverScenario, add_line
from tests.client.hosted_line import TEXT
from tests.support import upkeep


def texts(thread: Thread) -> list[str | None]:
    return [message.text for message in thread.messages]


def is_clean(thread: Thread) -> bool:
    return not thread.alarms and not thread.notices


async def test_a_report_goes_to_another_line_with_everything_that_was_said(
    scenario: HandoverScenario,
) -> None:
    hosted, other = scenario.hosted, scenario.other
    first, theirs = hosted.handlers[0], other.handlers[0]
    await first.acknowledge(await scenario.read(first), "We have it.", language="en")
    await scenario.consent()
    waiting = await scenario.read(theirs)
    assert is_clean(waiting)
    assert texts(waiting) == [None, None, LETTER]  # not passed on yet
    assert await scenario.pass_on(first) == 4  # two messages to two readers
    waiting = await scenario.read(theirs)
    assert texts(waiting) == [TEXT, "We have it.", LETTER]
    assert waiting.status.state is State.ACKNOWLEDGED  # of the line that is responsible
    hosted.clock.pass_days(1)
    await theirs.accept(waiting, "We take it up.", language="en")
    thread = (await scenario.visit()).thread
    assert is_clean(thread)
    assert thread.line.document.line_id == other.line_keys.line_id
    assert thread.readers(hosted.today()) == {other.id_of(0), other.id_of(1)}
    assert thread.status.state is State.RECEIVED
    assert thread.status.milestones.received_on == hosted.today()
    [status] = handover_statuses(thread, hosted.today())
    assert (status.state, status.answered_on) == (HandoverState.ACCEPTED, hosted.today())
    await theirs.feedback(await scenario.read(theirs), "This is what we did.", language="en")
    visit = await scenario.visit()
    assert visit.thread.messages[-1].text == "This is what we did."
    await visit.reply("Thank you.", language="en")
    assert texts(await scenario.read(other.handlers[1]))[-1] == "Thank you."


async def test_the_terms_of_the_line_that_took_it_up_count_from_that_day(
    scenario: HandoverScenario,
) -> None:
    hosted, other = scenario.hosted, scenario.other
    first = hosted.handlers[0]
    await first.acknowledge(await scenario.read(first), "We have it.", language="en")
    before = (await scenario.visit()).thread
    await scenario.consent()
    hosted.clock.pass_days(5)
    await scenario.accept()
    today, terms = hosted.today(), (await other.reporter().line()).document
    thread = (await scenario.visit()).thread
    assert thread.status.erased_on == terms.maximum_term.after(today)
    assert thread.status.erased_on != before.status.erased_on
    assert [c.due_on for c in thread.status.clocks] != [c.due_on for c in before.status.clocks]
    mine = await scenario.read(other.handlers[0])
    assert passed_on_until(mine) == thread.status.erased_on
    assert is_clean(mine)


async def test_for_those_who_handed_it_over_the_acceptance_is_the_end(
    scenario: HandoverScenario,
) -> None:
    hosted, other = scenario.hosted, scenario.other
    first = hosted.handlers[0]
    await scenario.consent()
    await scenario.accept()
    theirs = other.handlers[0]
    await theirs.reply(await scenario.read(theirs), "Not for the others.", language="en")
    thread = await scenario.read(first)
    assert is_clean(thread)
    assert thread.messages[-1].header.tag is Tag.ACCEPTANCE
    assert thread.status.state is State.HANDED_OVER
    assert not thread.status.clocks
    ends = thread.line.document.retention.after(hosted.today())
    assert thread.status.erased_on == ends
    assert passed_on_until(thread) == ends
    for tag in (Tag.MESSAGE, Tag.FEEDBACK, Tag.CLOSING):
        with pytest.raises(UnsentError, match="not with your line"):
            first.seal(thread, "One more thing.", language="en", tag=tag)


async def test_a_refusal_leaves_the_report_where_it_was(scenario: HandoverScenario) -> None:
    hosted, other = scenario.hosted, scenario.other
    first, theirs = hosted.handlers[0], other.handlers[0]
    await scenario.consent()
    await theirs.refuse(await scenario.read(theirs), "This is not for us.", language="en")
    visit = await scenario.visit()
    assert is_clean(visit.thread)
    [status] = handover_statuses(visit.thread, hosted.today())
    assert status.state is HandoverState.REFUSED
    assert visit.thread.messages[-1].text == "This is not for us."
    assert visit.thread.readers(hosted.today()) == {hosted.id_of(0), hosted.id_of(1)}
    await visit.reply("Then go on here.", language="en")
    assert texts(await scenario.read(first))[-1] == "Then go on here."
    ended = await scenario.read(theirs)
    assert is_clean(ended)
    assert ended.status.state is State.HANDED_OVER
    assert "Then go on here." not in texts(ended)
    with pytest.raises(UnsentError):
        theirs.seal(ended, "Still here.", language="en")


async def test_a_line_that_does_not_answer_in_time_reads_no_more(
    scenario: HandoverScenario,
) -> None:
    hosted, other = scenario.hosted, scenario.other
    await scenario.consent()
    hosted.clock.pass_days(21)
    theirs = other.handlers[0]
    thread = await scenario.read(theirs)  # the host has not tidied up yet
    assert thread.status.state is State.HANDED_OVER
    await upkeep.erase_due(hosted.host)
    assert is_clean(await scenario.read(theirs))
    visit = await scenario.visit()
    assert is_clean(visit.thread)
    [status] = handover_statuses(visit.thread, hosted.today())
    assert status.state is HandoverState.NOT_ANSWERED
    assert visit.thread.readers(hosted.today()) == {hosted.id_of(0), hosted.id_of(1)}
    sent = await visit.seal("Then go on here.", language="en")
    assert set(sent.header.readers) == {hosted.id_of(0), hosted.id_of(1)}
    await visit.send(sent)
    late = await scenario.read(theirs)
    assert "Then go on here." not in texts(late)
    with pytest.raises(UnsentError):
        await theirs.accept(late, "Now we do.", language="en")
    [status] = handover_statuses((await scenario.visit()).thread, hosted.today())
    assert status.state is HandoverState.NOT_ANSWERED


async def test_a_consent_can_be_taken_back(scenario: HandoverScenario) -> None:
    hosted, other = scenario.hosted, scenario.other
    await scenario.consent()
    visit = await scenario.visit()
    await visit.send(await visit.seal_taking_back("I thought better of it.", language="en"))
    visit = await scenario.visit()
    [status] = handover_statuses(visit.thread, hosted.today())
    assert status.state is HandoverState.TAKEN_BACK
    theirs = other.handlers[0]
    thread = await scenario.read(theirs)
    assert is_clean(thread)
    assert "I thought better of it." not in texts(thread)
    with pytest.raises(UnsentError):
        await theirs.accept(thread, "We take it up.", language="en")
    with pytest.raises(UnsentError, match="nothing to take back"):
        await visit.seal_taking_back("Again.", language="en")


async def test_nobody_accepts_what_they_have_not_read(scenario: HandoverScenario) -> None:
    theirs = scenario.other.handlers[0]
    await scenario.consent()
    with pytest.raises(UnsentError, match="1 of the messages"):
        await theirs.accept(await scenario.read(theirs), "We take it up.", language="en")


async def test_the_line_that_is_asked_says_only_what_it_may(scenario: HandoverScenario) -> None:
    theirs = scenario.other.handlers[0]
    await scenario.consent()
    thread = await scenario.read(theirs)
    for tag in (Tag.ACKNOWLEDGEMENT, Tag.FEEDBACK, Tag.REOPENING):
        with pytest.raises(UnsentError, match="accept or refuse"):
            theirs.seal(thread, "Hello.", language="en", tag=tag)
    await theirs.reply(thread, "What do you expect of us?", language="en")
    assert texts((await scenario.visit()).thread)[-1] == "What do you expect of us?"


async def test_notes_among_handlers_stay_with_their_line(scenario: HandoverScenario) -> None:
    hosted, other = scenario.hosted, scenario.other
    first, theirs = hosted.handlers[0], other.handlers[0]
    await first.reply(await scenario.read(first), "A note.", language="en", note=True)
    consent = await scenario.consent()
    thread = await scenario.read(first)
    [asked] = [m.header.handover for m in thread.messages if m.header.handover]
    assert len(asked.messages) == 1  # the report alone
    await first.reply(thread, "Another note.", language="en", note=True)
    await scenario.pass_on(first)
    await theirs.reply(await scenario.read(theirs), "Our note.", language="en", note=True)
    thread = await scenario.read(theirs)
    assert texts(thread) == [TEXT, None, LETTER, None, "Our note."]
    assert "Our note." not in texts(await scenario.read(first))
    await scenario.accept()
    assert "A note." not in texts(await scenario.read(theirs))
    assert consent.message_id == thread.log.handovers.pending


async def test_messages_that_the_reporter_does_not_show_stay_closed(
    scenario: HandoverScenario,
) -> None:
    hosted, other = scenario.hosted, scenario.other
    visit = await scenario.visit()
    second = await visit.reply("Only for the first line.", language="en")
    visit = await scenario.visit()
    target = await visit.find_line(other.line_keys.line_id)
    draft = await visit.seal_consent(
        target, LETTER, language="en", messages=[scenario.submission.draft.message_id]
    )
    await visit.send(draft)
    await scenario.pass_on(hosted.handlers[0])
    theirs = next(h for h in other.handlers if h.keys.handler_id in draft.header.readers)
    thread = await scenario.read(theirs)
    found = {message.message_id: message for message in thread.messages}
    assert found[second.message_id].readability is Readability.NOT_FOR_YOU
    await theirs.accept(thread, "We take it up.", language="en")
    assert "Only for the first line." not in texts(await scenario.read(theirs))


async def test_a_report_comes_back_to_the_line_it_was_made_on(scenario: HandoverScenario) -> None:
    hosted, other = scenario.hosted, scenario.other
    await scenario.consent()
    await scenario.accept()
    hosted.clock.pass_days(3)
    visit = await scenario.visit()
    target = await visit.find_line(hosted.line_keys.line_id)
    chosen = [hosted.id_of(1)]
    await visit.send(
        await visit.seal_consent(target, "Back to you.", language="en", readers=chosen)
    )
    await scenario.pass_on(other.handlers[0])
    back = hosted.handlers[1]
    await back.accept(await scenario.read(back), "Welcome back.", language="en")
    visit = await scenario.visit()
    assert is_clean(visit.thread)
    assert visit.thread.readers(hosted.today()) == {hosted.id_of(1)}
    assert visit.thread.line.document.line_id == hosted.line_keys.line_id
    assert is_clean(await scenario.read(back))
    gone = await scenario.read(hosted.handlers[0])
    assert gone.status.state is State.HANDED_OVER
    assert "Back to you." not in texts(gone)
    assert is_clean(gone)
    ended = await scenario.read(other.handlers[0])
    assert ended.status.state is State.HANDED_OVER
    assert is_clean(ended)


async def test_a_proposal_is_the_reporters_to_take_up(scenario: HandoverScenario) -> None:
    first, other = scenario.hosted.handlers[0], scenario.other
    line = other.line_keys.line_id
    await first.propose(await scenario.read(first), line, "They can help.", language="en")
    visit = await scenario.visit()
    proposal = visit.thread.messages[-1]
    assert (proposal.header.proposes, proposal.text) == (line, "They can help.")
    assert not handover_statuses(visit.thread, scenario.hosted.today())
    with pytest.raises(ProblemError):
        await scenario.read(other.handlers[0])  # nothing of it is there for them


async def test_a_line_that_cannot_take_it_is_named_before_anything_is_sent(
    scenario: HandoverScenario,
) -> None:
    visit, first = await scenario.visit(), scenario.hosted.handlers[0]
    own, nowhere = scenario.hosted.line_keys.line_id, bytes(20)
    with pytest.raises(UnsentError, match="already"):
        await visit.find_line(own)
    with pytest.raises(UnsentError, match="not on the host"):
        await visit.find_line(type(own)(nowhere))
    with pytest.raises(UnsentError, match="not on the host"):
        await first.propose(
            await scenario.read(first), type(own)(nowhere), "They can.", language="en"
        )
    scenario.hosted.clock.pass_days(800)
    with pytest.raises(UnsentError, match="out of date"):
        await visit.find_line(scenario.other.line_keys.line_id)


async def test_whom_the_reporter_leaves_out_of_either_line_reads_nothing(
    scenario: HandoverScenario,
) -> None:
    hosted, other = scenario.hosted, scenario.other
    visit = await scenario.visit()
    target = await visit.find_line(other.line_keys.line_id)
    left_out = [hosted.id_of(1), other.id_of(2)]
    draft = await visit.seal_consent(target, LETTER, language="en", left_out=left_out)
    assert set(left_out).isdisjoint(draft.header.readers)
    await visit.send(draft)
    await scenario.pass_on(hosted.handlers[0])
    with pytest.raises(ProblemError):
        await scenario.read(other.handlers[2])
    assert LETTER not in texts(await scenario.read(hosted.handlers[1]))
    stranger = scenario.submission.keys.report_id
    with pytest.raises(RefusedError, match=Reason.READER_NOT_ALLOWED.value):
        await (await scenario.visit()).seal_consent(
            target, LETTER, language="en", left_out=[type(left_out[0])(stranger[:16])]
        )


async def test_the_last_day_is_a_sunday_two_weeks_ahead(scenario: HandoverScenario) -> None:
    visit = await scenario.visit()
    for _ in range(7):
        draft = await scenario.seal_consent(visit)
        assert draft.header.handover is not None
        ahead = draft.header.handover.until - scenario.hosted.today()
        assert timedelta(14) <= ahead <= timedelta(20)
        assert draft.header.handover.until.isoweekday() == 7
        assert REPORTER not in draft.header.readers
        scenario.hosted.clock.pass_days(1)


async def test_a_whole_line_can_be_asked(scenario: HandoverScenario) -> None:
    big = await add_line(scenario.hosted, handlers=8, invite="an-invite-for-a-big-line")
    visit = await scenario.visit()
    target = await visit.find_line(big.line_keys.line_id)
    chosen = [handler.keys.handler_id for handler in big.handlers]
    texts = [encode_base64url(handler) for handler in chosen]
    assert sorted(texts) != [encode_base64url(handler) for handler in sorted(chosen)]
    draft = await visit.seal_consent(target, LETTER, language="en", readers=chosen)
    await visit.send(draft)
    assert is_clean(await scenario.read(big.handlers[7]))

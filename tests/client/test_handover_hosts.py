"""What a host that lies about a handover can do, alone or with somebody of either line."""

import pytest

from meldpunt.client import (
    Draft,
    Handler,
    HandoverState,
    NoticeKind,
    Thread,
    UnsentError,
    handover_statuses,
    passed_on_until,
    renew_keys,
)
from meldpunt.client.messages.draft import next_header, seal_draft, write_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_line_id
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.served import ServedLine
from meldpunt.server.usecases import upkeep
from meldpunt.wire.reports import ReportStatus, ServedMessage
from tests.client.handing import LETTER, Handing, add_line
from tests.client.test_bad_host import alarms, kinds, rewrite, serving
from tests.client.two_hosts import Move
from tests.client.world import FIRST_DAY, TEXT


def answer(
    handing: Handing, thread: Thread, by: Handler, tag: Tag, consent: ids.MessageId
) -> Draft:
    """Seal an answer without asking whether it may be given, as a changed client does."""
    author, today = by.keys.handler_id, handing.world.today()
    header = next_header(thread, tag=tag, readers=[author, REPORTER], day=today, consent=consent)
    return seal_draft(
        header.model_copy(update={"author": author, "n": thread.log.next_n(author)}),
        write_payload("We take it up.", language="en"),
        lines=thread.lines,
        author=by.keys.signing,
        entropy=handing.world.entropy,
        today=today,
    )


def smuggle(handing: Handing, draft: Draft) -> None:
    """Let the host show a message that it should have refused."""
    day, sealed = handing.world.today(), draft.message
    served = ServedMessage(
        header=sealed.header,
        signature=sealed.signature,
        received_on=day,
        proof=handing.world.host.secrets.prove(draft.message_id, day),
        body=sealed.body,
    )
    handing.world.wire.change = serving(lambda messages: [*messages, served])


async def state(handing: Handing) -> HandoverState:
    [status] = handover_statuses((await handing.visit()).thread, handing.world.today())
    return status.state


async def test_nobody_takes_it_up_whom_the_reporter_did_not_name(handing: Handing) -> None:
    consent = await handing.consent(readers=(0, 1))
    thread = await handing.read(handing.other.handlers[0])
    stranger = handing.other.handlers[2]
    smuggle(handing, answer(handing, thread, stranger, Tag.ACCEPTANCE, consent.message_id))
    visit = await handing.visit()
    assert Reason.HANDOVER in alarms(visit.thread)
    assert visit.thread.line.document.line_id == handing.world.line_keys.line_id
    assert await state(handing) is HandoverState.ASKED


async def test_who_had_it_cannot_take_it_up_in_the_others_place(handing: Handing) -> None:
    consent = await handing.consent()
    first = handing.world.handlers[0]
    thread = await handing.read(first)
    draft = answer(handing, thread, first, Tag.REFUSAL, consent.message_id)
    smuggle(handing, draft)
    visit = await handing.visit()
    assert Reason.HANDOVER in alarms(visit.thread)
    assert await state(handing) is HandoverState.ASKED


async def test_an_answer_after_the_last_day_counts_for_nothing(handing: Handing) -> None:
    consent = await handing.consent()
    theirs = handing.other.handlers[0]
    thread = await handing.read(theirs)
    handing.world.clock.pass_days(21)
    smuggle(handing, answer(handing, thread, theirs, Tag.ACCEPTANCE, consent.message_id))
    visit = await handing.visit()
    assert Reason.HANDOVER in alarms(visit.thread)
    assert visit.thread.status.progress.received_on == FIRST_DAY
    assert kinds(visit.thread) == {NoticeKind.HOST_COUNT}
    assert await state(handing) is HandoverState.NOT_ANSWERED
    draft = await visit.seal("Go on here.", language="en")
    assert set(draft.header.readers) == {handing.world.id_of(0), handing.world.id_of(1)}


async def test_an_answer_in_another_report_is_refused(handing: Handing) -> None:
    consent = await handing.consent()
    world = handing.world
    second = Handing(world, handing.other, await world.submit("Another report."))
    await second.consent()
    await second.accept()
    taken: list[ServedMessage] = []

    def take(messages: list[ServedMessage]) -> list[ServedMessage]:
        taken.append(messages[-1])
        return messages

    world.wire.change = serving(take)
    await second.visit()
    world.wire.change = serving(lambda messages: [*messages, taken[-1]])
    with pytest.raises(RefusedError) as refused:
        await handing.visit()
    assert refused.value.reason is Reason.OTHER_REPORT
    assert consent.notices == ()


async def test_a_hidden_acceptance_shows_as_soon_as_somebody_writes(handing: Handing) -> None:
    await handing.consent()
    await handing.accept()
    world, theirs = handing.world, handing.other.handlers[0]
    await handing.read(theirs)
    world.wire.change = serving(lambda messages: messages[:-1])
    thread = (await handing.visit()).thread
    assert await state(handing) is HandoverState.ASKED  # until then
    assert {NoticeKind.HOST_STATE, NoticeKind.HOST_DOCUMENT} & kinds(thread)
    assert Reason.UNKNOWN_SEEN in alarms(await handing.read(theirs))  # who saw it remembers
    world.wire.change = None
    await theirs.reply(await handing.read(theirs), "What we did.", language="en")
    world.wire.change = serving(lambda m: [x for x in m if b'"acceptance"' not in x.header])
    visit = await handing.visit()
    assert Reason.UNKNOWN_SEEN in alarms(visit.thread)
    with pytest.raises(RefusedError, match="unknown-seen"):
        await visit.seal("To whom?", language="en")


async def test_a_hidden_message_keeps_the_report_from_being_taken_up(handing: Handing) -> None:
    theirs = handing.other.handlers[0]
    await handing.consent()
    await handing.pass_on(handing.world.handlers[0])
    handing.world.wire.change = serving(lambda messages: messages[1:])
    thread = await handing.read(theirs)
    with pytest.raises((RefusedError, UnsentError)):
        await theirs.accept(thread, "We take it up.", language="en")


async def test_a_host_cannot_say_that_another_line_answers(handing: Handing) -> None:
    line = handing.other.line_keys.line_id
    handing.world.wire.change = rewrite(
        "/report", ReportStatus, lambda found: found.model_copy(update={"answered_by": line})
    )
    thread = (await handing.visit()).thread
    assert thread.line.document.line_id == handing.world.line_keys.line_id
    assert NoticeKind.HOST_DOCUMENT in kinds(thread)


async def test_a_line_with_other_keys_is_not_the_one_that_was_asked(handing: Handing) -> None:
    third = await add_line(handing.world, invite="an-invite-for-a-third-line")
    stranger = await third.served_line()
    visit, asked = await handing.visit(), handing.other.line_keys.line_id
    handing.world.wire.change = rewrite(encode_line_id(asked), ServedLine, lambda _: stranger)
    with pytest.raises(RefusedError) as refused:
        await visit.find_line(asked)
    assert refused.value.reason is Reason.FIRST_KEY


async def test_a_withdrawal_after_a_handover_erases_it_for_everybody(handing: Handing) -> None:
    world, other = handing.world, handing.other
    await handing.consent()
    await handing.accept()
    await (await handing.visit()).withdraw(language="en", immediate=True)
    await upkeep.erase_due(world.host)
    assert (await handing.visit()).thread.erased
    for handler in (other.handlers[0], world.handlers[0]):
        thread = await handing.read(handler)
        assert thread.erased
        assert not thread.alarms


async def test_a_false_erasure_of_what_was_handed_over_is_told(handing: Handing) -> None:
    await handing.consent()
    await handing.accept()
    handing.world.wire.change = rewrite(
        "/report", ReportStatus, lambda found: found.model_copy(update={"erased": True})
    )
    thread = (await handing.visit()).thread
    assert not thread.erased
    assert Reason.GAP in alarms(thread)


async def test_a_report_that_was_taken_over_goes_on_to_another_line(handing: Handing) -> None:
    visit = await handing.visit()
    takeover = await visit.take_over(language="en")
    await visit.send_takeover(takeover)
    visit = await handing.world.reporter().open(takeover.receipt)
    await visit.send(await handing.seal_consent(visit))
    await handing.accept()
    thread = (await handing.world.reporter().open(takeover.receipt)).thread
    assert not thread.alarms
    assert thread.line.document.line_id == handing.other.line_keys.line_id


async def test_the_line_that_took_it_up_admits_its_own_people_only(handing: Handing) -> None:
    world, other = handing.world, handing.other
    await handing.consent()
    await handing.accept()
    theirs, colleague = other.handlers[0], other.handlers[2]
    thread = await handing.read(theirs)
    with pytest.raises(RefusedError, match="reader-not-allowed"):
        theirs.seal_admission(thread, world.id_of(2), "Help.", language="en")
    await theirs.admit(thread, other.id_of(2), "She knows the law.", language="en")
    found = await handing.read(colleague)
    assert not found.alarms
    assert [m.text for m in found.messages][:2] == [TEXT, LETTER]
    visit = await handing.visit()
    assert visit.thread.admitted(world.today()) == {other.id_of(2)}


async def test_rotating_keeps_what_each_side_may_keep(handing: Handing) -> None:
    world, other = handing.world, handing.other
    await handing.consent()
    await handing.accept()
    await handing.pass_on(other.handlers[0])
    first, theirs = world.handlers[0], other.handlers[0]
    ends = passed_on_until(await handing.read(first))
    assert ends < passed_on_until(await handing.read(theirs))
    world.clock.pass_days((ends - world.today()).days + 1)
    for handler in (first, theirs):
        await handler.publish_keys(lambda _: None)
        done = await renew_keys(handler, lambda _: None)
        assert bool(done.past_term) is (handler is first)
        assert not done.alarms
    assert (await handing.read(theirs)).messages[0].text == TEXT


async def test_a_report_that_stays_behind_when_its_line_moves_is_found(move: Move) -> None:
    world = move.world
    await world.open_line()
    handing = Handing(world, await add_line(world), await world.submit())
    await handing.consent()
    await handing.accept()
    await move.all_of_it()
    visit = await handing.visit()
    assert visit.thread.line.document.line_id == handing.other.line_keys.line_id
    await visit.reply("Still here.", language="en")
    assert (await visit.refresh()).messages[-1].header.tag is Tag.MESSAGE
    theirs = await handing.read(handing.other.handlers[0])
    assert theirs.messages[-1].text == "Still here."
    assert not theirs.alarms

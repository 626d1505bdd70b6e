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
from meldpunt.wire.reports import ReportStatus, ServedMessage
from tests.client.handover_scenario import LETTER, HandoverScenario, add_line
from tests.client.hosted_line import FIRST_DAY, TEXT
from tests.client.test_bad_host import alarms, kinds, rewrite, serving
from tests.client.transfer_scenario import TransferScenario
from tests.support import upkeep


def answer(
    scenario: HandoverScenario, thread: Thread, by: Handler, tag: Tag, consent: ids.MessageId
) -> Draft:
    """Seal an answer without asking whether it may be given, as a changed client does."""
    author, today = by.keys.handler_id, scenario.hosted.today()
    header = next_header(thread, tag=tag, readers=[author, REPORTER], day=today, consent=consent)
    return seal_draft(
        header.model_copy(update={"author": author, "n": thread.log.next_n(author)}),
        write_payload("We take it up.", language="en"),
        lines=thread.lines,
        author=by.keys.signing,
        entropy=scenario.hosted.entropy,
        today=today,
    )


def smuggle(scenario: HandoverScenario, draft: Draft) -> None:
    """Let the host show a message that it should have refused."""
    day, sealed = scenario.hosted.today(), draft.message
    served = ServedMessage(
        header=sealed.header,
        signature=sealed.signature,
        received_on=day,
        proof=scenario.hosted.host.secrets.prove(draft.message_id, day),
        body=sealed.body,
    )
    scenario.hosted.network.change = serving(lambda messages: [*messages, served])


async def state(scenario: HandoverScenario) -> HandoverState:
    [status] = handover_statuses((await scenario.visit()).thread, scenario.hosted.today())
    return status.state


async def test_nobody_takes_it_up_whom_the_reporter_did_not_name(
    scenario: HandoverScenario,
) -> None:
    consent = await scenario.consent(readers=(0, 1))
    thread = await scenario.read(scenario.other.handlers[0])
    stranger = scenario.other.handlers[2]
    smuggle(scenario, answer(scenario, thread, stranger, Tag.ACCEPTANCE, consent.message_id))
    visit = await scenario.visit()
    assert Reason.HANDOVER in alarms(visit.thread)
    assert visit.thread.line.document.line_id == scenario.hosted.line_keys.line_id
    assert await state(scenario) is HandoverState.ASKED


async def test_who_had_it_cannot_take_it_up_in_the_others_place(scenario: HandoverScenario) -> None:
    consent = await scenario.consent()
    first = scenario.hosted.handlers[0]
    thread = await scenario.read(first)
    draft = answer(scenario, thread, first, Tag.REFUSAL, consent.message_id)
    smuggle(scenario, draft)
    visit = await scenario.visit()
    assert Reason.HANDOVER in alarms(visit.thread)
    assert await state(scenario) is HandoverState.ASKED


async def test_an_answer_after_the_last_day_counts_for_nothing(scenario: HandoverScenario) -> None:
    consent = await scenario.consent()
    theirs = scenario.other.handlers[0]
    thread = await scenario.read(theirs)
    scenario.hosted.clock.pass_days(21)
    smuggle(scenario, answer(scenario, thread, theirs, Tag.ACCEPTANCE, consent.message_id))
    visit = await scenario.visit()
    assert Reason.HANDOVER in alarms(visit.thread)
    assert visit.thread.status.milestones.received_on == FIRST_DAY
    # Its author had opened the report. The host's days were counted without that message.
    assert kinds(visit.thread) == {NoticeKind.HOST_COUNT, NoticeKind.HOST_CLOCKS}
    assert await state(scenario) is HandoverState.NOT_ANSWERED
    draft = await visit.seal("Go on here.", language="en")
    assert set(draft.header.readers) == {scenario.hosted.id_of(0), scenario.hosted.id_of(1)}


async def test_an_answer_in_another_report_is_refused(scenario: HandoverScenario) -> None:
    consent = await scenario.consent()
    hosted = scenario.hosted
    second = HandoverScenario(hosted, scenario.other, await hosted.submit("Another report."))
    await second.consent()
    await second.accept()
    taken: list[ServedMessage] = []

    def take(messages: list[ServedMessage]) -> list[ServedMessage]:
        taken.append(messages[-1])
        return messages

    hosted.network.change = serving(take)
    await second.visit()
    hosted.network.change = serving(lambda messages: [*messages, taken[-1]])
    with pytest.raises(RefusedError) as refused:
        await scenario.visit()
    assert refused.value.reason is Reason.OTHER_REPORT
    assert consent.notices == ()


async def test_a_hidden_acceptance_shows_as_soon_as_somebody_writes(
    scenario: HandoverScenario,
) -> None:
    await scenario.consent()
    await scenario.accept()
    hosted, theirs = scenario.hosted, scenario.other.handlers[0]
    await scenario.read(theirs)
    hosted.network.change = serving(lambda messages: messages[:-1])
    thread = (await scenario.visit()).thread
    assert await state(scenario) is HandoverState.ASKED  # until then
    assert {NoticeKind.HOST_STATE, NoticeKind.HOST_DOCUMENT} & kinds(thread)
    assert Reason.UNKNOWN_SEEN in alarms(await scenario.read(theirs))  # who saw it remembers
    hosted.network.change = None
    await theirs.reply(await scenario.read(theirs), "What we did.", language="en")
    hosted.network.change = serving(lambda m: [x for x in m if b'"acceptance"' not in x.header])
    visit = await scenario.visit()
    assert Reason.UNKNOWN_SEEN in alarms(visit.thread)
    with pytest.raises(RefusedError, match="unknown-seen"):
        await visit.seal("To whom?", language="en")


async def test_a_hidden_message_keeps_the_report_from_being_taken_up(
    scenario: HandoverScenario,
) -> None:
    theirs = scenario.other.handlers[0]
    await scenario.consent()
    await scenario.pass_on(scenario.hosted.handlers[0])
    scenario.hosted.network.change = serving(lambda messages: messages[1:])
    thread = await scenario.read(theirs)
    with pytest.raises((RefusedError, UnsentError)):
        await theirs.accept(thread, "We take it up.", language="en")


async def test_a_host_cannot_say_that_another_line_answers(scenario: HandoverScenario) -> None:
    line = scenario.other.line_keys.line_id
    scenario.hosted.network.change = rewrite(
        "/report", ReportStatus, lambda found: found.model_copy(update={"answered_by": line})
    )
    thread = (await scenario.visit()).thread
    assert thread.line.document.line_id == scenario.hosted.line_keys.line_id
    assert NoticeKind.HOST_DOCUMENT in kinds(thread)


async def test_a_line_with_other_keys_is_not_the_one_that_was_asked(
    scenario: HandoverScenario,
) -> None:
    third = await add_line(scenario.hosted, invite="an-invite-for-a-third-line")
    stranger = await third.served_line()
    visit, asked = await scenario.visit(), scenario.other.line_keys.line_id
    scenario.hosted.network.change = rewrite(encode_line_id(asked), ServedLine, lambda _: stranger)
    with pytest.raises(RefusedError) as refused:
        await visit.find_line(asked)
    assert refused.value.reason is Reason.FIRST_KEY


async def test_a_withdrawal_after_a_handover_erases_it_for_everybody(
    scenario: HandoverScenario,
) -> None:
    hosted, other = scenario.hosted, scenario.other
    await scenario.consent()
    await scenario.accept()
    await (await scenario.visit()).withdraw(language="en", immediate=True)
    await upkeep.erase_due(hosted.host)
    assert (await scenario.visit()).thread.erased
    for handler in (other.handlers[0], hosted.handlers[0]):
        thread = await scenario.read(handler)
        assert thread.erased
        assert not thread.alarms


async def test_a_false_erasure_of_what_was_handed_over_is_told(scenario: HandoverScenario) -> None:
    await scenario.consent()
    await scenario.accept()
    scenario.hosted.network.change = rewrite(
        "/report", ReportStatus, lambda found: found.model_copy(update={"erased": True})
    )
    thread = (await scenario.visit()).thread
    assert not thread.erased
    assert Reason.GAP in alarms(thread)


async def test_a_report_that_was_taken_over_goes_on_to_another_line(
    scenario: HandoverScenario,
) -> None:
    visit = await scenario.visit()
    takeover = await visit.take_over(language="en")
    await visit.send_takeover(takeover)
    visit = await scenario.hosted.reporter().open(takeover.receipt)
    await visit.send(await scenario.seal_consent(visit))
    await scenario.accept()
    thread = (await scenario.hosted.reporter().open(takeover.receipt)).thread
    assert not thread.alarms
    assert thread.line.document.line_id == scenario.other.line_keys.line_id


async def test_the_line_that_took_it_up_admits_its_own_people_only(
    scenario: HandoverScenario,
) -> None:
    hosted, other = scenario.hosted, scenario.other
    await scenario.consent()
    await scenario.accept()
    theirs, colleague = other.handlers[0], other.handlers[2]
    thread = await scenario.read(theirs)
    with pytest.raises(RefusedError, match="reader-not-allowed"):
        theirs.seal_admission(thread, hosted.id_of(2), "Help.", language="en")
    await theirs.admit(thread, other.id_of(2), "She knows the law.", language="en")
    found = await scenario.read(colleague)
    assert not found.alarms
    assert [m.text for m in found.messages][:2] == [TEXT, LETTER]
    visit = await scenario.visit()
    assert visit.thread.admitted(hosted.today()) == {other.id_of(2)}


async def test_rotating_keeps_what_each_side_may_keep(scenario: HandoverScenario) -> None:
    hosted, other = scenario.hosted, scenario.other
    await scenario.consent()
    await scenario.accept()
    await scenario.pass_on(other.handlers[0])
    first, theirs = hosted.handlers[0], other.handlers[0]
    ends = passed_on_until(await scenario.read(first))
    assert ends < passed_on_until(await scenario.read(theirs))
    hosted.clock.pass_days((ends - hosted.today()).days + 1)
    for handler in (first, theirs):
        await handler.publish_keys(lambda _: None)
        done = await renew_keys(handler, lambda _: None)
        assert bool(done.past_term) is (handler is first)
        assert not done.alarms
    assert (await scenario.read(theirs)).messages[0].text == TEXT


async def test_a_report_that_stays_behind_when_its_line_moves_is_found(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    scenario = HandoverScenario(hosted, await add_line(hosted), await hosted.submit())
    await scenario.consent()
    await scenario.accept()
    await transfer.move_line()
    visit = await scenario.visit()
    assert visit.thread.line.document.line_id == scenario.other.line_keys.line_id
    await visit.reply("Still here.", language="en")
    assert (await visit.refresh()).messages[-1].header.tag is Tag.MESSAGE
    theirs = await scenario.read(scenario.other.handlers[0])
    assert theirs.messages[-1].text == "Still here."
    assert not theirs.alarms

"""After a handover, or none: who goes on with what, and who is asked again."""

import pytest

from meldpunt.client import UnsentError, passed_on_until, renew_keys
from meldpunt.protocol.verify.log.clocks import State
from tests.client.handover_scenario import LETTER, HandoverScenario
from tests.support import upkeep


async def test_who_did_not_answer_in_time_goes_on_rotating(scenario: HandoverScenario) -> None:
    theirs = scenario.other.handlers[0]
    await scenario.consent()
    await scenario.pass_on(scenario.hosted.handlers[0])
    await scenario.read(theirs)
    scenario.hosted.clock.pass_days(21)
    await upkeep.erase_due(scenario.hosted.host)
    await (await scenario.visit()).reply("Then go on here.", language="en")
    scenario.hosted.clock.pass_days(46)
    await theirs.publish_keys(lambda _: None)
    done = await renew_keys(theirs, lambda _: None)
    assert not done.alarms
    assert (await scenario.read(theirs)).notices == ()


async def test_an_acceptance_is_the_end_for_whom_a_colleague_let_in_meanwhile(
    scenario: HandoverScenario,
) -> None:
    hosted, other = scenario.hosted, scenario.other
    await scenario.consent()
    await scenario.pass_on(hosted.handlers[0])
    theirs = other.handlers[0]
    acceptance = theirs.seal_answer(await scenario.read(theirs), "We do.", language="en")
    first = hosted.handlers[0]
    await first.admit(await scenario.read(first), hosted.id_of(2), "Help me.", language="en")
    await theirs.send(await scenario.read(theirs), acceptance)
    for number in (0, 2):
        thread = await scenario.read(hosted.handlers[number])
        assert not thread.notices
        assert thread.status.state is State.HANDED_OVER
        assert passed_on_until(thread) < passed_on_until(await scenario.read(theirs))


async def test_a_line_that_is_asked_again_brings_nobody_back_whom_the_reporter_left_out(
    scenario: HandoverScenario,
) -> None:
    hosted, other = scenario.hosted, scenario.other
    visit = await scenario.visit()
    target = await visit.find_line(other.line_keys.line_id)
    readers = [other.id_of(0), other.id_of(1)]
    draft = await visit.seal_consent(target, LETTER, language="en", readers=readers)
    await visit.send(draft)
    await scenario.accept()
    visit = await scenario.visit()
    back = await visit.find_line(hosted.line_keys.line_id)
    for _ in range(8):  # three handlers: a lot would soon fall on the third
        draft = await visit.seal_consent(back, "Back to you.", language="en")
        assert draft.header.handover is not None
        assert set(draft.header.handover.readers) == {hosted.id_of(0), hosted.id_of(1)}
    alone = await visit.seal_consent(
        back, "To you alone.", language="en", left_out=[hosted.id_of(1)]
    )
    assert alone.header.handover is not None
    assert alone.header.handover.readers == (hosted.id_of(0),)
    with pytest.raises(UnsentError, match="Choose who"):
        await visit.seal_consent(
            back, "To whom?", language="en", left_out=[hosted.id_of(0), hosted.id_of(1)]
        )
    chosen = await visit.seal_consent(
        back, "To you, then.", language="en", readers=[hosted.id_of(2)]
    )
    assert hosted.id_of(2) in chosen.header.readers

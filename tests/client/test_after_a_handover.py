"""After a handover, or none: who goes on with what, and who is asked again."""

import pytest

from meldpunt.client import UnsentError, passed_on_until, renew_keys
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.server.usecases import upkeep
from tests.client.handing import LETTER, Handing


async def test_who_did_not_answer_in_time_goes_on_rotating(handing: Handing) -> None:
    theirs = handing.other.handlers[0]
    await handing.consent()
    await handing.pass_on(handing.world.handlers[0])
    await handing.read(theirs)
    handing.world.clock.pass_days(21)
    await upkeep.erase_due(handing.world.host)
    await (await handing.visit()).reply("Then go on here.", language="en")
    handing.world.clock.pass_days(46)
    await theirs.publish_keys(lambda _: None)
    done = await renew_keys(theirs, lambda _: None)
    assert not done.alarms
    assert (await handing.read(theirs)).notices == ()


async def test_an_acceptance_is_the_end_for_whom_a_colleague_let_in_meanwhile(
    handing: Handing,
) -> None:
    world, other = handing.world, handing.other
    await handing.consent()
    await handing.pass_on(world.handlers[0])
    theirs = other.handlers[0]
    acceptance = theirs.seal_answer(await handing.read(theirs), "We do.", language="en")
    first = world.handlers[0]
    await first.admit(await handing.read(first), world.id_of(2), "Help me.", language="en")
    await theirs.send(await handing.read(theirs), acceptance)
    for number in (0, 2):
        thread = await handing.read(world.handlers[number])
        assert not thread.notices
        assert thread.status.state is State.HANDED_OVER
        assert passed_on_until(thread) < passed_on_until(await handing.read(theirs))


async def test_a_line_that_is_asked_again_brings_nobody_back_whom_the_reporter_left_out(
    handing: Handing,
) -> None:
    world, other = handing.world, handing.other
    visit = await handing.visit()
    target = await visit.find_line(other.line_keys.line_id)
    readers = [other.id_of(0), other.id_of(1)]
    draft = await visit.seal_consent(target, LETTER, language="en", readers=readers)
    await visit.send(draft)
    await handing.accept()
    visit = await handing.visit()
    back = await visit.find_line(world.line_keys.line_id)
    for _ in range(8):  # three handlers: a lot would soon fall on the third
        draft = await visit.seal_consent(back, "Back to you.", language="en")
        assert draft.header.handover is not None
        assert set(draft.header.handover.readers) == {world.id_of(0), world.id_of(1)}
    alone = await visit.seal_consent(
        back, "To you alone.", language="en", left_out=[world.id_of(1)]
    )
    assert alone.header.handover is not None
    assert alone.header.handover.readers == (world.id_of(0),)
    with pytest.raises(UnsentError, match="Choose who"):
        await visit.seal_consent(
            back, "To whom?", language="en", left_out=[world.id_of(0), world.id_of(1)]
        )
    chosen = await visit.seal_consent(
        back, "To you, then.", language="en", readers=[world.id_of(2)]
    )
    assert world.id_of(2) in chosen.header.readers

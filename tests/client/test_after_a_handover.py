"""What those who read on no more go on with: their own keys, and nothing that followed."""

from meldpunt.client import passed_on_until, renew_keys
from meldpunt.protocol.verify.clocks import State
from meldpunt.server.usecases import upkeep
from tests.client.handing import Handing


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
        assert thread.standing.state is State.HANDED_OVER
        assert passed_on_until(thread) < passed_on_until(await handing.read(theirs))

"""The sandbox of the demonstration answers by itself, whatever a reporter does with it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meldpunt.client import Visit
from meldpunt.demo.sandbox import WISHES, Sandbox
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import Tag
from tests.client.handover_scenario import HandoverScenario, make_handover_scenario


@pytest.fixture
async def scenario(tmp_path: Path) -> AsyncIterator[HandoverScenario]:
    async with make_handover_scenario(tmp_path) as made:
        yield made


def sandbox(scenario: HandoverScenario) -> Sandbox:
    other = scenario.other
    return Sandbox(tuple(scenario.hosted.handlers), tuple(other.handlers), other.line_keys.line_id)


async def answers(visit: Visit, made: Sandbox) -> list[Tag]:
    """Let the sandbox look until it has nothing to say, and return the tags of its answers."""
    before = len((await visit.refresh()).messages)
    for _ in range(6):
        await made.look()
    thread = await visit.refresh()
    assert not thread.alarms
    assert not thread.notices
    new = thread.messages[before:]
    return [message.header.tag for message in new if message.header.author != REPORTER]


async def test_a_report_is_acknowledged_and_asked_once(scenario: HandoverScenario) -> None:
    made, visit = sandbox(scenario), await scenario.visit()
    assert await answers(visit, made) == [Tag.ACKNOWLEDGEMENT, Tag.MESSAGE]
    assert await answers(visit, made) == []
    await visit.reply("Yes.", language="en")
    assert await answers(visit, made) == [Tag.FEEDBACK]
    await visit.reply("Thank you.", language="nl")
    assert await answers(visit, made) == [Tag.FEEDBACK]
    assert "Dit hebben wij gedaan" in (visit.thread.messages[-1].text or "")


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("#close", [Tag.FEEDBACK, Tag.CLOSING]),
        ("#colleague", [Tag.ADMIT]),
        ("#handover", [Tag.PROPOSAL]),
        ("#pause", [Tag.PAUSE]),
        ("#silence", []),
    ],
)
async def test_what_a_message_wishes_happens(
    scenario: HandoverScenario, wish: str, expected: list[Tag]
) -> None:
    assert wish in WISHES
    made, visit = sandbox(scenario), await scenario.visit()
    await answers(visit, made)
    await visit.reply(f"Please: {wish}.", language="en")
    assert await answers(visit, made) == expected


async def test_a_closed_report_that_is_reopened_gets_feedback(scenario: HandoverScenario) -> None:
    made, visit = sandbox(scenario), await scenario.visit()
    await visit.reply("#close", language="en")
    await answers(visit, made)
    assert visit.thread.status.state is State.CLOSED
    await visit.reopen("It goes on.", language="en")
    assert await answers(visit, made) == [Tag.FEEDBACK]


async def test_the_other_line_takes_up_what_it_is_asked_for(scenario: HandoverScenario) -> None:
    made = sandbox(scenario)
    await scenario.consent()
    visit = await scenario.visit()
    assert Tag.ACCEPTANCE in await answers(visit, made)
    await visit.reply("Thank you.", language="en")
    assert await answers(visit, made) == [Tag.FEEDBACK]
    assert visit.thread.line.document.line_id == scenario.other.line_keys.line_id


async def test_a_withdrawal_is_left_alone(scenario: HandoverScenario) -> None:
    made, visit = sandbox(scenario), await scenario.visit()
    await answers(visit, made)
    await visit.withdraw(language="en")
    assert await answers(visit, made) == []

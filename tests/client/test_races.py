"""What happens after the host has checked a request, and before it locks the report."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from meldpunt.client import MessageNumberTakenError
from meldpunt.protocol.verify.days import Term
from tests.client.handover_scenario import HandoverScenario
from tests.client.hosted_line import HostedLine


def before_the_next_write(hosted: HostedLine, happens: Callable[[], Awaitable[Any]]) -> None:
    """Let something happen after the next request was checked, and before it is stored."""
    store: Any = hosted.host.store
    write = store.write

    async def interrupted(work: Any) -> Any:  # noqa: ANN401 (any work, any result)
        store.write = write
        await happens()
        return await write(work)

    store.write = interrupted


async def test_a_reply_is_not_stored_under_a_key_that_was_just_replaced(hosted: HostedLine) -> None:
    visit = await hosted.reporter().open(await hosted.oral())
    takeover = await visit.take_over(language="en")
    handler = hosted.handlers[1]
    thread = await hosted.only_entry(handler)
    draft = handler.seal(thread, "For the old code.", language="en")
    before_the_next_write(hosted, lambda: visit.send_takeover(takeover))
    with pytest.raises(MessageNumberTakenError):
        await handler.send(thread, draft)


async def test_one_succession_sent_twice_at_once_succeeds_twice(hosted: HostedLine) -> None:
    given = await hosted.oral()
    visit, same = await hosted.reporter().open(given), await hosted.reporter().open(given)
    takeover = await visit.take_over(language="en")
    before_the_next_write(hosted, lambda: same.send_takeover(takeover))
    assert (await visit.send_takeover(takeover)).message_id == takeover.draft.message_id


async def keep_reports_for(hosted: HostedLine, longest: Term) -> None:
    """Let a line erase its reports after another term than before."""
    owner = hosted.owner()
    line = await owner.line()
    assert line is not None
    plan = await owner.plan(line)
    await owner.publish(replace(plan, preset=replace(plan.preset, maximum_term=longest)))


async def test_a_message_that_crosses_a_handover_is_stored_under_the_terms_of_the_new_line(
    scenario: HandoverScenario,
) -> None:
    await keep_reports_for(scenario.other, Term(6, "M"))
    await scenario.consent()
    visit = await scenario.visit()
    draft = await visit.seal("Written before anybody took it up.", language="en")
    hosted = scenario.hosted
    before_the_next_write(hosted, scenario.accept)
    await visit.send(draft)
    assert hosted.waits, "the host was busy, and the client came again"
    thread = (await scenario.visit()).thread
    assert draft.message_id in {message.message_id for message in thread.messages}
    assert (thread.alarms, thread.notices) == ((), ())
    assert thread.report.claim.erased_on == thread.status.erased_on

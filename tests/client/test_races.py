"""What comes in between the host's look and its lock."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from meldpunt.client import MessageNumberTakenError
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

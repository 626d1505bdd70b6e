"""What a second look heals is told, unless an honest host can need one."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from meldpunt.client import Handler, NoticeKind, Thread, UnreachableError, UnreadReport
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_line_id
from meldpunt.protocol.verify.errors import Reason
from meldpunt.wire.reports import MessagesPage
from tests.client.hosted_line import Change, HostedLine, json_answer
from tests.client.test_bad_host import alarms, conversation, kinds
from tests.support.upkeep import erase_due

Answer = dict[str, Any]


def first_time(path: Callable[[str], bool], change: Callable[[Answer], Answer]) -> Change:
    """Change the first answer of a resource, and no later one."""
    times = 0

    def changed(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        nonlocal times
        if request.method != "GET" or not path(request.url.path) or not response.is_success:
            return response
        times += 1
        told = json.loads(response.content)
        return json_answer(json.dumps(change(told) if times == 1 else told).encode())

    return changed


def is_status(path: str) -> bool:
    return path == "/v1/report" or (path.startswith("/v1/inbox/") and path.count("/") == 3)


def is_messages(path: str) -> bool:
    return path.endswith("/messages")


def without_messages(told: Answer) -> Answer:
    return {**told, "messages": []}


def without_newest(told: Answer) -> Answer:
    return {**told, "messages": told["messages"][:-1]}


LIES = {
    "no message": (is_messages, without_messages),
    "erased": (is_status, lambda told: {**told, "erased": True}),
    "fewer than counted": (is_messages, without_newest),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("who", ["reporter", "handler"])
async def test_what_the_second_answer_heals_is_told(hosted: HostedLine, lie: str, who: str) -> None:
    submission = await conversation(hosted)
    handler = hosted.handlers[1]
    [entry] = [found.entry async for found in handler.entries()]
    hosted.network.change = first_time(*LIES[lie])
    if who == "reporter":
        thread = (await hosted.visit(submission)).thread
    else:
        thread = await handler.read(entry)
    assert len(thread.messages) == 4
    assert thread.alarms == ()
    assert kinds(thread) == {NoticeKind.SECOND_LOOK}


async def test_a_message_that_arrives_between_two_answers_is_ordinary(hosted: HostedLine) -> None:
    submission = await conversation(hosted)
    fewer = first_time(is_status, lambda told: {**told, "messageCount": told["messageCount"] - 1})
    hosted.network.change = fewer
    assert kinds((await hosted.visit(submission)).thread) == set()


async def test_an_erasure_between_two_answers_is_ordinary(hosted: HostedLine) -> None:
    submission = await conversation(hosted)
    await (await hosted.visit(submission)).withdraw(language="en", immediate=True)
    await erase_due(hosted.host)
    hosted.network.change = first_time(is_status, lambda told: {**told, "erased": False})
    thread = (await hosted.visit(submission)).thread
    assert (thread.erased, kinds(thread), thread.alarms) == (True, set(), ())


async def test_a_refused_answer_that_is_right_when_asked_again_is_told(hosted: HostedLine) -> None:
    await conversation(hosted)
    handler = hosted.handlers[1]
    line = await handler.line()
    [entry] = [found.entry async for found in handler.entries()]

    def with_a_wrong_signature(told: Answer) -> Answer:
        first, *others = told["messages"]
        return {**told, "messages": [{**first, "signature": others[0]["signature"]}, *others]}

    hosted.network.change = first_time(is_messages, with_a_wrong_signature)
    thread = await handler.read(entry, line)
    assert kinds(thread) == {NoticeKind.SECOND_LOOK}


async def test_an_unknown_document_that_a_second_look_explains_is_ordinary(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    handler = hosted.handlers[1]
    line = await handler.line()
    await hosted.owner().renew(force=True)
    await hosted.submit()
    [entry] = [found.entry async for found in handler.entries()]
    thread = await handler.read(entry, line)
    assert (thread.alarms, kinds(thread)) == ((), set())


async def test_an_unknown_document_that_only_disappears_is_told(hosted: HostedLine) -> None:
    """The host shows a message made under another line, and takes it back when asked again."""
    submission = await conversation(hosted)
    handler = hosted.handlers[1]
    [entry] = [found.entry async for found in handler.entries()]
    before = await hosted.served_line()
    await hosted.owner().renew(force=True)
    await (await hosted.visit(submission)).reply("Under another line.", language="en")
    looks = 0

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        nonlocal looks
        if request.url.path == f"/v1/lines/{encode_line_id(hosted.line_keys.line_id)}":
            return json_answer(before.to_json())
        if not is_messages(request.url.path):
            return response
        looks += 1
        told = json.loads(response.content)
        return json_answer(json.dumps(told if looks == 1 else without_newest(told)).encode())

    hosted.network.change = change
    thread = await handler.read(entry)
    assert looks > 1
    assert Reason.DOCUMENT_UNKNOWN not in alarms(thread)
    assert NoticeKind.SECOND_LOOK in kinds(thread)


async def test_a_connection_that_is_lost_is_no_false_proof(hosted: HostedLine) -> None:
    """A proof by the key of an earlier host takes an older document, and the network fails."""
    await hosted.open_line()
    await hosted.owner().renew(force=True)
    submission = await hosted.submit()

    def lose(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if "/documents/" in request.url.path:
            raise httpx.ConnectError("gone")
        if not is_messages(request.url.path):
            return response
        page = MessagesPage.from_value(response.json())
        false = page.messages[0].model_copy(update={"proof": bytes(64)})
        return json_answer(page.model_copy(update={"messages": (false,)}).to_json())

    hosted.network.change = lose
    with pytest.raises(UnreachableError):
        await hosted.visit(submission)


async def _closed_by_a_colleague(hosted: HostedLine) -> tuple[Handler, ids.EntryId]:
    """Return a handler who read a report that a colleague has closed since, as listed."""
    await hosted.open_line(2)
    await hosted.submit()
    reader, colleague = hosted.handlers
    [entry] = [found.entry async for found in reader.entries()]
    await reader.read(entry)
    await colleague.feedback(await hosted.only_entry(colleague), "Done.", language="en")
    await colleague.close(await hosted.only_entry(colleague), "Closed.", language="en")
    assert [found.entry async for found in reader.entries()] == [entry]
    return reader, entry


async def test_what_is_odd_about_a_report_that_ends_anew_is_returned(hosted: HostedLine) -> None:
    reader, entry = await _closed_by_a_colleague(hosted)
    hosted.network.change = first_time(is_messages, without_newest)
    [thread] = await reader.read_news_of_ends()
    assert isinstance(thread, Thread)
    assert (thread.entry, kinds(thread)) == (entry, {NoticeKind.SECOND_LOOK})


async def test_a_report_that_ends_anew_and_cannot_be_read_is_returned(hosted: HostedLine) -> None:
    reader, entry = await _closed_by_a_colleague(hosted)
    hosted.network.change = lambda request, response: (
        json_answer(b"{}") if is_messages(request.url.path) else response
    )
    [unread] = await reader.read_news_of_ends()
    assert isinstance(unread, UnreadReport)
    assert unread.entry == entry

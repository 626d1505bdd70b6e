"""Renewing keys among bad wraps: what only an old key opens keeps that key."""

import json
import re
from datetime import date

import httpx
import pytest

from meldpunt.client import Handler, HandlerKeys, Memory, renew_keys
from meldpunt.client.http.api import InboxApi
from meldpunt.protocol.message import wrap_for
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.wire.reports import WrapsPut
from tests.client.hosted_line import TEXT, Change, HostedLine, json_answer


def keep(_keys: HandlerKeys) -> None:
    """Save nothing: the test looks at the handler's own."""


async def _bad_wrap(hosted: HostedLine) -> Handler:
    """Let 1 wrap another key to the key of 0 in force, for a report that an ended key opens."""
    await hosted.open_line(2)
    await hosted.submit(readers=(0, 1))
    hosted.clock.pass_days(52)
    first, colleague = hosted.handlers
    line = await colleague.line()
    current = line.recipient(first.keys.handler_id)
    assert current is not None
    thread = await hosted.only_entry(colleague)
    assert thread.entry is not None
    message = thread.messages[0]
    bad = wrap_for(message.header, message.message_id, content_key=bytes(32), recipient=current)
    api = InboxApi(colleague.transport, colleague.keys.line_id, colleague.keys.signing).entry(
        thread.entry
    )
    await api.put_wraps(message.message_id, WrapsPut(wraps=(bad,)))
    return first


async def test_a_bad_wrap_to_the_newest_key_does_not_pass_for_a_move(hosted: HostedLine) -> None:
    handler = await _bad_wrap(hosted)
    renewal = await renew_keys(handler, keep)
    assert (renewal.rewrapped, renewal.forgotten, renewal.closed) == (1, 1, 0)
    assert (await hosted.only_entry(handler)).messages[0].text == TEXT


@pytest.mark.parametrize("again", [False, True])
async def test_the_only_key_that_opens_a_message_is_kept(hosted: HostedLine, again: bool) -> None:
    handler = await _bad_wrap(hosted)
    current = encode_base64url(handler.keys.published()[1].key_id)
    bad: list[object] = []

    def first_only(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        """Serve the bad wrap alone of those to the newest key, as if there were no room."""
        if not request.url.path.endswith("/messages") or request.method != "GET":
            return response
        page = json.loads(response.content)
        for message in page["messages"]:
            mine = [w for w in message["wraps"] if w["keyId"] == current]
            bad[:] = bad or mine
            others = [w for w in message["wraps"] if w["keyId"] != current]
            message["wraps"] = [*others, *bad]
        return json_answer(json.dumps(page).encode())

    hosted.network.change = first_only
    renewal = await renew_keys(handler, keep)
    assert (renewal.rewrapped, renewal.forgotten, renewal.closed) == (0, 0, 1)
    assert (await hosted.only_entry(handler)).messages[0].text == TEXT
    if again:
        hosted.network.change = None
        assert (await renew_keys(handler, keep)).forgotten == 1
        assert (await hosted.only_entry(handler)).messages[0].text == TEXT


async def test_a_renewal_tells_what_is_wrong_with_the_reports(hosted: HostedLine) -> None:
    await hosted.open_line(1)
    await hosted.submit(readers=(0,))
    handler = hosted.handlers[0]
    assert (await renew_keys(handler, keep)).alarms == ()
    hosted.network.change = lambda request, response: (
        json_answer(response.content.replace(b'"erased":false', b'"erased":true'))
        if request.method == "GET"
        else response
    )
    assert (await renew_keys(handler, keep)).alarms != ()


def _received(day: date) -> Change:
    """Make the host say of every report that it came in on a day of its choice."""

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method != "GET" or "/inbox" not in request.url.path:
            return response
        text = re.sub(r'"receivedOn":"[0-9-]+"', f'"receivedOn":"{day}"', response.text)
        return json_answer(text.encode())

    return change


@pytest.mark.parametrize("answered", [False, True])
async def test_a_report_that_always_came_in_today_still_ends(
    hosted: HostedLine, answered: bool
) -> None:
    await hosted.open_line(1, preset="kept-briefly")
    await hosted.submit(readers=(0,))
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    due_on = thread.status.erased_on
    if answered:
        await handler.reply(thread, "Thank you.", language="en")
        handler.memory = Memory()  # on another device
    while hosted.today() <= due_on:
        hosted.clock.pass_days(40)
        await hosted.owner().renew(force=True)
        await handler.publish_keys(keep)
        hosted.network.change = _received(hosted.today())
        renewal = await renew_keys(handler, keep)
        hosted.network.change = None
        assert bool(renewal.past_term) == (hosted.today() > due_on)
        if answered:
            handler.memory = Memory()
    assert (await hosted.only_entry(handler)).messages[0].text is None

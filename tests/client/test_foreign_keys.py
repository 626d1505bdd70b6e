"""Another office lists a handler's public key as its own: what that handler then meets."""

import dataclasses
import json
from typing import Final

import httpx
import pytest

from meldpunt.client import (
    DraftReport,
    Handler,
    HandlerKeys,
    LineKeys,
    NotPassedOnError,
    Renewal,
    Thread,
    UnreachableError,
    UnreadReport,
    renew_keys,
)
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.usecases.lines import invite_hash
from tests.client.hosted_line import HostedLine, json_answer

_INVITE: Final = "an-invite-for-an-office-that-takes-keys"


async def claimed_report(hosted: HostedLine) -> DraftReport:
    """Let another office list handler 0's key, and send a report to that name on its line."""
    await hosted.host.store.write(lambda tx: insert_invite(tx, invite_hash(_INVITE)))
    keys = LineKeys.create(hosted.entropy)
    other = dataclasses.replace(hosted, line_keys=keys, handlers=[])
    taken = dataclasses.replace(hosted.handlers[0].keys, line_id=keys.line_id)
    own = other.new_keys()
    await other.owner().publish(other.plan(taken, own), invite=_INVITE)
    other.handlers = [other.handler(taken), other.handler(own)]
    await other.handlers[1].publish_keys(lambda _: None)
    return await other.submit("Listed on another line.", readers=(0, 1))


async def renewed(hosted: HostedLine, handler: Handler) -> Renewal:
    def save(keys: HandlerKeys) -> None:
        handler.keys = keys

    hosted.clock.pass_days(60)
    return await renew_keys(handler, save)


async def test_an_office_that_takes_a_key_puts_nothing_into_the_inbox(hosted: HostedLine) -> None:
    await hosted.open_line()
    own = await hosted.submit()
    await claimed_report(hosted)
    handler = hosted.handlers[0]
    entries = [entry async for entry in handler.entries()]
    assert [entry.line_id for entry in entries] == [hosted.line_keys.line_id]
    thread = await handler.read(entries[0].entry)
    assert thread.keys.report == own.keys.report_id


async def test_an_office_that_takes_a_key_does_not_stop_renewal(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    await claimed_report(hosted)
    renewal = await renewed(hosted, hosted.handlers[0])
    assert renewal.forgotten == 1


def listing(hosted: HostedLine, other: bytes) -> None:
    """Let the host list an entry of somebody else first."""

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/v1/inbox":
            return json_answer(response.content, response.status_code)
        page = json.loads(response.content)
        foreign = {**page["entries"][0], "entry": encode_base64url(other)}
        page["entries"].insert(0, foreign)
        return json_answer(json.dumps(page).encode())

    hosted.network.change = change


async def test_what_is_not_named_after_the_handler_is_left_out_and_named(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    own = await hosted.submit()
    handler = hosted.handlers[0]
    theirs = ids.inbox_entry(hosted.id_of(1), own.keys.report_id)
    listing(hosted, theirs)
    mine = ids.inbox_entry(hosted.id_of(0), own.keys.report_id)
    assert [entry.entry async for entry in handler.entries()] == [mine]
    assert handler.foreign == {theirs}
    renewal = await renewed(hosted, handler)
    assert (renewal.rewrapped, renewal.forgotten, renewal.waiting) == (1, 1, ())


def breaking(hosted: HostedLine, entry: ids.EntryId, how: str) -> None:
    """Let the host answer with nonsense, or not at all, whatever is asked of one report."""
    place = encode_base64url(entry)

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if place not in request.url.path:
            return json_answer(response.content, response.status_code)
        if how == "silent":
            raise httpx.ReadError("lost")
        body = b'{"more":1}' if how == "nonsense" else response.content
        return json_answer(body, 503 if how == "busy" else 200)

    hosted.network.change = change


@pytest.mark.parametrize("how", ["nonsense", "silent", "busy"])
async def test_one_report_that_cannot_be_read_stops_no_other(hosted: HostedLine, how: str) -> None:
    await hosted.open_line(1)
    one, two = [await hosted.submit(text, readers=(0,)) for text in ("One.", "Two.")]
    handler = hosted.handlers[0]
    bad, good = (ids.inbox_entry(hosted.id_of(0), each.keys.report_id) for each in (one, two))
    hosted.clock.pass_days(60)
    breaking(hosted, bad, how)
    found = [each async for each in handler.read_each([bad, good])]
    assert isinstance(found[0], UnreadReport)
    assert found[0].entry == bad
    assert isinstance(found[1], Thread)
    renewal = await renew_keys(handler, lambda _: None)
    assert renewal.rewrapped == 1
    assert [unmoved.entry for unmoved in renewal.waiting] == [bad]
    assert renewal.forgotten == 0
    hosted.network.change = None
    assert (await renew_keys(handler, lambda _: None)).forgotten == 1
    assert handler.memory.unmoved == {}


async def test_a_host_that_is_not_there_is_told_once(hosted: HostedLine) -> None:
    await hosted.open_line(1)
    await hosted.submit(readers=(0,))
    handler = hosted.handlers[0]
    hosted.clock.pass_days(60)
    listed = [entry.entry async for entry in handler.entries()]
    assert listed

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path == "/v1/inbox":
            hosted.network.change = silence
        return json_answer(response.content, response.status_code)

    def silence(_request: httpx.Request, _response: httpx.Response) -> httpx.Response:
        raise httpx.ReadError("lost")

    hosted.network.change = change
    with pytest.raises(UnreachableError):
        await renew_keys(handler, lambda _: None)
    assert len(handler.keys.ended(hosted.today())) == 1


async def test_one_message_that_cannot_be_passed_on_stops_no_other(hosted: HostedLine) -> None:
    await hosted.open_line(2, with_keys=1)
    submission = await hosted.submit(readers=(0, 1))
    visit = await hosted.visit(submission)
    await visit.reply("More.", language="en")
    first, second = hosted.handlers
    await second.publish_keys(lambda _: None)
    thread = await hosted.only_entry(first)
    refused = encode_base64url(thread.messages[0].message_id)

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if refused in request.url.path and request.method == "PUT":
            return json_answer(b'{"more":1}', 500)
        return httpx.Response(
            response.status_code, content=response.content, headers=response.headers
        )

    hosted.network.change = change
    with pytest.raises(NotPassedOnError) as failed:
        await first.add_missing_wraps(thread)
    assert failed.value.added == 1
    assert list(failed.value.failed) == [thread.messages[0].message_id]

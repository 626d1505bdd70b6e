"""Another office lists a handler's public key as its own: what that handler then meets."""

import dataclasses
from typing import Final

from meldpunt.client import DraftReport, Handler, HandlerKeys, LineKeys, Renewal, renew_keys
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.usecases.lines import invite_hash
from tests.client.hosted_line import HostedLine

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
    await hosted.owner().renew(force=True)
    return await renew_keys(handler, save)


async def test_an_office_that_takes_a_key_puts_nothing_into_the_inbox(hosted: HostedLine) -> None:
    await hosted.open_line()
    own = await hosted.submit()
    await claimed_report(hosted)
    handler = hosted.handlers[0]
    entries = [entry async for entry in handler.entries()]
    assert [entry.line_id for entry in entries] == [hosted.line_keys.line_id]
    threads = [thread async for thread in handler.read_each([e.entry for e in entries])]
    assert [thread.keys.report for thread in threads] == [own.keys.report_id]


async def test_an_office_that_takes_a_key_does_not_stop_renewal(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit()
    await claimed_report(hosted)
    renewal = await renewed(hosted, hosted.handlers[0])
    assert renewal.forgotten == 1

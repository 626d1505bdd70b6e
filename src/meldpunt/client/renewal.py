"""Renewing box keys: what the past opens moves to the present, then the past is destroyed.

This is what makes erasure reach backups: once a key is gone, a forgotten copy of the database
holds nothing that a handler could still open with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from meldpunt.client.api import InboxApi
from meldpunt.client.handler import Handler, check_term
from meldpunt.client.handler_keys import HandlerKeys
from meldpunt.client.thread import Access, Thread, ThreadMessage
from meldpunt.protocol.message import Recipient, wrap_for
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.reports import WrapsPut


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewal did."""

    rewrapped: int
    """Messages that now open with the newest key."""
    past_term: tuple[ids.EntryId, ...]
    """Reports that should have been erased: they were left to the old keys, and are closed now."""
    forgotten: int
    """Box keys destroyed."""


async def renew_keys(handler: Handler, save: Callable[[HandlerKeys], None]) -> Renewal:
    """Move every message from keys that have ended to the newest, then destroy those keys.

    Interrupted, it can be run again: a key is destroyed only after everything was confirmed.

    Args:
        handler: Whose keys; they should be published ahead.
        save: Stores the keys durably.

    Raises:
        RefusedError: KEY_NUMBER without a current key; WRAP_READER when the host does not confirm
            a new wrap: nothing is destroyed then.
        ClientError: As `Transport.call`.
    """
    today = handler.today()
    keys = handler.keys
    current = _current(keys, today)
    ended = {s.key_id for s in keys.published() if s.not_after + 2 * TOLERANCE < today}
    first = min((s.number for s in keys.published() if s.key_id not in ended), default=0)
    moved: list[tuple[ids.EntryId, ThreadMessage]] = []
    past_term = []
    async for entry in handler.entries():
        thread = await handler.read(entry.entry)
        ending = [m for m in thread.messages if _opens_with(m, ended)]
        try:
            if ending:
                check_term(thread, today)
        except RefusedError:
            past_term.append(entry.entry)
            continue
        await _rewrap(handler, thread, ending, current)
        moved += [(entry.entry, message) for message in ending]
    before = sum(chain.last_number - chain.number + 1 for chain in keys.chains)
    handler.keys = keys.forget(first)
    save(handler.keys)
    await _clean(handler, moved, ended)
    after = sum(chain.last_number - chain.number + 1 for chain in handler.keys.chains)
    return Renewal(len(moved), tuple(past_term), before - after)


def _current(keys: HandlerKeys, today: date) -> Recipient:
    found = [s for s in keys.published() if s.not_before <= today <= s.not_after]
    if not found:
        raise RefusedError(Reason.KEY_NUMBER)
    return Recipient(found[-1].key_id, found[-1].public_key)


def _opens_with(message: ThreadMessage, ended: set[ids.KeyId]) -> bool:
    """Say whether a message could be opened, and only with keys that have ended."""
    at_hand = {wrap.key_id for wrap in message.wraps}
    return message.access is Access.OPENED and bool(at_hand) and at_hand <= ended


async def _rewrap(
    handler: Handler, thread: Thread, messages: list[ThreadMessage], current: Recipient
) -> None:
    if not messages or thread.entry is None:
        return
    api = InboxApi(handler.transport, handler.keys.signing).entry(thread.entry)
    for message in messages:
        if message.opened is None:
            continue
        wrap = wrap_for(
            message.header,
            message.message_id,
            content_key=message.opened.content_key,
            recipient=current,
        )
        await api.put_wraps(message.message_id, WrapsPut(wraps=(wrap,)))
    await _confirm(handler, thread.entry, {m.message_id for m in messages}, current)


async def _confirm(
    handler: Handler, entry: ids.EntryId, moved: set[ids.MessageId], current: Recipient
) -> None:
    """Read the report again: only a wrap that came back and opens counts."""
    again = await handler.read(entry)
    for message in again.messages:
        held = {wrap.key_id for wrap in message.wraps}
        if message.message_id in moved and current.key_id not in held:
            raise RefusedError(Reason.WRAP_READER)


async def _clean(
    handler: Handler, moved: list[tuple[ids.EntryId, ThreadMessage]], ended: set[ids.KeyId]
) -> None:
    """Take the old wraps from the host; nobody can open them any more."""
    inbox = InboxApi(handler.transport, handler.keys.signing)
    for entry, message in moved:
        for wrap in message.wraps:
            if wrap.key_id in ended:
                await inbox.entry(entry).delete_wrap(message.message_id, wrap.key_id)

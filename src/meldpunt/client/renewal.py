"""Renewing box keys: what the past opens moves to the present, then the past is destroyed.

This is what makes erasure reach backups: once a key is gone, a forgotten copy of the database
holds nothing that a handler could still open with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from meldpunt.client.api import InboxApi
from meldpunt.client.errors import WithheldError
from meldpunt.client.handler import Handler
from meldpunt.client.handler_keys import HandlerKeys
from meldpunt.client.terms import passed_on_until
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


async def renew_keys(
    handler: Handler,
    save: Callable[[HandlerKeys], None],
    tell: Callable[[int], None] = lambda _: None,
) -> Renewal:
    """Move every message from keys that have ended to the newest, then destroy those keys.

    Interrupted, it can be run again: a key is destroyed only after everything was confirmed.

    Args:
        handler: Whose keys; they should be published ahead.
        save: Stores the keys durably.
        tell: Is told how many reports were gone through.

    Raises:
        RefusedError: KEY_NUMBER without a current key; WRAP_READER when the host does not confirm
            a new wrap, BODY_HASH when it withholds a body: nothing is destroyed then.
        WithheldError: A report that was read before is not listed: nothing is destroyed then.
        ClientError: As `Transport.call`.
    """
    keys = handler.keys
    current = _current(keys, handler.today())
    ended = {s.key_id for s in keys.published() if s.not_after + 2 * TOLERANCE < handler.today()}
    first = min((s.number for s in keys.published() if s.key_id not in ended), default=0)
    moved = 0
    past_term: list[ids.EntryId] = []
    stale: list[_Stale] = []
    listed: list[ids.EntryId] = []
    async for entry in handler.entries():
        thread = await handler.read(entry.entry)
        _check_whole(thread)
        ending = [m for m in thread.messages if _opens_with(m, ended)]
        if ending and handler.today() > passed_on_until(thread):
            past_term.append(entry.entry)
        else:
            await _rewrap(handler, thread, ending, current)
            moved += len(ending)
        stale += [_Stale(entry.entry, m, ended & _at_hand(m)) for m in thread.messages]
        listed.append(entry.entry)
        tell(len(listed))
    if unlisted := handler.memory.unlisted(listed, handler.today()):
        raise WithheldError(len(unlisted))
    before = _held(keys)
    handler.keys = keys.forget(first)
    save(handler.keys)
    await _clean(handler, stale)
    return Renewal(moved, tuple(past_term), before - _held(handler.keys))


@dataclass(frozen=True, slots=True)
class _Stale:
    """Wraps that nobody opens any more, once the keys are gone."""

    entry: ids.EntryId
    message: ThreadMessage
    keys: set[ids.KeyId]


def _held(keys: HandlerKeys) -> int:
    return sum(chain.last_number - chain.number + 1 for chain in keys.chains)


def _at_hand(message: ThreadMessage) -> set[ids.KeyId]:
    return {wrap.key_id for wrap in message.wraps}


def _check_whole(thread: Thread) -> None:
    """Refuse to destroy the key of a message that only its missing body keeps closed."""
    if any(m.access is Access.REFUSED and m.body is None for m in thread.messages):
        raise RefusedError(Reason.BODY_HASH)


def _current(keys: HandlerKeys, today: date) -> Recipient:
    found = [s for s in keys.published() if s.not_before <= today <= s.not_after]
    if not found:
        raise RefusedError(Reason.KEY_NUMBER)
    return Recipient(found[-1].key_id, found[-1].public_key)


def _opens_with(message: ThreadMessage, ended: set[ids.KeyId]) -> bool:
    """Say whether a message could be opened, and only with keys that have ended."""
    at_hand = _at_hand(message)
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
        if message.message_id in moved and current.key_id not in _at_hand(message):
            raise RefusedError(Reason.WRAP_READER)


async def _clean(handler: Handler, stale: list[_Stale]) -> None:
    """Take the old wraps from the host; nobody can open them any more."""
    inbox = InboxApi(handler.transport, handler.keys.signing)
    for found in stale:
        for key_id in sorted(found.keys):
            await inbox.entry(found.entry).delete_wrap(found.message.message_id, key_id)

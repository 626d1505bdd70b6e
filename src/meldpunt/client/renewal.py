"""Renewing box keys: what the past opens moves to the present, then the past is destroyed.

This is what makes erasure reach backups: once a key is gone, a forgotten copy of the database
holds nothing that a handler could still open with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from meldpunt.client.api import InboxApi
from meldpunt.client.errors import WithheldError
from meldpunt.client.handler import Handler
from meldpunt.client.handler_keys import HandlerKeys
from meldpunt.client.terms import passed_on_until
from meldpunt.client.thread import Access, Thread, ThreadMessage
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.message import Recipient, open_message, wrap_for
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
    closed: int = 0
    """Messages that no key opens that is not about to end: an old key that does was kept."""
    alarms: tuple[tuple[ids.EntryId, Alarm], ...] = ()
    """What is wrong with the reports gone through."""


@dataclass(slots=True)
class _Found:
    """What going through the inbox comes to."""

    moved: int = 0
    closed: int = 0
    past_term: list[ids.EntryId] = field(default_factory=list)
    listed: list[ids.EntryId] = field(default_factory=list)
    alarms: list[tuple[ids.EntryId, Alarm]] = field(default_factory=list)
    wrapped: list[tuple[ids.EntryId, ThreadMessage]] = field(default_factory=list)
    needed: set[ids.KeyId] = field(default_factory=set)
    """Keys that have ended, and are all that opens some message."""


async def renew_keys(
    handler: Handler,
    save: Callable[[HandlerKeys], None],
    tell: Callable[[int], None] = lambda _: None,
) -> Renewal:
    """Move every message from keys that have ended to the newest, then destroy those keys.

    Interrupted, it can be run again: a key is destroyed only after everything was confirmed. One
    that alone opens a message, since the wrap to a newer key is bad, is kept.

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
    published = keys.published()
    current = _current(keys, handler.today())
    ended = {s.key_id for s in published if s.not_after + 2 * TOLERANCE < handler.today()}
    found = _Found()
    async for entry in handler.entries():
        await _go_through(handler, entry.entry, ended, current, found)
        tell(len(found.listed))
    if unlisted := handler.memory.unlisted(found.listed, handler.today()):
        raise WithheldError(len(unlisted))
    kept = (s.number for s in published if s.key_id not in ended or s.key_id in found.needed)
    first = min(kept, default=0)
    handler.keys = keys.forget(first)
    save(handler.keys)
    await _clean(handler, found.wrapped, {s.key_id for s in published if s.number < first})
    return Renewal(
        rewrapped=found.moved,
        past_term=tuple(found.past_term),
        forgotten=_held(keys) - _held(handler.keys),
        closed=found.closed,
        alarms=tuple(found.alarms),
    )


async def _go_through(
    handler: Handler, entry: ids.EntryId, ended: set[ids.KeyId], current: Recipient, found: _Found
) -> None:
    """Move one report, and take down what it needs."""
    thread = await handler.read(entry)
    found.alarms += [(entry, alarm) for alarm in thread.alarms]
    _check_whole(thread)
    ending = [m for m in thread.messages if m.opened and not _survives(handler, m, ended)]
    if ending and handler.today() > passed_on_until(thread):
        found.past_term.append(entry)
    else:
        stuck = await _rewrap(handler, entry, ending, ended, current)
        found.moved += len(ending) - len(stuck)
        found.needed |= {m.opened.opened_with for m in stuck if m.opened}
        refused = (m for m in thread.messages if m.access in {Access.NO_WRAP, Access.REFUSED})
        found.closed += len(stuck) + sum(1 for _ in refused)
    found.wrapped += [(entry, message) for message in thread.messages]
    found.listed.append(entry)


def _held(keys: HandlerKeys) -> int:
    return sum(chain.last_number - chain.number + 1 for chain in keys.chains)


def _at_hand(message: ThreadMessage) -> set[ids.KeyId]:
    return {wrap.key_id for wrap in message.wraps}


def _check_whole(thread: Thread) -> None:
    """Refuse to destroy the key of a message that only its body keeps closed."""
    if any(m.refusal is Reason.BODY_HASH for m in thread.messages):
        raise RefusedError(Reason.BODY_HASH)


def _current(keys: HandlerKeys, today: date) -> Recipient:
    found = [s for s in keys.published() if s.not_before <= today <= s.not_after]
    if not found:
        raise RefusedError(Reason.KEY_NUMBER)
    return Recipient(found[-1].key_id, found[-1].public_key)


def _survives(handler: Handler, message: ThreadMessage, ended: set[ids.KeyId]) -> bool:
    """Say whether a message opens with keys that stay alone: a wrap to one may be a bad one."""
    if message.opened is None or message.body is None:
        return False
    if message.opened.opened_with not in ended:
        return True
    try:
        open_message(
            message.verified,
            message.body,
            message.wraps,
            reader=handler.keys.handler_id,
            box_keys=handler.keys.box_keys(_at_hand(message) - ended),
            admitted=True,
        )
    except RefusedError:
        return False
    return True


async def _rewrap(
    handler: Handler,
    entry: ids.EntryId,
    messages: list[ThreadMessage],
    ended: set[ids.KeyId],
    current: Recipient,
) -> list[ThreadMessage]:
    """Wrap messages to the current key; returns those that do not open with it."""
    api = InboxApi(handler.transport, handler.keys.signing).entry(entry)
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
    return await _unconfirmed(handler, entry, messages, ended, current) if messages else []


async def _unconfirmed(
    handler: Handler,
    entry: ids.EntryId,
    moved: list[ThreadMessage],
    ended: set[ids.KeyId],
    current: Recipient,
) -> list[ThreadMessage]:
    """Read the report again: only a wrap that came back and opens counts."""
    again = {m.message_id: m for m in (await handler.read(entry)).messages}
    if not all(current.key_id in _at_hand(again[m.message_id]) for m in moved):
        raise RefusedError(Reason.WRAP_READER)
    return [m for m in moved if not _survives(handler, again[m.message_id], ended)]


async def _clean(
    handler: Handler, wrapped: list[tuple[ids.EntryId, ThreadMessage]], gone: set[ids.KeyId]
) -> None:
    """Take the old wraps from the host; nobody can open them any more."""
    inbox = InboxApi(handler.transport, handler.keys.signing)
    for entry, message in wrapped:
        for key_id in sorted(_at_hand(message) & gone):
            await inbox.entry(entry).delete_wrap(message.message_id, key_id)

"""Renewing box keys: what the past opens moves to the present, then the past is destroyed.

This is what makes erasure reach backups: once a key is gone, a forgotten copy of the database
holds nothing that a handler could still open with it.
"""

from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date

from meldpunt.client.handler import Handler
from meldpunt.client.http.api import InboxApi
from meldpunt.client.http.concurrency import side_by_side
from meldpunt.client.http.errors import ProblemError, WithheldError
from meldpunt.client.keys.handler_keys import HandlerKeys
from meldpunt.client.thread.message import Readability, ThreadMessage
from meldpunt.client.thread.retention import passed_on_until
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.message import Recipient, UnreadableError, open_message, wrap_for
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.problems import ProblemType
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


@dataclass(frozen=True, slots=True)
class _Report:
    """What one report comes to; nothing of its content, for there may be 20,000."""

    entry: ids.EntryId
    moved: int = 0
    closed: int = 0
    is_past_term: bool = False
    is_gone: bool = False
    """It was listed, and is not there any more: erased meanwhile, or withheld."""
    alarms: tuple[Alarm, ...] = ()
    needed: frozenset[ids.KeyId] = frozenset()
    """Keys that have ended, and are all that opens some message."""
    wrapped: tuple[tuple[ids.MessageId, ids.KeyId], ...] = ()
    """Wraps to keys that have ended."""


async def renew_keys(
    handler: Handler,
    save: Callable[[HandlerKeys], None],
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> Renewal:
    """Move every message from keys that have ended to the newest, then destroy those keys.

    Interrupted, it can be run again, and moves only what is left: a key is destroyed only after
    everything was confirmed. One that alone opens a message, since the wrap to a newer key is bad,
    is kept.

    Args:
        handler: Whose keys; they should be published ahead.
        save: Stores the keys durably.
        tell: Is told how many reports were gone through, of how many.

    Raises:
        RefusedError: KEY_NUMBER without a current key; WRAP_READER when the host does not confirm
            a new wrap, BODY_HASH when it withholds a body: nothing is destroyed then.
        WithheldError: A report that was read before is not listed: nothing is destroyed then.
        ClientError: As `Transport.call`.
    """
    keys, today = handler.keys, handler.today()
    published = keys.published()
    ended = frozenset(s.key_id for s in published if s.not_after + 2 * TOLERANCE < today)
    move = _Move(handler, await handler.line(), ended, _current(keys, today))
    listed = [entry.entry async for entry in handler.entries()]
    _check_listed(handler, listed)
    found: list[_Report] = []
    async with aclosing(side_by_side(listed, move.report)) as reports:
        async for report in reports:
            found.append(report)
            tell(len(found), len(listed))
    _check_listed(handler, (report.entry for report in found if not report.is_gone))
    needed = frozenset[ids.KeyId]().union(*(report.needed for report in found))
    kept = (s.number for s in published if s.key_id not in ended or s.key_id in needed)
    first = min(kept, default=0)
    handler.keys = keys.forget(first)
    save(handler.keys)
    await _clean(handler, found, {s.key_id for s in published if s.number < first})
    return Renewal(
        rewrapped=sum(report.moved for report in found),
        past_term=tuple(report.entry for report in found if report.is_past_term),
        forgotten=_held(keys) - _held(handler.keys),
        closed=sum(report.closed for report in found),
        alarms=tuple((report.entry, alarm) for report in found for alarm in report.alarms),
    )


def _check_listed(handler: Handler, listed: Iterable[ids.EntryId]) -> None:
    if unlisted := handler.memory.unlisted(listed, handler.today()):
        raise WithheldError(len(unlisted))


def _held(keys: HandlerKeys) -> int:
    return sum(chain.last_number - chain.number + 1 for chain in keys.chains)


def _at_hand(message: ThreadMessage) -> set[ids.KeyId]:
    return {wrap.key_id for wrap in message.verified.wraps}


def _check_whole(thread: Thread) -> None:
    """Refuse to destroy the key of a message that only its body keeps closed."""
    if any(m.refusal is Reason.BODY_HASH for m in thread.messages):
        raise RefusedError(Reason.BODY_HASH)


def _current(keys: HandlerKeys, today: date) -> Recipient:
    found = [s for s in keys.published() if s.not_before <= today <= s.not_after]
    if not found:
        raise RefusedError(Reason.KEY_NUMBER)
    return Recipient(found[-1].key_id, found[-1].public_key)


@dataclass(frozen=True, slots=True)
class _Move:
    """One going through an inbox."""

    handler: Handler
    line: VerifiedLine
    ended: frozenset[ids.KeyId]
    current: Recipient

    async def report(self, entry: ids.EntryId) -> _Report:
        """Move one report, and return what it comes to."""
        try:
            thread = await self.handler.read(entry, self.line)
        except ProblemError as error:
            if error.kind is not ProblemType.NOT_FOUND:
                raise
            return _Report(entry, is_gone=True)
        _check_whole(thread)
        opened = (m for m in thread.messages if m.opened)
        ending = [m for m in opened if not self._survives(m)]
        is_past_term = bool(ending) and self.handler.today() > passed_on_until(thread)
        stuck = [] if is_past_term else await self._rewrap(entry, ending)
        refused = [
            m
            for m in thread.messages
            if m.readability in {Readability.NO_WRAP, Readability.REFUSED}
        ]
        return _Report(
            entry,
            moved=0 if is_past_term else len(ending) - len(stuck),
            closed=0 if is_past_term else len(stuck) + len(refused),
            is_past_term=is_past_term,
            alarms=thread.alarms,
            needed=frozenset(m.opened.opened_with for m in stuck if m.opened),
            wrapped=tuple(
                (m.message_id, key_id)
                for m in thread.messages
                for key_id in sorted(_at_hand(m) & self.ended)
            ),
        )

    def _survives(self, message: ThreadMessage) -> bool:
        """Say whether a message opens with keys that stay alone: a wrap to one may be a bad one."""
        if message.opened is None or message.verified.body is None:
            return False
        if message.opened.opened_with not in self.ended:
            return True
        try:
            open_message(
                message.verified.verified_header,
                message.verified.body,
                message.verified.wraps,
                reader=self.handler.keys.handler_id,
                box_keys=self.handler.keys.box_keys(_at_hand(message) - self.ended),
                admitted=True,
            )
        except UnreadableError:  # the key holds; what the author sealed under it does not
            return True
        except RefusedError:
            return False
        return True

    async def _rewrap(
        self, entry: ids.EntryId, messages: list[ThreadMessage]
    ) -> list[ThreadMessage]:
        """Wrap messages to the current key; returns those that do not open with it."""
        api = InboxApi(
            self.handler.transport, self.handler.keys.line_id, self.handler.keys.signing
        ).entry(entry)
        for message in messages:
            if message.opened is None:
                continue
            wrap = wrap_for(
                message.header,
                message.message_id,
                content_key=message.opened.content_key,
                recipient=self.current,
            )
            await api.put_wraps(message.message_id, WrapsPut(wraps=(wrap,)))
        return await self._unconfirmed(entry, messages) if messages else []

    async def _unconfirmed(
        self, entry: ids.EntryId, moved: list[ThreadMessage]
    ) -> list[ThreadMessage]:
        """Read the report again: only a wrap that came back and opens counts."""
        thread = await self.handler.read(entry, self.line)
        again = {m.message_id: m for m in thread.messages}
        if not all(self.current.key_id in _at_hand(again[m.message_id]) for m in moved):
            raise RefusedError(Reason.WRAP_READER)
        return [m for m in moved if not self._survives(again[m.message_id])]


async def _clean(handler: Handler, found: list[_Report], gone: set[ids.KeyId]) -> None:
    """Take the old wraps from the host; nobody can open them any more."""
    inbox = InboxApi(handler.transport, handler.keys.line_id, handler.keys.signing)

    async def delete(report: _Report) -> None:
        for message, key_id in report.wrapped:
            if key_id in gone:
                await inbox.entry(report.entry).delete_wrap(message, key_id)

    async with aclosing(side_by_side(found, delete)) as deleted:
        async for _ in deleted:
            pass

"""Moving the messages of one report to a handler's newest box key, and what stands in the way.

A report that cannot be read, or that the host does not show whole, must not stop the others: each
failure stays with its report.
"""

from collections.abc import Collection, Iterable
from contextlib import aclosing
from dataclasses import dataclass

from meldpunt.client.handler import Handler
from meldpunt.client.http.api import InboxApi
from meldpunt.client.http.concurrency import side_by_side
from meldpunt.client.http.errors import ClientError, ProblemError
from meldpunt.client.thread.message import Readability, ThreadMessage
from meldpunt.client.thread.notices import Notice
from meldpunt.client.thread.retention import passed_on_until
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.message import Recipient, UnreadableError, open_message, wrap_for
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import WrapsPut

Failure = RefusedError | ClientError
"""Why something could not be done for one report."""


@dataclass(frozen=True, slots=True)
class RewrappedReport:
    """What one report comes to; nothing of its content, for there may be 20,000."""

    entry: ids.EntryId
    moved: int = 0
    closed: int = 0
    is_past_term: bool = False
    is_gone: bool = False
    """It was listed, and is not there any more: erased meanwhile, or withheld."""
    failure: Failure | None = None
    """Why not all of it was moved, if it was not."""
    alarms: tuple[Alarm, ...] = ()
    notices: tuple[Notice, ...] = ()
    """What says something against the host, in either reading of the report."""
    needed: frozenset[ids.KeyId] = frozenset()
    """Keys that have ended, and that may be all that opens some message."""
    wrapped: tuple[tuple[ids.MessageId, ids.KeyId], ...] = ()
    """Wraps to keys that have ended."""


@dataclass(frozen=True, slots=True)
class Rewrapping:
    """One going through an inbox."""

    handler: Handler
    line: VerifiedLine
    ended: frozenset[ids.KeyId]
    current: Recipient

    async def report(self, entry: ids.EntryId) -> RewrappedReport:
        """Move one report, and return what it comes to; a failure is part of that."""
        try:
            thread = await self.handler.read(entry, self.line)
        except (RefusedError, ClientError) as error:
            if isinstance(error, ProblemError) and error.kind is ProblemType.NOT_FOUND:
                return RewrappedReport(entry, is_gone=True)
            return RewrappedReport(entry, failure=error, needed=self.ended)
        if self.handler.today() > passed_on_until(thread):
            return self._past_term(entry, thread)
        ending = [m for m in thread.messages if m.opened and not self._survives(m)]
        left, failure, again = await self._rewrap(entry, ending)
        alarms, notices = _told(thread, again or thread)
        needed = frozenset(m.opened.opened_with for m in left if m.opened)
        if any(m.refusal is Reason.BODY_HASH for m in thread.messages):
            failure, needed = RefusedError(Reason.BODY_HASH), self.ended
        return RewrappedReport(
            entry,
            moved=len(ending) - len(left),
            closed=len(left) + len(_closed(thread)),
            failure=failure,
            alarms=alarms,
            notices=notices,
            needed=needed,
            wrapped=self._wrapped(thread),
        )

    def _past_term(self, entry: ids.EntryId, thread: Thread) -> RewrappedReport:
        """Leave a report to the old keys: it should have been erased."""
        ending = any(m.opened and not self._survives(m) for m in thread.messages)
        return RewrappedReport(
            entry,
            closed=0 if ending else len(_closed(thread)),
            is_past_term=ending,
            alarms=thread.alarms,
            notices=thread.odd_notices,
            wrapped=self._wrapped(thread),
        )

    def _wrapped(self, thread: Thread) -> tuple[tuple[ids.MessageId, ids.KeyId], ...]:
        return tuple(
            (message.message_id, key_id)
            for message in thread.messages
            for key_id in sorted(_at_hand(message) & self.ended)
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
    ) -> tuple[list[ThreadMessage], Failure | None, Thread | None]:
        """Wrap messages to the current key; returns those that do not open with it, and why.

        Returns also the report as it was read again, if it was.
        """
        if not messages:
            return [], None, None
        inbox = InboxApi(
            self.handler.transport, self.handler.keys.line_id, self.handler.keys.signing
        )
        failure: Failure | None = None
        for message in messages:
            try:
                await inbox.entry(entry).put_wraps(message.message_id, self._wraps(message))
            except (RefusedError, ClientError) as error:
                failure = failure or error
        try:
            left, unconfirmed, again = await self._unconfirmed(entry, messages)
        except (RefusedError, ClientError) as error:
            return messages, error, None
        return left, (failure or unconfirmed if left else None), again

    def _wraps(self, message: ThreadMessage) -> WrapsPut:
        if message.opened is None:
            raise RefusedError(Reason.WRAP_READER)
        wrap = wrap_for(
            message.header,
            message.message_id,
            content_key=message.opened.content_key,
            recipient=self.current,
        )
        return WrapsPut(wraps=(wrap,))

    async def _unconfirmed(
        self, entry: ids.EntryId, moved: list[ThreadMessage]
    ) -> tuple[list[ThreadMessage], Failure, Thread]:
        """Read the report again: only a wrap that came back and opens counts."""
        thread = await self.handler.read(entry, self.line)
        again = {m.message_id: m for m in thread.messages}
        found = [again.get(m.message_id, m) for m in moved]
        there = all(self.current.key_id in _at_hand(m) for m in found)
        left = [m for m, seen in zip(moved, found, strict=True) if not self._survives(seen)]
        return left, RefusedError(Reason.WRAP if there else Reason.WRAP_READER), thread


def _told(first: Thread, second: Thread) -> tuple[tuple[Alarm, ...], tuple[Notice, ...]]:
    """Return the alarms and odd notices of two readings, each once."""
    alarms = dict.fromkeys((*first.alarms, *second.alarms))
    notices = dict.fromkeys((*first.odd_notices, *second.odd_notices))
    return tuple(alarms), tuple(notices)


def _at_hand(message: ThreadMessage) -> set[ids.KeyId]:
    return {wrap.key_id for wrap in message.verified.wraps}


def _closed(thread: Thread) -> list[ThreadMessage]:
    unread = {Readability.NO_WRAP, Readability.REFUSED}
    return [message for message in thread.messages if message.readability in unread]


async def clean_wraps(
    handler: Handler, found: Iterable[RewrappedReport], gone: Collection[ids.KeyId]
) -> bool:
    """Take the old wraps from the host: nobody can open them any more. Says whether all are gone.

    What is left behind by a failure is harmless, and goes with the next renewal.
    """
    inbox = InboxApi(handler.transport, handler.keys.line_id, handler.keys.signing)

    async def delete(report: RewrappedReport) -> bool:
        try:
            for message, key_id in report.wrapped:
                if key_id in gone:
                    await inbox.entry(report.entry).delete_wrap(message, key_id)
        except (RefusedError, ClientError):
            return False
        return True

    async with aclosing(side_by_side(found, delete)) as deleted:
        return all([done async for done in deleted])

"""A handler on their line: the documents that they know of it, and their box keys there."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Final, TypeVar

from meldpunt.client.http.api import LineApi
from meldpunt.client.http.errors import KeysElsewhereError, ProblemError
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.handler_keys import AHEAD, HandlerKeys
from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, Entropy, Today, utc_today
from meldpunt.client.lines.line import LineHistory, deliver, fetch_line, follow_history
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.protocol.line import VerifiedLine
from meldpunt.wire.lines import BoxKeysPut
from meldpunt.wire.problems import ProblemType

_KEYS_AT_ONCE: Final = 16

_Answer = TypeVar("_Answer")


class HandlerLine:
    """Fetches a handler's line, and publishes their box keys on it.

    Args:
        transport: The way to the host.
        keys: The handler's own; `publish_keys` replaces them.
        history: The line's documents that this handler knows; `line` adds to it. Keep it with the
            keys. With it a handler notices that the host showed a reporter another line.
        entropy: Source of randomness.
        today: The device's day.
    """

    def __init__(
        self,
        transport: Transport,
        keys: HandlerKeys,
        *,
        history: LineHistory | None = None,
        entropy: Entropy = SYSTEM_ENTROPY,
        today: Today = utc_today,
    ) -> None:
        self.keys = keys
        self.history = history or LineHistory()
        self.transport = transport
        self.today = today
        self._entropy = entropy
        self._is_located = False

    async def line(self) -> VerifiedLine:
        """Fetch and verify the line, and follow its documents back to the known ones.

        Raises:
            RefusedError: As `verify_line` and `follow_history`.
            ClientError: As `Transport.call`.
        """
        pin = self.history.pin
        line = await fetch_line(self.transport, self.keys.line_id, self.today(), pin, walk=False)
        self.history = await follow_history(self.transport, line, self.history)
        self._is_located = True
        return line

    async def publish_keys(self, save: Callable[[HandlerKeys], None]) -> date:
        """Publish box keys ahead, and return the last day that they cover. Repeating it is safe.

        Args:
            save: Stores the keys durably; called before anything is published.

        Raises:
            RefusedError: As the host: BOX_KEY_OTHER_HANDLER and the like.
            KeysElsewhereError: Another device published others under the same numbers.
            ClientError: As `Transport.call`; NOT_FOUND while the line does not list this handler.
        """
        before = self.keys
        today = self.today()
        self.keys = before.extend(today, self._entropy)
        save(self.keys)
        try:
            await self._put_keys(today)
        except ProblemError as error:
            if error.kind is not ProblemType.CONFLICT:
                raise
            # The new keys were never published, so nobody seals to them.
            self.keys = before
            save(before)
            raise KeysElsewhereError from None
        return self.keys.published()[-1].not_after

    async def _put_keys(self, today: date) -> None:
        keys = self.keys
        api, statements = LineApi(self.transport), keys.upcoming(today)
        for start in range(0, len(statements), _KEYS_AT_ONCE):
            put = BoxKeysPut(box_keys=statements[start : start + _KEYS_AT_ONCE])
            await self._deliver(partial(api.put_box_keys, keys.line_id, put, keys.signing))

    async def publish_when_due(
        self, line: VerifiedLine, save: Callable[[HandlerKeys], None]
    ) -> bool:
        """Publish box keys if less than half a year is published, or the host lacks today's key.

        Return whether it published. It only adds keys, so it may run unasked. Only a person starts
        `renew_keys`, which destroys keys.

        Keys that it published before, it sends again: an answer may have been lost. If
        `served_key_notice` still finds something afterwards, tell the person.

        Args:
            line: As fetched by `line`.
            save: As `publish_keys`.

        Raises:
            RefusedError: As `publish_keys`.
            ClientError: As `publish_keys`.
        """
        lacking = line.recipient(self.keys.handler_id) is None
        wrong = self.served_key_notice(line) is not None
        due = lacking or wrong or not self.keys.reach(self.today() + AHEAD)
        if due:
            await self.publish_keys(save)
        return due

    def served_key_notice(self, line: VerifiedLine) -> Notice | None:
        """Compare the own box key that a host serves with the one that authors should seal to.

        A host that goes on serving an old key keeps messages readable to whoever has a lost device.

        Args:
            line: As fetched by `line`.
        """
        me = self.keys.handler_id
        listed = line.document.handler(me)
        first = 0 if listed is None else listed.first_box_key or 0
        served, own = line.box_keys.get(me), self.keys.sealed_to(self.today(), first=first)
        if served is None:
            active = (handler.id for handler in line.document.active_handlers(self.today()))
            return Notice(NoticeKind.NO_BOX_KEY, handler=me) if me in active else None
        is_older = own is not None and served.number < own.number
        is_own = any(s.key_id == served.key_id for s in self.keys.published())
        if is_own and not is_older:
            return None
        kind = NoticeKind.OLD_BOX_KEY if is_older else NoticeKind.UNKNOWN_BOX_KEY
        return Notice(kind, handler=me)

    async def _deliver(self, send: Callable[[], Awaitable[_Answer]]) -> _Answer:
        return await deliver(self.transport, self.keys.line_id, self.today(), send)

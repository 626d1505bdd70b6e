"""A handler's inbox: the line they work on, their box keys, and the reports that are theirs."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, TypeVar

from meldpunt.client.http.api import InboxApi, LineApi
from meldpunt.client.http.concurrency import side_by_side
from meldpunt.client.http.errors import (
    ClientError,
    KeysElsewhereError,
    ProblemError,
)
from meldpunt.client.http.paging import Paging
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.handler_keys import AHEAD, HandlerKeys
from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, Entropy, Today, utc_today
from meldpunt.client.lines.line import LineHistory, deliver, fetch_line, follow_history
from meldpunt.client.thread.consultation import with_asker
from meldpunt.client.thread.fetch import fetch_thread
from meldpunt.client.thread.memory import Memory
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.report import Reader
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.wire.lines import BoxKeysPut
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import EntryStatus, InboxPage

_KEYS_AT_ONCE: Final = 16
_MAX_ENTRIES: Final = 1_000_000
_MAX_PAGES: Final = 25_000
"""The most pages of an inbox: an honest host gives 50 entries on a page."""

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class UnreadReport:
    """A report that could not be read."""

    entry: ids.EntryId
    failure: RefusedError | ClientError


class HandlerInbox:
    """Reads reports on one line.

    Args:
        transport: The way to the host.
        keys: The handler's own; `publish_keys` replaces them.
        history: The line's documents that this handler knows; `line` adds to it. Keep it with the
            keys. With it a handler notices that the host showed a reporter another line.
        memory: What this handler saw of each report; `read` adds to it. Keep it with the keys too.
            With it a handler notices that the host withholds newest messages or whole reports.
        entropy: Source of randomness.
        today: The device's day.
    """

    def __init__(
        self,
        transport: Transport,
        keys: HandlerKeys,
        *,
        history: LineHistory | None = None,
        memory: Memory | None = None,
        entropy: Entropy = SYSTEM_ENTROPY,
        today: Today = utc_today,
    ) -> None:
        self.keys = keys
        self.history = history or LineHistory()
        self.memory = memory or Memory()
        self.transport = transport
        self.today = today
        self._entropy = entropy
        self.foreign: set[ids.EntryId] = set()
        """Entries of others that the host listed. `entries` skips them."""
        self._ending_anew: set[ids.EntryId] = set()
        """Remembered reports whose end the host claims otherwise than when they were read."""
        self._is_located = False
        self._inbox = InboxApi(transport, keys.line_id, keys.signing)

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
        old = self.served_key_notice(line) is not None
        due = lacking or old or not self.keys.reach(self.today() + AHEAD)
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
            return None
        is_older = own is not None and served.number < own.number
        is_own = any(s.key_id == served.key_id for s in self.keys.published())
        if is_own and not is_older:
            return None
        kind = NoticeKind.OLD_BOX_KEY if is_older else NoticeKind.UNKNOWN_BOX_KEY
        return Notice(kind, handler=me)

    async def _deliver(self, send: Callable[[], Awaitable[_Answer]]) -> _Answer:
        return await deliver(self.transport, self.keys.line_id, self.today(), send)

    async def inbox(self, state: State | None = None, cursor: str | None = None) -> InboxPage:
        """Return a page of the inbox, as the host claims it. `read` verifies a report.

        Raises:
            ClientError: As `Transport.call`; NOT_FOUND while the line does not list this handler.
        """
        if not self._is_located:  # a host that the line has left still shows what it had
            await self.line()
        return await self._inbox.page(state, cursor)

    async def entries(self, state: State | None = None) -> AsyncGenerator[EntryStatus, None]:
        """Go through the whole inbox. Each page is fetched only when the caller wants it.

        Nothing is decrypted: `read` and `read_each` do that, for the reports that they get. It
        skips an entry of somebody else and adds it to `foreign`. An honest host lists none.

        Raises:
            EndlessListError: The pages do not progress, or the host lists too many reports.
            ClientError: As `inbox`.
        """
        paging, cursor = Paging(_MAX_PAGES, _MAX_ENTRIES), None
        seen: set[ids.EntryId] = set()
        while True:
            page = await self.inbox(state, cursor)
            new = {entry.entry: entry for entry in page.entries if entry.entry not in seen}
            paging.add(len(new), page.cursor)
            seen.update(new)
            for entry in new.values():
                if self._is_own(entry):
                    self.memory.note_listed(entry, self.today())
                    if self.memory.is_news(entry):
                        self._ending_anew.add(entry.entry)
                    yield entry
                else:
                    self.foreign.add(entry.entry)
            if page.cursor is None:
                return
            cursor = page.cursor

    def _is_own(self, listed: EntryStatus) -> bool:
        """Say whether an entry is named after this handler, on their line, and its report."""
        keys = listed.birth_keys
        report = ids.report_id(signing_key=keys.signing_key, box_key=keys.box_key)
        return ids.inbox_entry(self.keys.handler_id, report) == listed.entry

    async def read_news_of_ends(self) -> tuple[UnreadReport, ...]:
        """Read again each remembered report that ends on another day now, as `entries` listed it.

        Somebody closed, reopened or withdrew it. Whoever only looks at the inbox would otherwise
        take its ordinary erasure for a lie of the host. Returns those that could not be read.

        Raises:
            RefusedError, ClientError: As `line`.
        """
        wanted = sorted(self._ending_anew)
        self._ending_anew.clear()
        if not wanted:
            return ()
        async with aclosing(self.read_each(wanted)) as reports:
            return tuple([each async for each in reports if isinstance(each, UnreadReport)])

    async def status(self, entry: ids.EntryId) -> EntryStatus:
        """Return the status of one report, as the host claims it. `read` verifies it.

        Raises:
            ClientError: As `Transport.call`; NOT_FOUND for a report that is not in this inbox.
        """
        return await self._inbox.entry(entry).status()

    async def read(self, entry: ids.EntryId, line: VerifiedLine | None = None) -> Thread:
        """Fetch a report, verify it and open what this handler may read.

        Args:
            entry: The report's name in this inbox.
            line: The line as `line` returned it before, for a caller who reads many reports. If
                it does not fit any more, it is fetched again.

        Raises:
            RefusedError: As `line` and `fetch_thread`.
            ClientError: As `Transport.call`; NOT_FOUND for a report that is not in this inbox.
        """
        known = self.memory.reports.get(entry)  # before: another read may add what comes meanwhile
        try:
            thread = await self._fetch(entry, line)
        except RefusedError:
            if line is None:
                raise
            thread = await self._fetch(entry)
        if any(alarm.reason is Reason.DOCUMENT_UNKNOWN for alarm in thread.alarms):
            # The line may have changed between two answers: look again before raising an alarm.
            thread = await self._fetch(entry)
        checked = self.memory.check(thread, known)
        if checked.alarms != thread.alarms:
            thread = await self._fetch(entry)
            checked = self.memory.check(thread, known)
            if checked.alarms == thread.alarms and not thread.erased:
                checked = checked.with_notice(NoticeKind.SECOND_LOOK)
        self.memory.remember(checked, self.today())
        return checked

    async def read_each(
        self, entries: Iterable[ids.EntryId] | AsyncIterator[ids.EntryId]
    ) -> AsyncGenerator[Thread | UnreadReport, None]:
        """Read many reports, a few at a time, in the order given.

        A report that cannot be read comes as an `UnreadReport`, and does not stop the others. Only
        a few reports are fetched ahead, and none is kept.

        Raises:
            RefusedError, ClientError: As `line`.
        """
        line = await self.line()

        async def read(entry: ids.EntryId) -> Thread | UnreadReport:
            try:
                return await self.read(entry, line)
            except (RefusedError, ClientError) as error:
                return UnreadReport(entry, error)

        async with aclosing(side_by_side(entries, read)) as threads:
            async for thread in threads:
                yield thread

    async def _fetch(self, entry: ids.EntryId, known: VerifiedLine | None = None) -> Thread:
        line = known or await self.line()
        remembered = self.memory.reports.get(entry)
        reader = Reader(
            me=self.keys.handler_id,
            box_keys=self.keys.box_keys,
            entry=entry,
            history=self.history,
            known=None if remembered is None else remembered.last_known,
        )
        source, today = self._inbox.entry(entry), self.today()
        thread = await fetch_thread(source, self.transport, line, reader, today)
        return await with_asker(thread, self.transport, today)

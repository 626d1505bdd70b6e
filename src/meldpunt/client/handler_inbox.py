"""A handler's inbox: the reports that are theirs, and what the host shows of each."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from meldpunt.client.handler_line import HandlerLine
from meldpunt.client.http.api import InboxApi
from meldpunt.client.http.concurrency import side_by_side
from meldpunt.client.http.errors import ClientError, ProblemError
from meldpunt.client.http.paging import Paging
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.handler_keys import HandlerKeys
from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, Entropy, Today, utc_today
from meldpunt.client.lines.line import LineHistory
from meldpunt.client.texts.desk_notes import DeskNote, desk_note
from meldpunt.client.texts.report_texts import KnownTexts, fetch_report_texts
from meldpunt.client.thread.consultation import with_asker
from meldpunt.client.thread.fetch import fetch_thread
from meldpunt.client.thread.memory import Memory
from meldpunt.client.thread.notices import NoticeKind
from meldpunt.client.thread.report import Reader
from meldpunt.client.thread.second_look import healed_alarms
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import EntryStatus, InboxPage

_MAX_ENTRIES: Final = 1_000_000
_MAX_PAGES: Final = 25_000
"""The most pages of an inbox: an honest host gives 50 entries on a page."""


@dataclass(frozen=True, slots=True)
class UnreadReport:
    """A report that could not be read."""

    entry: ids.EntryId
    failure: RefusedError | ClientError


@dataclass(frozen=True, slots=True)
class ReadReports:
    """What waits in the reports that were read, and what was odd about them."""

    notes: Mapping[ids.EntryId, DeskNote]
    odd: tuple[Thread | UnreadReport, ...]


class HandlerInbox(HandlerLine):
    """Reads reports on one line.

    Args:
        transport: The way to the host.
        keys: As `HandlerLine`.
        history: As `HandlerLine`.
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
        super().__init__(transport, keys, history=history, entropy=entropy, today=today)
        self.memory = memory or Memory()
        self.foreign: set[ids.EntryId] = set()
        """Entries of others that the host listed. `entries` skips them."""
        self._ending_anew: set[ids.EntryId] = set()
        """Remembered reports whose end the host claims otherwise than when they were read."""
        self._inbox = InboxApi(transport, keys.line_id, keys.signing)

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

    async def read_news_of_ends(self) -> tuple[Thread | UnreadReport, ...]:
        """Read again each remembered report that ends on another day now, as `entries` listed it.

        Somebody closed, reopened or withdrew it. Whoever only looks at the inbox would otherwise
        take its ordinary erasure for a lie of the host. Show a person what this returns, because
        the memory goes on from there: the reports that are odd, and those that could not be read. A
        report that is not there any more is neither: `Memory.unlisted` judges that.

        Raises:
            RefusedError, ClientError: As `line`.
        """
        wanted = sorted(self._ending_anew)
        self._ending_anew.clear()
        if not wanted:
            return ()
        async with aclosing(self.read_each(wanted)) as reports:
            return tuple([each async for each in reports if _is_to_tell(each)])

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
        healed = False
        try:
            thread, documents = await self._fetch(entry, line)
        except RefusedError:
            if line is None:
                raise
            # The line may have changed since it was fetched. Otherwise the host answers anew.
            thread, documents = await self._fetch(entry)
            healed = documents[-1] == line.document_hash and not thread.erased
        if any(alarm.reason is Reason.DOCUMENT_UNKNOWN for alarm in thread.alarms):
            # The line may have changed between two answers: look again before raising an alarm.
            first, before = thread, documents
            thread, documents = await self._fetch(entry)
            healed = healed or _heals(first, thread, grown=documents != before)
        checked = self.memory.check(thread, known)
        if checked.alarms != thread.alarms:
            first, before = checked, documents
            thread, documents = await self._fetch(entry)
            checked = self.memory.check(thread, known)
            healed = healed or _heals(first, checked, grown=documents != before)
        if healed:
            checked = checked.with_notice(NoticeKind.SECOND_LOOK)
        self.memory.remember(checked, self.today())
        return self.memory.without_known(checked)

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

    async def read_notes(self, entries: Iterable[ids.EntryId]) -> ReadReports:
        """Read reports, and say what waits in each: nobody but their readers can know that.

        Show a person what is odd too, because the memory goes on from there.

        Args:
            entries: Those that no handler has answered yet first: there it matters most.

        Raises:
            RefusedError, ClientError: As `line`.
        """
        known, today = KnownTexts(), self.today()
        notes, odd = dict[ids.EntryId, DeskNote](), list[Thread | UnreadReport]()
        async with aclosing(self.read_each(entries)) as reports:
            async for read in reports:
                if _is_to_tell(read):
                    odd.append(read)
                if isinstance(read, Thread) and read.entry is not None:
                    texts = await fetch_report_texts(self.transport, read, known)
                    notes[read.entry] = desk_note(read, texts, today)
        return ReadReports(notes, tuple(odd))

    async def _fetch(
        self, entry: ids.EntryId, known: VerifiedLine | None = None
    ) -> tuple[Thread, tuple[ids.Hash, ...]]:
        """Return a report, and the documents of the line by which it was read."""
        line = known or await self.line()
        remembered, history = self.memory.reports.get(entry), self.history
        reader = Reader(
            me=self.keys.handler_id,
            box_keys=self.keys.box_keys,
            entry=entry,
            history=history,
            known=None if remembered is None else remembered.last_known,
        )
        source, today = self._inbox.entry(entry), self.today()
        thread = await fetch_thread(source, self.transport, line, reader, today)
        return await with_asker(thread, self.transport, today), history.documents


def _heals(first: Thread, second: Thread, *, grown: bool) -> bool:
    """Say whether a later look heals what no honest host gets wrong.

    Args:
        first: The report as it was read first.
        second: As it was read again.
        grown: The line has a new document since, which explains an unknown one.
    """
    if second.erased:
        return False
    if any(notice.kind is NoticeKind.SECOND_LOOK for notice in first.notices):
        return True
    explained = {Reason.DOCUMENT_UNKNOWN} if grown else set()
    return healed_alarms([a for a in first.alarms if a.reason not in explained], second.alarms)


def _is_to_tell(read: Thread | UnreadReport) -> bool:
    """Say whether a person must hear of a report that was read unasked."""
    if isinstance(read, Thread):
        return read.is_odd
    gone = isinstance(read.failure, ProblemError) and read.failure.kind is ProblemType.NOT_FOUND
    return not gone

"""The handler's side: an inbox, and a say in the reports that are theirs to read."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any, TypeVar

from meldpunt.client.api import EntryApi, InboxApi, LineApi
from meldpunt.client.composing import Draft, Sent, as_sent, next_header, seal_draft, write_payload
from meldpunt.client.errors import ConflictError, KeysElsewhereError, ProblemError
from meldpunt.client.fetching import Reader, fetch_thread
from meldpunt.client.handler_keys import AHEAD, HandlerKeys
from meldpunt.client.line import LineHistory, deliver, fetch_line, follow_history
from meldpunt.client.passing_on import check_admissible, missing_wraps, reporter_of
from meldpunt.client.randomness import SYSTEM_ENTROPY, Entropy, Today, utc_today
from meldpunt.client.terms import check_term
from meldpunt.client.thread import Thread
from meldpunt.client.transport import Transport
from meldpunt.client.watching import Memory
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.clocks import State
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.header import Tag
from meldpunt.wire.lines import BoxKeysPut
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import EntryStatus, InboxPage, WrapsPut

_KEYS_AT_ONCE = 16

_Answer = TypeVar("_Answer")


class Handler:
    """Reads and answers reports on one line.

    Args:
        transport: The way to the host.
        keys: The handler's own; `publish_keys` replaces them.
        history: The line's documents as far as this handler knows them; `line` adds to it. Keep it
            with the keys: it is how a handler notices that a reporter was shown another line.
        memory: What this handler saw of each report; `read` adds to it. Keep it with the keys too:
            it is how the withholding of newest messages and of whole reports is noticed.
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
        self._is_located = False
        self._inbox = InboxApi(transport, keys.signing)

    async def line(self) -> VerifiedLine:
        """Fetch the line, verify it and walk its documents back to those known.

        Raises:
            RefusedError: As `verify_line` and `follow_history`.
            ClientError: As `Transport.call`.
        """
        pin = self.history.pin
        line = await fetch_line(self.transport, self.keys.line_id, self.today(), pin)
        self.history = await follow_history(self.transport, line, self.history)
        self._is_located = True
        return line

    async def publish_keys(self, save: Callable[[HandlerKeys], None]) -> date:
        """Publish box keys ahead; returns the last day they cover. Repeating it is safe.

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
            # What was made just now was never published: nobody seals to it.
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
        """Publish box keys ahead if less than half a year is, or the host lacks today's; says so.

        Adds only, so it may run unasked; destroying keys (`renew_keys`) is for a person to start.

        Args:
            line: As fetched by `line`.
            save: As `publish_keys`.

        Raises:
            RefusedError: As `publish_keys`.
            ClientError: As `publish_keys`.
        """
        lacking = line.recipient(self.keys.handler_id) is None
        due = lacking or not self.keys.reach(self.today() + AHEAD)
        if due:
            await self.publish_keys(save)
        return due

    async def _deliver(self, send: Callable[[], Awaitable[_Answer]]) -> _Answer:
        return await deliver(self.transport, self.keys.line_id, self.today(), send)

    async def inbox(self, state: State | None = None, cursor: str | None = None) -> InboxPage:
        """Return a page of the inbox: the host's word, until a report is read.

        Raises:
            ClientError: As `Transport.call`; NOT_FOUND while the line does not list this handler.
        """
        if not self._is_located:  # a host that the line has left goes on showing what it had
            await self.line()
        return await self._inbox.page(state, cursor)

    async def entries(self, state: State | None = None) -> AsyncIterator[EntryStatus]:
        """Go through the whole inbox."""
        cursor = None
        while True:
            page = await self.inbox(state, cursor)
            for entry in page.entries:
                yield entry
            if page.cursor is None or page.cursor == cursor:
                return
            cursor = page.cursor

    async def read(self, entry: ids.EntryId) -> Thread:
        """Fetch a report, verify it and open what this handler may read.

        Raises:
            RefusedError: As `line` and `fetch_thread`.
            ClientError: As `Transport.call`; NOT_FOUND for a report that is not in this inbox.
        """
        thread = await self._fetch(entry)
        if any(alarm.reason is Reason.DOCUMENT_UNKNOWN for alarm in thread.alarms):
            # The line may have changed between two answers: look again before crying wolf.
            thread = await self._fetch(entry)
        checked = self.memory.check(thread)
        if checked.alarms != thread.alarms:
            checked = self.memory.check(await self._fetch(entry))
        self.memory = self.memory.after(checked)
        return checked

    async def _fetch(self, entry: ids.EntryId) -> Thread:
        line = await self.line()
        reader = Reader(
            me=self.keys.handler_id,
            box_keys=self.keys.box_keys,
            entry=entry,
            history=self.history,
        )
        return await fetch_thread(
            self._inbox.entry(entry), self.transport, line, reader, self.today()
        )

    async def acknowledge(self, thread: Thread, text: str, *, language: str) -> Sent:
        """Tell the reporter that the report was received; as `seal`, then `send`."""
        draft = self.seal(thread, text, language=language, tag=Tag.ACKNOWLEDGEMENT)
        return await self.send(thread, draft)

    async def reply(self, thread: Thread, text: str, *, language: str, note: bool = False) -> Sent:
        """Write to the reporter and the other readers, or a note to the readers alone."""
        return await self.send(thread, self.seal(thread, text, language=language, note=note))

    async def feedback(self, thread: Thread, text: str, *, language: str) -> Sent:
        """Tell the reporter what was done with the report; as `seal`, then `send`."""
        draft = self.seal(thread, text, language=language, tag=Tag.FEEDBACK)
        return await self.send(thread, draft)

    async def pause(self, thread: Thread, text: str, *, language: str, until: date) -> Sent:
        """Pause the clocks, up to and including a day, with a reason that the reporter reads."""
        draft = self.seal(thread, text, language=language, tag=Tag.PAUSE, until=until)
        return await self.send(thread, draft)

    async def close(self, thread: Thread, text: str, *, language: str) -> Sent:
        """Close the report, after feedback; as `seal`, then `send`."""
        return await self.send(thread, self.seal(thread, text, language=language, tag=Tag.CLOSING))

    async def reopen(self, thread: Thread, text: str, *, language: str) -> Sent:
        """Take a closed report up again; as `seal`, then `send`."""
        draft = self.seal(thread, text, language=language, tag=Tag.REOPENING)
        return await self.send(thread, draft)

    async def admit(
        self, thread: Thread, newcomer: ids.HandlerId, text: str, *, language: str
    ) -> Sent:
        """Let a colleague in, for the reporter to see, and give them the keys of what precedes.

        Whether they may read what the reporter writes later is for the reporter to say.

        Raises:
            RefusedError: LEFT_OUT for somebody whom the reporter left out; READER_NOT_ALLOWED for
                somebody who reads already, was dropped, or does not handle reports; WRAP_READER
                while a message of the reporter cannot be opened: it may leave them out; as `seal`.
            ClientError: As `send` and `add_missing_wraps`.
        """
        draft = self.seal_admission(thread, newcomer, text, language=language)
        admission = await self.send(thread, draft)
        await self.add_missing_wraps(await self.read(self._entry(thread).entry))
        return admission

    def seal_admission(
        self, thread: Thread, newcomer: ids.HandlerId, text: str, *, language: str
    ) -> Draft:
        """Seal an admission; nothing is sent. Once it is, `add_missing_wraps` passes the keys on.

        Raises:
            RefusedError: As `admit`.
        """
        check_admissible(thread, newcomer, self.today())
        return self.seal(thread, text, language=language, tag=Tag.ADMIT, admits=newcomer)

    def seal(
        self,
        thread: Thread,
        text: str,
        *,
        language: str,
        tag: Tag = Tag.MESSAGE,
        note: bool = False,
        until: date | None = None,
        admits: ids.HandlerId | None = None,
        content: dict[str, Any] | None = None,
    ) -> Draft:
        """Seal a message to those whom the reporter lets read, and the reporter; nothing is sent.

        Args:
            thread: As read just before.
            text: What to say.
            language: Its language tag.
            tag: What the message does.
            note: Leave the reporter out; for plain messages only.
            until: Last day of a pause.
            admits: Whom an admission lets in; `admit` checks whether it may.
            content: Further fields of the payload.

        Raises:
            UnsentError: The report is erased, or the reporter's own key is unusable.
            RefusedError: READER_NOT_ALLOWED when the reporter no longer lets this handler read;
                GAP, UNKNOWN_SEEN when the host may be hiding whom the reporter left out;
                HEADER_FIELDS for a note that would change the state; as `seal_draft`.
        """
        today = self.today()
        readers: set[Participant] = {*thread.readers(today), *thread.admitted(today)}
        if thread.me not in readers:
            raise RefusedError(Reason.READER_NOT_ALLOWED)
        if not note:
            readers.add(REPORTER)
        if admits is not None:
            readers.add(admits)
        return seal_draft(
            next_header(thread, tag=tag, readers=readers, day=today, until=until, admits=admits),
            write_payload(text, language=language, content=content),
            line=thread.line,
            author=self.keys.signing,
            entropy=self._entropy,
            reporter=reporter_of(thread),
        )

    async def send(self, thread: Thread, draft: Draft) -> Sent:
        """Send a sealed message. After an `UnreachableError` send the same draft again.

        Raises:
            ConflictError: Something else was sent in this handler's name meanwhile.
            ClientError: As `Transport.call`; NOT_ALLOWED_NOW for a closing without feedback.
        """
        try:
            api = self._entry(thread)
            accepted = await self._deliver(lambda: api.put_message(draft.message))
        except ProblemError as error:
            if error.kind is ProblemType.CONFLICT:
                raise ConflictError from None
            raise
        return as_sent(draft, accepted, self.today())

    async def add_missing_wraps(self, thread: Thread) -> int:
        """Let colleagues read what could not be sealed to them; returns how many wraps.

        Everybody who may read a message may pass its key on to its other readers: a key that had
        run out, a lost device and a newcomer are one case.

        Raises:
            RefusedError: PAST_TERM for a report that should have been erased.
            ClientError: As `Transport.call`.
        """
        added = 0
        for message in thread.messages:
            wraps = missing_wraps(thread, message, self.today())
            if wraps:
                check_term(thread, self.today())
                put = WrapsPut(wraps=wraps)
                await self._entry(thread).put_wraps(message.message_id, put)
                added += len(wraps)
        return added

    def _entry(self, thread: Thread) -> EntryApi:
        return self._inbox.entry(ids.inbox_entry(self.keys.handler_id, thread.keys.report))

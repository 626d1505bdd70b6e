"""The handler's side: an inbox, and a say in the reports that are theirs to read."""

from datetime import date
from typing import Any

from meldpunt.client.api import EntryApi
from meldpunt.client.composing import Draft, Sent, as_sent, next_header, seal_draft, write_payload
from meldpunt.client.errors import ConflictError, ProblemError
from meldpunt.client.handler_inbox import HandlerInbox
from meldpunt.client.passing_on import check_admissible, missing_wraps, reporter_of
from meldpunt.client.terms import check_term
from meldpunt.client.thread import Thread
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.header import Tag
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import WrapsPut


class Handler(HandlerInbox):
    """Reads and answers reports on one line."""

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
            lines=thread.lines,
            author=self.keys.signing,
            entropy=self._entropy,
            today=today,
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
        return await as_sent(self.transport, draft, accepted, self.today())

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

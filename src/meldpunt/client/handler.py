"""The handler's side: read an inbox, and answer its reports."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from meldpunt.client.files.report_files import Files
from meldpunt.client.handler_inbox import HandlerInbox
from meldpunt.client.handover.handover import (
    check_may_say,
    check_received,
    consent_to_answer,
    find_line,
)
from meldpunt.client.http.address import LineAddress
from meldpunt.client.http.api import EntryApi
from meldpunt.client.http.errors import ClientError, NotPassedOnError
from meldpunt.client.messages.delivery import Sent, send_message
from meldpunt.client.messages.draft import (
    Draft,
    file_ids,
    next_header,
    seal_draft,
    write_payload,
)
from meldpunt.client.messages.missing_wraps import check_admissible, missing_wraps, reporter_of
from meldpunt.client.texts.labels import label_text
from meldpunt.client.thread.retention import check_term
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.attachment import Attachment
from meldpunt.protocol.texts.content import KnownContent, StoryConsent
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.reports import WrapsPut

_TAKEN_DOWN: Final = {
    "nl": "Het verhaal is weggehaald.",
    "en": "The story has been taken down.",
}


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
        """Let a colleague in, and give them the keys of the earlier messages.

        The reporter sees the admission, and decides whether the colleague reads later messages.

        Raises:
            RefusedError: LEFT_OUT for somebody whom the reporter left out; READER_NOT_ALLOWED for
                somebody who reads already, was dropped, or does not handle reports; WRAP_READER
                if a message of the reporter does not open, as it may leave them out; as `seal`.
            ClientError: As `send` and `add_missing_wraps`.
        """
        draft = self.seal_admission(thread, newcomer, text, language=language)
        admission = await self.send(thread, draft)
        await self.add_missing_wraps(await self.read(self._entry(thread).entry))
        return admission

    def seal_admission(
        self, thread: Thread, newcomer: ids.HandlerId, text: str, *, language: str
    ) -> Draft:
        """Seal an admission without sending it. After sending, call `add_missing_wraps`.

        Raises:
            RefusedError: As `admit`.
        """
        check_admissible(thread, newcomer, self.today())
        return self.seal(thread, text, language=language, tag=Tag.ADMIT, admits=newcomer)

    async def propose(
        self, thread: Thread, line: ids.LineId | LineAddress, text: str, *, language: str
    ) -> Sent:
        """Suggest to the reporter to hand the report to another line of this host.

        Only the reporter can hand the report over.

        Raises:
            UnsentError: That line cannot take it up; as `seal`.
            RefusedError: As `verify_line` and `seal`.
            ClientError: As `send`.
        """
        draft = await self.seal_proposal(thread, line, text, language=language)
        return await self.send(thread, draft)

    async def seal_proposal(
        self, thread: Thread, line: ids.LineId | LineAddress, text: str, *, language: str
    ) -> Draft:
        """Seal a proposal without sending it.

        Raises:
            UnsentError, RefusedError, ClientError: As `propose`.
        """
        found = await find_line(self.transport, thread, line, self.today())
        wanted = found.document.line_id
        return self.seal(thread, text, language=language, tag=Tag.PROPOSAL, proposes=wanted)

    async def accept(self, thread: Thread, text: str, *, language: str) -> Sent:
        """Accept a report that its reporter hands over. From then on this line answers it.

        Raises:
            UnsentError: No consent waits for an answer, or a message of the consent does not open:
                who accepts signs for all of them; as `seal`.
            RefusedError: As `seal`.
            ClientError: As `send`.
        """
        return await self.send(thread, self.seal_answer(thread, text, language=language))

    async def refuse(self, thread: Thread, text: str, *, language: str) -> Sent:
        """Refuse a report that its reporter hands over. The text tells the reporter why.

        Raises:
            UnsentError, RefusedError, ClientError: As `accept`; a refusal signs for nothing.
        """
        draft = self.seal_answer(thread, text, language=language, tag=Tag.REFUSAL)
        return await self.send(thread, draft)

    def seal_answer(
        self, thread: Thread, text: str, *, language: str, tag: Tag = Tag.ACCEPTANCE
    ) -> Draft:
        """Seal an acceptance or a refusal without sending it.

        Raises:
            UnsentError, RefusedError: As `accept`.
        """
        consent = consent_to_answer(thread, self.today())
        if tag is Tag.ACCEPTANCE:
            check_received(thread, consent)
        return self.seal(thread, text, language=language, tag=tag, consent=consent)

    def seal(
        self,
        thread: Thread,
        text: str,
        *,
        language: str,
        tag: Tag = Tag.MESSAGE,
        note: bool = False,
        attachments: Collection[Attachment] = (),
        content: dict[str, Any] | None = None,
        **fields: Any,  # noqa: ANN401 (those of its tag; the header's model checks them)
    ) -> Draft:
        """Seal a message to the reporter and the readers of the report, without sending it.

        Args:
            thread: As read just before.
            text: What to say.
            language: Its language tag.
            tag: What the message does.
            note: Leave out the reporter and the handlers of another line. Only for plain messages.
            attachments: Files that are uploaded (`files`).
            content: Further fields of the payload.
            fields: The header fields of the tag: `until` of a pause, `admits` of an admission
                (`admit` checks it), and the fields of a handover.

        Raises:
            UnsentError: The report is erased, or the reporter's own key is unusable; another line
                answers the report, or this one was asked and has not taken it up.
            RefusedError: READER_NOT_ALLOWED when the reporter no longer lets this handler read;
                GAP, UNKNOWN_SEEN when the host may be hiding whom the reporter left out;
                HEADER_FIELDS for a note that would change the state; as `seal_draft`.
        """
        today = self.today()
        check_may_say(thread, tag, today)
        readers: set[Participant] = {*thread.readers(today), *thread.admitted(today)}
        if thread.me not in readers:
            raise RefusedError(Reason.READER_NOT_ALLOWED)
        if note:
            readers = {r for r in readers if thread.lines.of(r) is thread.line}
        else:
            readers.add(REPORTER)
        readers |= {fields["admits"]} if "admits" in fields else set()
        fields["attachments"] = file_ids(attachments)
        return seal_draft(
            next_header(thread, tag=tag, readers=readers, day=today, **fields),
            write_payload(text, language=language, attachments=attachments, content=content),
            lines=thread.lines,
            author=self.keys.signing,
            entropy=self._entropy,
            today=today,
            reporter=reporter_of(thread),
        )

    def seal_labels(self, thread: Thread, labels: Mapping[str, str], *, language: str) -> Draft:
        """Seal labels as a note: the readers see them, the reporter does not.

        Args:
            thread: As read just before: labels that it shows are replaced.
            labels: Values by field, such as `outcome`. An empty value takes a label away.
            language: The language tag of the note's text, which says the same in words.

        Raises:
            UnsentError, RefusedError: As `seal`; FIELDS for a field or value of another form.
        """
        entries = [{"field": field, "value": value} for field, value in labels.items()]
        KnownContent.from_value({"labels": entries})
        text = "\n".join(label_text(*each) for each in labels.items())
        return self.seal(thread, text, language=language, note=True, content={"labels": entries})

    def seal_taken_down(self, thread: Thread, *, language: str) -> Draft:
        """Seal the word that the reporter's story is taken down: it meets the clock of that.

        Raises:
            UnsentError, RefusedError: As `seal`.
        """
        said = _TAKEN_DOWN.get(language.split("-", maxsplit=1)[0], _TAKEN_DOWN["en"])
        content = {"story": StoryConsent.TAKEN_DOWN.value}
        return self.seal(thread, said, language=language, content=content)

    def files(self, thread: Thread) -> Files:
        """Return the operations on the files of a report."""
        api = self._entry(thread).attachment
        return Files(thread, api, self._entropy, self.keys.signing.seed)

    async def send(self, thread: Thread, draft: Draft) -> Sent:
        """Send a sealed message. After an `UnreachableError` send the same draft again.

        Raises:
            MessageNumberTakenError: This handler has sent another message of that number.
            ClientError: As `Transport.call`; NOT_ALLOWED_NOW for a closing without feedback.
        """
        put, today = self._entry(thread).put_message, self.today()
        return await send_message(
            self.transport, draft, put, line_id=self.keys.line_id, today=today
        )

    async def add_missing_wraps(self, thread: Thread) -> int:
        """Add the wraps that colleagues lack, and return how many wraps.

        Every reader of a message may pass its key on to the other readers. A colleague lacks a
        wrap after an expired key, after a lost device, or as a newcomer.

        Raises:
            RefusedError: PAST_TERM for a report that should have been erased.
            NotPassedOnError: Some messages could not be passed on; all others were.
        """
        today = self.today()
        lacking = [(m.message_id, missing_wraps(thread, m, today)) for m in thread.messages]
        if any(wraps for _, wraps in lacking):
            check_term(thread, today)
        added = 0
        failed: dict[ids.MessageId, RefusedError | ClientError] = {}
        for message, wraps in lacking:
            try:
                if wraps:
                    await self._entry(thread).put_wraps(message, WrapsPut(wraps=wraps))
                    added += len(wraps)
            except (RefusedError, ClientError) as error:
                failed[message] = error
        if failed:
            raise NotPassedOnError(added, failed)
        return added

    def _entry(self, thread: Thread) -> EntryApi:
        return self._inbox.entry(ids.inbox_entry(self.keys.handler_id, thread.keys.report))

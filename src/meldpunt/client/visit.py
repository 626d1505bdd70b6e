"""A reporter's visit: what a reporter can do with the receipt code."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from meldpunt.client.handover.handover import choose_handover, find_line
from meldpunt.client.http.address import LineAddress
from meldpunt.client.http.errors import UnsentError
from meldpunt.client.keys.receipts import is_same_receipt, new_keys
from meldpunt.client.messages.delivery import Sent
from meldpunt.client.messages.draft import Draft, next_header, seal_draft, write_payload
from meldpunt.client.opened_report import OpenedReport
from meldpunt.client.texts.check_ins import CHECK_IN_TEXTS
from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.texts.content import CheckInAnswer, StoryConsent
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import Tag

_WITHDRAWAL: Final = {"nl": "Ik trek mijn melding in.", "en": "I withdraw my report."}


_TAKEOVER: Final = {
    "nl": "Vanaf nu schrijf ik onder een eigen code.",
    "en": "From now on I write under a code of my own.",
}

_STORIES: Final = {
    "nl": {
        StoryConsent.GIVEN: "Dit verhaal mag verder verteld worden, zonder namen.",
        StoryConsent.WITHDRAWN: "Dit verhaal mag niet meer verteld worden.",
    },
    "en": {
        StoryConsent.GIVEN: "This story may be told on, without names.",
        StoryConsent.WITHDRAWN: "This story may no longer be told.",
    },
}


@dataclass(frozen=True, slots=True, repr=False)
class Takeover:
    """A sealed succession that is not sent yet, with the caller's own new receipt code."""

    receipt: str
    """`XXXX-XXXX-XXXX-XXXX-XXXX`; show it to nobody but the person."""
    keys: ReporterKeys
    replaced: ReporterKeys
    """The keys of the old code. They sign the request, and every retry of it."""
    draft: Draft

    def confirms(self, typed: str) -> bool:
        """Say whether somebody has typed the new receipt code."""
        return is_same_receipt(typed, self.receipt)


class Visit(OpenedReport):
    """An opened report in which its reporter can write; `Reporter.open` makes it."""

    async def reply(
        self,
        text: str,
        *,
        language: str,
        readers: Collection[ids.HandlerId] | None = None,
        left_out: Collection[ids.HandlerId] = (),
    ) -> Sent:
        """Write to the handlers, as `seal` and then `send`."""
        return await self.send(
            await self.seal(text, language=language, readers=readers, left_out=left_out)
        )

    async def reopen(self, text: str, *, language: str) -> Sent:
        """Ask the handlers to reopen a closed report, as `seal` and then `send`."""
        return await self.send(await self.seal(text, language=language, tag=Tag.REOPENING))

    async def seal_check_in(
        self,
        answer: CheckInAnswer,
        text: str | None = None,
        *,
        language: str,
        readers: Collection[ids.HandlerId] | None = None,
        left_out: Collection[ids.HandlerId] = (),
    ) -> Draft:
        """Seal how the person is. Who is disadvantaged reopens a closed report, with its own clock.

        Args:
            answer: How they are.
            text: What they add; by default one sentence that says the answer.
            language: Its language tag.
            readers: As `seal`.
            left_out: As `seal`: who made it worse need not read on.

        Raises:
            UnsentError, RefusedError, ClientError: As `seal`.
        """
        thread = self._thread or await self.refresh()
        is_closed = thread.status.state is State.CLOSED
        reopens = answer is CheckInAnswer.RETALIATION and is_closed
        said = CHECK_IN_TEXTS.get(language.split("-", maxsplit=1)[0], CHECK_IN_TEXTS["en"])
        return await self.seal(
            text or said[answer],
            language=language,
            tag=Tag.REOPENING if reopens else Tag.MESSAGE,
            readers=readers,
            left_out=left_out,
            content={"checkIn": answer.value},
        )

    async def seal_story(self, consent: StoryConsent, *, language: str) -> Draft:
        """Seal whether the line may tell the person's story on. The newest word counts.

        Raises:
            UnsentError, RefusedError, ClientError: As `seal`.
        """
        said = _STORIES.get(language.split("-", maxsplit=1)[0], _STORIES["en"])
        return await self.seal(said[consent], language=language, content={"story": consent.value})

    async def withdraw(
        self, text: str | None = None, *, language: str, immediate: bool = False
    ) -> Sent:
        """Withdraw the report, as `seal` and then `send`.

        Args:
            text: A last message; by default one sentence that says that this is a withdrawal.
            language: Its language tag.
            immediate: Erase now. Otherwise the withdrawal term must pass first, and any later
                message of the reporter undoes the withdrawal.
        """
        text = text or _WITHDRAWAL.get(language, _WITHDRAWAL["en"])
        draft = await self.seal(text, language=language, tag=Tag.WITHDRAWAL, immediate=immediate)
        return await self.send(draft)

    async def take_over(
        self,
        *,
        language: str,
        readers: Collection[ids.HandlerId] | None = None,
        left_out: Collection[ids.HandlerId] = (),
    ) -> Takeover:
        """Make a new code for a report whose code somebody else knows. Send nothing.

        Perhaps a handler wrote the report down, or somebody saw or found the code. Show the new
        receipt code before sending, as for a new report: the old code will stop working.

        Args:
            language: The language tag of the one sentence that says that this is a takeover.
            readers: As `seal`.
            left_out: As `seal`.

        Raises:
            UnsentError: The report is taken over already, or is a consultation.
            RefusedError: As `seal`.
            ClientError: As `Transport.call`.
        """
        thread = self._thread or await self.refresh()
        if thread.is_consultation:
            raise UnsentError("You asked here yourself, as a handler: nobody else has the code.")
        if thread.is_taken_over:
            raise UnsentError("The code of this report was replaced before; that works only once.")
        receipt, keys = await new_keys(self._entropy, self._line_id)
        text = _TAKEOVER.get(language, _TAKEOVER["en"])
        draft = await self.seal(
            text,
            language=language,
            tag=Tag.SUCCESSION,
            readers=readers,
            left_out=left_out,
            successor=keys,
        )
        return Takeover(receipt, keys, self._keys, draft)

    async def send_takeover(self, takeover: Takeover) -> Sent:
        """Put the new code in force. From then on this visit uses it.

        Raises:
            ConflictError: Somebody sent another message under the old code meanwhile.
            ClientError: As `Transport.call`.
        """
        self._keys = takeover.replaced
        succession = await self.send(takeover.draft)
        self._keys = takeover.keys
        return succession

    async def find_line(self, wanted: ids.LineId | LineAddress) -> VerifiedLine:
        """Return another line of this host, for a handover, verified from its id.

        Args:
            wanted: From the person's own source, or from a handler's proposal.

        Raises:
            UnsentError: The line cannot take the report up. The error's message says why.
            RefusedError: As `verify_line`.
            ClientError: As `Transport.call`.
        """
        thread = self._thread or await self.refresh()
        return await find_line(self._transport, thread, wanted, self._today())

    async def seal_consent(
        self,
        target: VerifiedLine,
        text: str,
        *,
        language: str,
        readers: Collection[ids.HandlerId] | None = None,
        left_out: Collection[ids.HandlerId] = (),
        messages: Collection[ids.MessageId] | None = None,
    ) -> Draft:
        """Seal a consent: another line may take the report up. Send nothing.

        Until the other line accepts, the line that has the report stays responsible and reads on.

        Args:
            target: A line from `find_line`, whose name the person has seen.
            text: A covering letter, which the readers of both lines read.
            language: Its language tag.
            readers: Handlers of the other line who may read and decide; drawn by lot by default.
            left_out: Handlers of either line who must not read. The readers learn who they are.
            messages: The messages so far that the other line may read. By default all that the
                reporter wrote or may read. The reporter cannot show notes among handlers.

        Raises:
            UnsentError: Nobody could pass the messages on; it is a consultation; the report is
                erased.
            RefusedError: READER_NOT_ALLOWED, NO_READER; as `seal`.
            ClientError: As `Transport.call`.
        """
        thread = self._thread or await self.refresh()
        if thread.is_consultation:
            raise UnsentError("A consultation stays with the line that is asked.")
        handover, chosen = choose_handover(
            thread,
            target,
            readers=readers,
            left_out=left_out,
            messages=messages,
            today=self._today(),
            entropy=self._entropy,
        )
        return seal_draft(
            next_header(thread, tag=Tag.CONSENT, readers=chosen, handover=handover),
            write_payload(text, language=language, left_out=left_out),
            lines=thread.lines.with_line(target),
            author=self._keys.signing,
            entropy=self._entropy,
            today=self._today(),
        )

    async def seal_taking_back(self, text: str, *, language: str) -> Draft:
        """Seal a message that takes a consent back: the line asked may not take the report up.

        Raises:
            UnsentError: No line was asked, or the line has answered.
            RefusedError: As `seal`.
            ClientError: As `Transport.call`.
        """
        thread = self._thread or await self.refresh()
        invited = thread.log.handovers.invited(self._today())
        if not invited:
            raise UnsentError("No line waits for this report, so there is nothing to take back.")
        readers = thread.readers(self._today()) - invited
        return await self.seal(text, language=language, readers=readers)

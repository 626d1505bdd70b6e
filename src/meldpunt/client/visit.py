"""A reporter's visit: what the receipt code opens, and what can be said under it."""

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
from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.header import Tag

_WITHDRAWAL: Final = {"nl": "Ik trek mijn melding in.", "en": "I withdraw my report."}


_TAKEOVER: Final = {
    "nl": "Vanaf nu schrijf ik onder een eigen code.",
    "en": "From now on I write under a code of my own.",
}


@dataclass(frozen=True, slots=True, repr=False)
class Takeover:
    """A succession, sealed and held: the caller's own receipt code, and what puts it in force."""

    receipt: str
    """`XXXX-XXXX-XXXX-XXXX-XXXX`, for the person and nobody else."""
    keys: ReporterKeys
    replaced: ReporterKeys
    """Those of the code that was given: they sign the request, also when it is sent again."""
    draft: Draft

    def confirms(self, typed: str) -> bool:
        """Say whether somebody typed the new receipt back."""
        return is_same_receipt(typed, self.receipt)


class Visit(OpenedReport):
    """What a person says in a report, once its code has opened it; made by `Reporter.open`."""

    async def reply(
        self,
        text: str,
        *,
        language: str,
        readers: Collection[ids.HandlerId] | None = None,
        left_out: Collection[ids.HandlerId] = (),
    ) -> Sent:
        """Write to the handlers; as `seal`, then `send`."""
        return await self.send(
            await self.seal(text, language=language, readers=readers, left_out=left_out)
        )

    async def reopen(self, text: str, *, language: str) -> Sent:
        """Ask for a closed report to be taken up again; as `seal`, then `send`."""
        return await self.send(await self.seal(text, language=language, tag=Tag.REOPENING))

    async def withdraw(
        self, text: str | None = None, *, language: str, immediate: bool = False
    ) -> Sent:
        """Take the report back; as `seal`, then `send`.

        Args:
            text: A last word; by default one sentence that says what this is.
            language: Its language tag.
            immediate: Erase now. Else there is a cooling-off time, and any later message of the
                reporter undoes the withdrawal.
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
        """Make a new code for a report whose code somebody else knows; sends nothing.

        A handler wrote the report down, or the code was seen or lost. Show the new receipt before
        sending, as for a new report: the old code stops working.

        Args:
            language: The language tag of the one sentence that says what this is.
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
        """Put the new code in force; from here on this visit goes by it.

        Raises:
            ConflictError: Something else was sent under the old code meanwhile.
            ClientError: As `Transport.call`.
        """
        self._keys = takeover.replaced
        succession = await self.send(takeover.draft)
        self._keys = takeover.keys
        return succession

    async def find_line(self, wanted: ids.LineId | LineAddress) -> VerifiedLine:
        """Return another line of this host, to hand the report to: verified from its id.

        Args:
            wanted: From the person's own source, or from a handler's proposal.

        Raises:
            UnsentError: It cannot take the report up: the message says why.
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
        """Seal the person's word that another line may take the report up; nothing is sent.

        Until it does, the line that has the report stays responsible, and reads on.

        Args:
            target: As found by `find_line`, and shown to the person by name.
            text: A covering letter, which the readers of both lines read.
            language: Its language tag.
            readers: Handlers of the other line who may read and decide; drawn by lot by default.
            left_out: Handlers of either line who must not; the readers are told.
            messages: What the other line may read of the report so far, by default all that its
                reporter wrote or may read. Notes among handlers are not theirs to show.

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
        """Seal the person's word that the line they asked is not to take the report up after all.

        Raises:
            UnsentError: Nobody was asked, or they have answered.
            RefusedError: As `seal`.
            ClientError: As `Transport.call`.
        """
        thread = self._thread or await self.refresh()
        invited = thread.log.handovers.invited(self._today())
        if not invited:
            raise UnsentError("No line waits for this report, so there is nothing to take back.")
        readers = thread.readers(self._today()) - invited
        return await self.seal(text, language=language, readers=readers)

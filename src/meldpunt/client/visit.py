"""A reporter's visit: what the receipt code opens, and what can be said under it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from meldpunt.client.api import ReportApi
from meldpunt.client.composing import Draft, Sent, as_sent, next_header, seal_draft, write_payload
from meldpunt.client.errors import ConflictError, ProblemError, UnsentError
from meldpunt.client.line import deliver
from meldpunt.client.notices import Notice, NoticeKind
from meldpunt.client.opened import OpenedReport
from meldpunt.client.receipts import is_same_receipt, new_keys
from meldpunt.client.thread import Thread
from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.oral import make_successor
from meldpunt.protocol.verify import causality, ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.header import Successor, Tag
from meldpunt.wire.problems import ProblemType

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

    async def seal(
        self,
        text: str,
        *,
        language: str,
        tag: Tag = Tag.MESSAGE,
        readers: Collection[ids.HandlerId] | None = None,
        left_out: Collection[ids.HandlerId] = (),
        immediate: bool | None = None,
        successor: ReporterKeys | None = None,
        content: dict[str, Any] | None = None,
    ) -> Draft:
        """Seal a message to those who may read on; nothing is sent.

        Args:
            text: What to say.
            language: Its language tag.
            tag: What the message does.
            readers: Fewer readers than before; those whom handlers let in since, if the person
                agrees; and, where everybody chosen has left, new ones.
            left_out: Readers to drop; the others are told.
            immediate: For a withdrawal, whether to erase at once.
            successor: For a succession, the new keys: their owner signs it.
            content: Further fields of the payload.

        Raises:
            UnsentError: The report is erased, or nobody is left to read: choose `readers`.
            RefusedError: READER_NOT_ALLOWED; FORK where two branches have no reader in common;
                GAP, UNKNOWN_SEEN when the host may be hiding an earlier choice; as `seal_draft`.
            ClientError: As `Transport.call`.
        """
        thread = self._thread or await self.refresh()
        chosen = self._choose(thread, readers, left_out)
        departed = thread.departed(self._today())
        statement = None if successor is None else self._succeed(thread, successor)
        return seal_draft(
            next_header(thread, tag=tag, readers=chosen, immediate=immediate, successor=statement),
            write_payload(text, language=language, left_out=left_out, content=content),
            lines=thread.lines,
            author=(successor or self._keys).signing,
            entropy=self._entropy,
            today=self._today(),
            notices=[Notice(NoticeKind.READER_DEPARTED, handler) for handler in departed],
        )

    def _succeed(self, thread: Thread, successor: ReporterKeys) -> Successor:
        return make_successor(
            successor,
            line=self._line_id,
            report=thread.keys.report,
            replaced=self._keys.signing,
        )

    def _choose(
        self,
        thread: Thread,
        readers: Collection[ids.HandlerId] | None,
        left_out: Collection[ids.HandlerId],
    ) -> frozenset[ids.HandlerId]:
        kept = thread.readers(self._today())
        if not kept:
            kept = _newcomers(thread, readers, self._today())
        chosen = frozenset(kept if readers is None else readers) - frozenset(left_out)
        if not chosen <= kept | thread.admitted(self._today()):
            raise RefusedError(Reason.READER_NOT_ALLOWED)
        if not chosen:
            raise RefusedError(Reason.NO_READER)
        return chosen

    async def send(self, draft: Draft) -> Sent:
        """Send a sealed message. After an `UnreachableError` send the same draft again.

        Raises:
            ConflictError: Something else was sent under this receipt meanwhile.
            ClientError: As `Transport.call`.
        """
        self._thread = None
        try:
            api = ReportApi(self._transport, self._keys.signing)
            accepted = await deliver(
                self._transport,
                self._line_id,
                self._today(),
                lambda: api.put_message(draft.message),
            )
        except ProblemError as error:
            if error.kind is ProblemType.CONFLICT:
                raise ConflictError from None
            raise
        return await as_sent(self._transport, draft, accepted, self._today())


def _newcomers(
    thread: Thread, readers: Collection[ids.HandlerId] | None, today: date
) -> frozenset[ids.HandlerId]:
    """Everybody chosen has left: the person, and nobody else, may choose from the document.

    On a fork without a common reader nobody has left: whoever is on one branch may be left out on
    the other.
    """
    headers = {h.message_id: h.header for h in thread.log.headers}
    if len(causality.tips(headers).get(REPORTER, ())) > 1:
        raise RefusedError(Reason.FORK)
    if readers is None:
        raise UnsentError("Everybody who could read this report has left. Choose new readers.")
    return frozenset(handler.id for handler in thread.line.document.active_handlers(today))

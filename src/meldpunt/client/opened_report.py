"""A report that a receipt code opens: read it, write in it, and make a proof of it."""

import contextlib
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from meldpunt.client.files.report_files import Files
from meldpunt.client.http.api import ReportApi
from meldpunt.client.http.errors import ClientError, ProblemError, UnsentError
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.randomness import Entropy, Today
from meldpunt.client.lines.bulletins import Bulletins
from meldpunt.client.lines.line import fetch_line
from meldpunt.client.messages.delivery import Sent, send_message
from meldpunt.client.messages.draft import (
    Draft,
    file_ids,
    next_header,
    seal_draft,
    write_payload,
)
from meldpunt.client.messages.proof import KeptProof, birth_keys, make_proof, prove_thread
from meldpunt.client.thread.bulletins import compare_bulletins
from meldpunt.client.thread.fetch import fetch_thread
from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.remembered_report import seen_now
from meldpunt.client.thread.report import Reader
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.attachment import Attachment
from meldpunt.protocol.erasure import LastKnown
from meldpunt.protocol.keys import BoxKey, ReporterKeys
from meldpunt.protocol.line import Pin, VerifiedLine
from meldpunt.protocol.log import ReportKeys, verify_report_keys
from meldpunt.protocol.oral import make_successor
from meldpunt.protocol.report_proof import ProvenMessage
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.header import Successor, Tag
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import BulletinKeyPut


class OpenedReport:
    """A report that was opened with its receipt code.

    Args:
        keys: The keys from the receipt code.
        transport: The way to the host.
        line_id: The line that the report was made on.
        pin: The newest line document known.
        entropy: Source of randomness.
        today: The device's day.
        bulletins: Bulletins fetched before the visit, to compare the messages with.
    """

    def __init__(
        self,
        keys: ReporterKeys,
        transport: Transport,
        line_id: ids.LineId,
        *,
        pin: Pin | None,
        entropy: Entropy,
        today: Today,
        bulletins: Bulletins | None = None,
    ) -> None:
        self._keys = keys
        self._bulletins = bulletins
        self._transport = transport
        self._origin = transport.origin
        self._line_id = line_id
        self._pin = pin
        self._entropy = entropy
        self._today = today
        self._thread: Thread | None = None
        self._known: LastKnown | None = None
        """The memory of this visit alone: the device keeps nothing."""

    @property
    def thread(self) -> Thread:
        """The report as this visit last fetched it."""
        if self._thread is None:
            raise UnsentError("The report has changed; fetch it again first.")
        return self._thread

    async def refresh(self) -> Thread:
        """Fetch the report again.

        Raises:
            RefusedError: As `verify_line` and `fetch_thread`.
            ClientError: As `Transport.call`.
        """
        line = await fetch_line(self._transport, self._line_id, self._today(), self._pin)
        self._pin = line.pin
        try:
            self._thread = await self._fetch(line)
        except ProblemError as error:
            is_left_behind = self._transport.origin != self._origin
            if error.kind is not ProblemType.NOT_FOUND or not is_left_behind:
                raise
            # If another line was asked to take the report up, the report stays on its host when
            # its own line moves.
            self._transport.follow(self._origin)
            self._thread = await self._fetch(line)
        if self._bulletins is not None:
            self._thread = compare_bulletins(self._thread, self._bulletins, self._keys.bulletin)
        await self._ask_for_bulletins(self._thread)
        if not self._thread.erased:
            self._known = seen_now(self._thread, self._today()).last_known
        return self._thread

    async def _ask_for_bulletins(self, thread: Thread) -> None:
        """Send the bulletin key if the host has none: for an older report, or after a takeover."""
        if thread.erased or thread.report.claim.bulletin_since is not None:
            return
        api = ReportApi(self._transport, self._keys.signing)
        with contextlib.suppress(ClientError):  # the visit goes on; the next visit tries again
            await api.put_bulletin_key(BulletinKeyPut(bulletin_key=self._keys.bulletin))

    async def _fetch(self, line: VerifiedLine) -> Thread:
        source = ReportApi(self._transport, self._keys.signing)
        reader = Reader(REPORTER, self._box_keys, keys=self._public(), known=self._known)
        return await fetch_thread(source, self._transport, line, reader, self._today())

    async def prove(
        self, earlier: bytes | None = None, drafts: Iterable[ProvenMessage] = ()
    ) -> KeptProof:
        """Return a proof of this report, if the person asks for one.

        Args:
            earlier: An earlier proof of this report. The new proof keeps all that it shows.
            drafts: The person's own new messages, with their content, from `prove_draft`.

        Raises:
            RefusedError: As `make_proof`.
            ClientError: As `Transport.call`.
        """
        thread = self._thread or await self.refresh()
        own = {draft.message_id: draft for draft in drafts}
        found = {message.message_id: message for message in prove_thread(thread)}
        keys = birth_keys(thread, self._keys)
        messages = {**found, **own}.values()
        return await make_proof(self._transport, thread.lines, keys, messages, earlier)

    @property
    def seed(self) -> bytes:
        """The person's own, under which they may keep what it takes to go on later (32 bytes)."""
        return self._keys.signing.seed

    def files(self) -> Files:
        """Return the operations on the files of this report, as this visit last fetched it."""
        api = ReportApi(self._transport, self._keys.signing)
        return Files(self.thread, api.attachment, self._entropy, self.seed)

    def _box_keys(self, wanted: Iterable[ids.KeyId]) -> dict[ids.KeyId, BoxKey]:
        """Return the only box key under every id. It cannot open a wrap to another key."""
        return dict.fromkeys(wanted, self._keys.box)

    def _public(self) -> ReportKeys:
        return verify_report_keys(
            signing_key=self._keys.signing.public_key, box_key=self._keys.box.public_key
        )

    async def seal(  # noqa: PLR0913 - what a message can say, by keyword
        self,
        text: str,
        *,
        language: str,
        tag: Tag = Tag.MESSAGE,
        readers: Collection[ids.HandlerId] | None = None,
        left_out: Collection[ids.HandlerId] = (),
        immediate: bool | None = None,
        successor: ReporterKeys | None = None,
        attachments: Collection[Attachment] = (),
        content: dict[str, Any] | None = None,
    ) -> Draft:
        """Seal a message to the readers of the next message. Send nothing.

        Args:
            text: What to say.
            language: Its language tag.
            tag: What the message does.
            readers: The readers, at most those of before. Newcomers only if the person agrees. If
                everybody chosen has left the line, new readers.
            left_out: Readers to drop. The other readers learn who they are.
            immediate: For a withdrawal: whether to erase at once.
            successor: For a succession: the new keys, whose owner signs it.
            attachments: Uploaded files (`files`).
            content: Additional fields of the payload.

        Raises:
            UnsentError: The report is erased, or nobody is left to read: choose `readers`.
            RefusedError: READER_NOT_ALLOWED; FORK if two branches have no reader in common; GAP,
                UNKNOWN_SEEN if the host may be hiding an earlier choice; as `seal_draft`.
            ClientError: As `Transport.call`.
        """
        thread = self._thread or await self.refresh()
        chosen = self._choose(thread, readers, left_out)
        departed = thread.departed(self._today())
        statement = None if successor is None else self._succeed(thread, successor)
        header = next_header(
            thread,
            tag=tag,
            readers=chosen,
            immediate=immediate,
            successor=statement,
            attachments=file_ids(attachments),
        )
        return seal_draft(
            header,
            write_payload(
                text,
                language=language,
                left_out=left_out,
                attachments=attachments,
                content=content,
            ),
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
            MessageNumberTakenError: Somebody sent another message under this receipt code.
            ClientError: As `Transport.call`.
        """
        self._thread = None
        put = ReportApi(self._transport, self._keys.signing).put_message
        sent = await send_message(
            self._transport, draft, put, line_id=self._line_id, today=self._today()
        )
        self._known = _last_sent(draft, sent)
        return sent


def _last_sent(draft: Draft, sent: Sent) -> LastKnown:
    is_withdrawal = draft.header.tag is Tag.WITHDRAWAL
    return LastKnown(
        number=draft.header.n,
        messages=(draft.message_id,),
        withdrawn_on=sent.received_on if is_withdrawal else None,
        whole_on=None,
    )


def _newcomers(
    thread: Thread, readers: Collection[ids.HandlerId] | None, today: date
) -> frozenset[ids.HandlerId]:
    """Return the handlers from whom the person may choose, if everybody chosen has left the line.

    On a fork without a common reader nobody counts as having left. A reader on one branch may be
    left out on the other.
    """
    headers = {h.message_id: h.header for h in thread.log.headers}
    if len(causality.tips(headers).get(REPORTER, ())) > 1:
        raise RefusedError(Reason.FORK)
    if readers is None:
        raise UnsentError("Everybody who could read this report has left. Choose new readers.")
    return frozenset(handler.id for handler in thread.line.document.active_handlers(today))

"""The reporter's side: a report with its receipt code, and every later visit with the code alone.

The device keeps nothing. The receipt code is made here, shown to the person, and given back by
them; it is never stored, logged or sent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from meldpunt.client.http.api import ReportApi
from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.handler_keys import HandlerKeys
from meldpunt.client.keys.randomness import SYSTEM_ENTROPY, Entropy, Today, utc_today
from meldpunt.client.keys.receipts import is_same_receipt, keys_of, new_keys
from meldpunt.client.lines.bulletins import Bulletins, fetch_bulletins
from meldpunt.client.lines.line import fetch_line
from meldpunt.client.lines.report_lines import ReportLines
from meldpunt.client.messages.delivery import Sent, send_draft
from meldpunt.client.messages.draft import (
    Draft,
    choose_readers,
    seal_draft,
    write_payload,
)
from meldpunt.client.messages.proof import KeptProof, make_proof, prove_draft
from meldpunt.client.thread.notices import Notice
from meldpunt.client.visit import Visit
from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.line import Pin, VerifiedLine
from meldpunt.protocol.log import ReportKeys
from meldpunt.protocol.message import first_header
from meldpunt.protocol.payload import ConsultationNote, OralNote
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.header import Header, ReportOrigin
from meldpunt.wire.reports import ReporterPublicKeys, ReportPut


@dataclass(frozen=True, slots=True, repr=False)
class Writer:
    """A handler who makes a report, where no reporter does; their signature for it goes along."""

    origin: ReportOrigin
    """`oral` for somebody who tells it to them, `consultation` to ask for advice themselves."""
    keys: HandlerKeys

    def oral_note(self, report: ids.ReportId) -> OralNote | None:
        """Return the note of an oral report."""
        return self.keys.oral_note(report) if self.origin == "oral" else None

    def consultation_note(self, header: Header) -> ConsultationNote | None:
        """Return the note of a consultation."""
        if self.origin != "consultation":
            return None
        return self.keys.consultation_note(header.line_id, header.report_id)


@dataclass(frozen=True, slots=True, repr=False)
class DraftReport:
    """A new report: sealed, held, not sent yet. Show the receipt before sending it."""

    receipt: str
    """`XXXX-XXXX-XXXX-XXXX-XXXX`, for the person and nobody else."""
    keys: ReporterKeys
    draft: Draft

    @property
    def readers(self) -> tuple[ids.HandlerId, ...]:
        """The handlers who will read it."""
        return tuple(r for r in self.draft.header.readers if not isinstance(r, str))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the person should know before sending."""
        return self.draft.notices

    def confirms(self, typed: str) -> bool:
        """Say whether somebody typed the receipt back."""
        return is_same_receipt(typed, self.receipt)


class Reporter:
    """Makes reports on one line, and comes back to them.

    Use one transport for one report: a host could tell that requests on one connection belong
    together.

    Args:
        transport: The way to the host.
        line_id: From the reporter's own source, never from the host.
        pin: The newest line document known, if any.
        entropy: Source of randomness.
        today: The device's day.
    """

    def __init__(
        self,
        transport: Transport,
        line_id: ids.LineId,
        *,
        pin: Pin | None = None,
        entropy: Entropy = SYSTEM_ENTROPY,
        today: Today = utc_today,
    ) -> None:
        self._transport = transport
        self._line_id = line_id
        self._pin = pin
        self._entropy = entropy
        self._today = today

    async def line(self) -> VerifiedLine:
        """Fetch the line: whom one can write to, in which languages, under which clocks.

        Raises:
            RefusedError: As `verify_line`.
            ClientError: As `Transport.call`.
        """
        line = await fetch_line(self._transport, self._line_id, self._today(), self._pin)
        self._pin = line.pin
        return line

    async def prepare(
        self,
        line: VerifiedLine,
        text: str,
        *,
        language: str,
        readers: Collection[ids.HandlerId] | None = None,
        left_out: Collection[ids.HandlerId] = (),
        written_by: Writer | None = None,
        receipt: str | None = None,
        content: dict[str, Any] | None = None,
    ) -> DraftReport:
        """Seal a report under a new receipt code; nothing is sent.

        Args:
            line: As fetched by `line`.
            text: What to report.
            language: Its language tag.
            readers: Handlers chosen to read it; by default as many as the line wants are drawn by
                lot, whether the host shows a key of theirs or not: it must not steer the lot.
            left_out: Handlers who must not read it. The readers are told who, so that they let
                nobody in by mistake.
            written_by: The handler who enters it for a caller (give the caller the code), or who
                asks for advice on another line (the text names nobody).
            receipt: A code of the person's own from another line, to have one for both: hosts
                cannot link the two, but who finds it opens both. A new one by default.
            content: Further fields of the payload.

        Raises:
            RefusedError: READER_NOT_ALLOWED for somebody who does not handle reports, or is both
                chosen and left out; NO_READER when nobody is left or nobody has a key;
                DOCUMENT_EXPIRED; PAYLOAD_TEXT without a text; TOO_LONG past 65,000 bytes; a receipt
                reason.
        """
        today, entropy = self._today(), self._entropy
        chosen = choose_readers(line, readers, left_out, today=today, entropy=entropy)
        receipt, keys = await self._keys(receipt)
        header = first_header(
            line=self._line_id,
            report=keys.report_id,
            document=line.document_hash,
            readers=chosen,
            origin=written_by.origin if written_by else None,
        )
        payload = write_payload(
            text,
            language=language,
            left_out=left_out,
            oral=written_by.oral_note(keys.report_id) if written_by else None,
            consultation=written_by.consultation_note(header) if written_by else None,
            content=content,
        )
        draft = seal_draft(
            header,
            payload,
            lines=ReportLines.one(line),
            author=keys.signing,
            entropy=self._entropy,
            today=self._today(),
        )
        return DraftReport(receipt, keys, draft)

    async def _keys(self, receipt: str | None) -> tuple[str, ReporterKeys]:
        if receipt is None:
            return await new_keys(self._entropy, self._line_id)
        return receipt, await keys_of(receipt, self._line_id)

    async def send(self, report: DraftReport) -> Sent:
        """Send a report. After an `UnreachableError` send the same report again.

        Raises:
            ClientError: As `Transport.call`.
        """
        keys = report.keys
        public = ReporterPublicKeys(
            signing_key=keys.signing.public_key, box_key=keys.box.public_key
        )
        api = ReportApi(self._transport, keys.signing)
        return await send_draft(
            self._transport,
            report.draft,
            lambda message: api.put_report(
                ReportPut(keys=public, message=message, bulletin_key=keys.bulletin)
            ),
            line_id=self._line_id,
            today=self._today(),
        )

    async def prove(
        self, line: VerifiedLine, report: DraftReport, sent: Sent | None = None
    ) -> KeptProof:
        """Return a proof of a report, for the person to keep if they ask.

        Args:
            line: As fetched by `line`.
            report: The report; its content is in the proof.
            sent: The host's answer, None before sending: so that a crash in between loses nothing.

        Raises:
            RefusedError: As `make_proof`, PROOF among them.
            ClientError: As `Transport.call`.
        """
        keys = report.keys
        public = ReportKeys(keys.report_id, keys.signing.public_key, keys.box.public_key)
        message = prove_draft(report.draft, sent)
        return await make_proof(self._transport, ReportLines.one(line), public, [message])

    async def look(self, *, further_back: bool = False) -> Bulletins:
        """Fetch what tells everybody on which days something came; ask for the code afterwards.

        No request depends on a code. Use another transport, and over Tor another circuit, for a
        visit that follows.

        Args:
            further_back: Whole years too, beside this month and the three before it.

        Raises:
            RefusedError: As `verify_line` and `verify_index`.
            ClientError: As `Transport.call`; NOT_FOUND when the host publishes no bulletins.
        """
        line = await self.line()
        return await fetch_bulletins(
            self._transport, line, self._today(), further_back=further_back
        )

    async def news(self, receipt: str, bulletins: Bulletins) -> tuple[date, ...]:
        """Return the days on which something came, from files already here; asks nobody.

        Raises:
            RefusedError: A receipt reason for a code that was mistyped.
        """
        return bulletins.news((await keys_of(receipt, self._line_id)).bulletin)

    async def open(self, receipt: str, bulletins: Bulletins | None = None) -> Visit:
        """Come back to a report with its receipt code and nothing else.

        Args:
            receipt: As the person typed it.
            bulletins: As fetched before: a message of which they do not tell is a notice.

        Raises:
            RefusedError: A receipt reason for a code that was mistyped, found on the device; as
                `fetch_thread`.
            ClientError: As `Transport.call`; NOT_FOUND when this line has no report of this code.
        """
        keys = await keys_of(receipt, self._line_id)
        visit = Visit(
            keys,
            self._transport,
            self._line_id,
            pin=self._pin,
            entropy=self._entropy,
            today=self._today,
            bulletins=bulletins,
        )
        await visit.refresh()
        return visit

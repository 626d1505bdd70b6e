"""The reporter's side: a report with its receipt code, and every later visit with the code alone.

The device keeps nothing. The client makes the receipt code, shows it to the person, and asks for it
at every visit. It never stores, logs or sends the code.
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
from meldpunt.client.texts.answered_form import AnsweredForm
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
    """A handler who makes a report, with the signed note that says so."""

    origin: ReportOrigin
    """`oral`: the handler writes for a caller. `consultation`: the handler asks for advice."""
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
    """A new report, sealed and not sent yet. Show the receipt code before sending it."""

    receipt: str
    """`XXXX-XXXX-XXXX-XXXX-XXXX`; show it to nobody but the person."""
    keys: ReporterKeys
    draft: Draft

    @property
    def readers(self) -> tuple[ids.HandlerId, ...]:
        """The handlers who will read the report."""
        return tuple(r for r in self.draft.header.readers if not isinstance(r, str))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the person should know before sending."""
        return self.draft.notices

    def confirms(self, typed: str) -> bool:
        """Say whether somebody has typed the receipt code."""
        return is_same_receipt(typed, self.receipt)


class Reporter:
    """Makes reports on one line, and opens them again later.

    Use one transport for one report: a host could link the requests on one connection.

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
        """Fetch the line: its handlers, languages and clocks.

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
        """Seal a report under a new receipt code. Send nothing.

        Args:
            line: The line, from `line`.
            text: What to report.
            language: Its language tag.
            readers: The chosen readers. By default as many as the line says are drawn by lot. The
                lot includes handlers of whom the host shows no key: the host must not influence it.
            left_out: Handlers who must not read the report. The readers learn who they are, so that
                they admit nobody by mistake.
            written_by: The handler who writes the report down for a caller, or who asks another
                line for advice. Give the caller the code. The text of a consultation names nobody.
            receipt: The person's own code from another line, to use one code for both; by default a
                new one. Hosts cannot link the two reports, but whoever finds the code opens both.
            content: Additional fields of the payload.

        Raises:
            RefusedError: READER_NOT_ALLOWED if somebody does not handle reports, or is both chosen
                and left out; NO_READER if nobody is left or nobody has a key; DOCUMENT_EXPIRED;
                PAYLOAD_TEXT without a text; TOO_LONG past 65,000 bytes; a receipt reason.
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

    async def prepare_answers(
        self,
        line: VerifiedLine,
        answered: AnsweredForm,
        *,
        language: str,
        readers: Collection[ids.HandlerId] | None = None,
        left_out: Collection[ids.HandlerId] = (),
    ) -> DraftReport:
        """Seal answers to the line's form, as `prepare` seals a text. Send nothing.

        The lot draws among the handlers of the kind's functions, and nobody else may be chosen.

        Args:
            line: The line, from `line`.
            answered: The answers, from `answer_form`.
            language: The language in which the person answered.
            readers: As `prepare`.
            left_out: As `prepare`.

        Raises:
            RefusedError: As `prepare`; PAYLOAD_TEXT for a form without any answer.
        """
        chosen = choose_readers(
            line,
            readers,
            left_out,
            today=self._today(),
            entropy=self._entropy,
            functions=answered.kind.functions,
        )
        return await self.prepare(
            line,
            answered.text(language),
            language=language,
            readers=chosen,
            left_out=left_out,
            content=answered.content(language),
        )

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
        """Return a proof of a report, if the person asks for one.

        Args:
            line: The line, from `line`.
            report: The report. The proof contains its content.
            sent: The host's answer. It is None for a proof made before sending, which a crash
                during sending cannot lose.

        Raises:
            RefusedError: As `make_proof`, for example PROOF.
            ClientError: As `Transport.call`.
        """
        keys = report.keys
        public = ReportKeys(keys.report_id, keys.signing.public_key, keys.box.public_key)
        message = prove_draft(report.draft, sent)
        return await make_proof(self._transport, ReportLines.one(line), public, [message])

    async def look(self, *, further_back: bool = False) -> Bulletins:
        """Fetch the bulletins, which are the same for everybody. Ask for the code afterwards.

        No request depends on a code. For a visit after this, use another transport, and over Tor
        another circuit.

        Args:
            further_back: Also fetch whole years before this month and the three before it.

        Raises:
            RefusedError: As `verify_line` and `verify_index`.
            ClientError: As `Transport.call`; NOT_FOUND if the host publishes no bulletins.
        """
        line = await self.line()
        return await fetch_bulletins(
            self._transport, line, self._today(), further_back=further_back
        )

    async def news(self, receipt: str, bulletins: Bulletins) -> tuple[date, ...]:
        """Return the days on which something arrived. Use the fetched files, and send nothing.

        Raises:
            RefusedError: A receipt reason for a mistyped code.
        """
        return bulletins.news((await keys_of(receipt, self._line_id)).bulletin)

    async def open(self, receipt: str, bulletins: Bulletins | None = None) -> Visit:
        """Open a report with its receipt code alone.

        Args:
            receipt: The code as the person typed it.
            bulletins: Bulletins fetched before. A message that they leave out gives a notice.

        Raises:
            RefusedError: A receipt reason for a mistyped code, before anything is sent; as
                `fetch_thread`.
            ClientError: As `Transport.call`; NOT_FOUND if this line has no report of this code.
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

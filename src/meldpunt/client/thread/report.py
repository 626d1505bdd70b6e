"""Verify a report: turn what a host served into what its authors signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.line import LineHistory, fetch_document
from meldpunt.client.lines.report_lines import (
    ReportLines,
    asked_lines,
    fetch_report_lines,
    find_document,
)
from meldpunt.client.thread.erasure import fetch_terms
from meldpunt.client.thread.message import BoxKeys, VerifiedMessage
from meldpunt.client.thread.participation import Participation, participation_of
from meldpunt.client.thread.snapshot import Snapshot
from meldpunt.client.thread.status import ClockTerms
from meldpunt.protocol.erasure import LastKnown
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.log import Log, ReportKeys, verify_log, verify_report_keys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.header import parse_header
from meldpunt.protocol.verify.log.opening import Arrived, ArrivedMessage
from meldpunt.wire.reports import ReportStatus, ServedMessage


@dataclass(frozen=True, slots=True, repr=False)
class Reader:
    """The participant who reads, and what they know."""

    me: Participant
    box_keys: BoxKeys
    keys: ReportKeys | None = None
    """The reporter's own keys. A handler gets them from the host and checks them by the entry."""
    entry: ids.EntryId | None = None
    """The report's name in a handler's inbox."""
    history: LineHistory | None = None
    """The line's history that a handler knows. A message with a document outside it raises an
    alarm."""
    known: LastKnown | None = None
    """What a handler remembers of the reporter's side of this report."""


@dataclass(frozen=True, slots=True, repr=False)
class VerifiedReport:
    """What the authors of a report signed, and what the host claims about it."""

    claim: ReportStatus
    """The status that the host claims."""
    log: Log
    messages: Mapping[ids.MessageId, VerifiedMessage]
    """In the host's order."""
    lines: ReportLines
    report_document: LineDocument
    """The line document that the report names.

    Without its first message: the document that the host claims, or the newest of its line."""
    report_document_hash: ids.Hash
    """Of its bytes as they were signed: a default that stands in them changes nothing but this."""
    terms: ClockTerms
    """The clocks and terms that apply to this participant."""
    withdrawal_terms: tuple[LineDocument, ...] = ()
    """If the host calls the report erased: the documents that decide whether that can be."""


@dataclass(frozen=True, slots=True, repr=False)
class ReportVerifier:
    """Verifies what a host served of one report, for one reader, on one day."""

    transport: Transport
    line: VerifiedLine
    """The reader's line. For a reporter it is the line that the report was made on."""
    reader: Reader
    today: date

    async def verify(self, snapshot: Snapshot) -> VerifiedReport:
        """Return the verified report of a snapshot.

        Check the keys first: they verify the reporter's headers. Then fetch the lines: their
        handlers signed the other headers.

        Raises:
            RefusedError: REPORT_KEYS for keys that are not this reporter's; OTHER_REPORT for those
                of another inbox entry; OTHER_LINE for a report of another line; as `verify_log`
                and `verify_line_document`.
            ClientError: As `Transport.call`.
        """
        claim, reader = snapshot.claim, self.reader
        keys = _report_keys(claim, reader)
        lines = await self._lines(snapshot)
        pairs = ((message.header, message.signature) for message in snapshot.messages)
        log = verify_log(pairs, keys=keys, document=lines.documents)
        if reader.keys is not None and log.keys.signing_key != reader.keys.signing_key:
            raise RefusedError(Reason.REPORT_KEYS)  # replaced by another person's keys
        answering = log.handovers.line or (claim.answered_by if claim.erased else None)
        if reader.me == REPORTER:
            lines = lines.read_by(lines.find(answering) or lines.birth_line)
        report_document, named = await self._report_document(snapshot, log, lines)
        messages = _verified_messages(snapshot.messages, log)
        arrived = {message: found.received_on for message, found in messages.items()}
        participation = participation_of(reader.me, log, arrived, self.today)
        taken_up = await self._document_of_handover(participation, lines)
        document, document_hash = taken_up or (report_document, named)
        own = lines.own.document
        terms = ClockTerms(participation, document, document_hash, own, _arrived(messages))
        erasing: tuple[LineDocument, ...] = ()
        if claim.erased:
            erasing = await fetch_terms(self.transport, lines, claim, messages, reader.known)
        return VerifiedReport(claim, log, messages, lines, report_document, named, terms, erasing)

    async def _lines(self, snapshot: Snapshot) -> ReportLines:
        """Fetch the lines that the consents name.

        The consents are not verified yet: verifying the log takes the keys of these lines.
        """
        claim, own = snapshot.claim, self.line.document.line_id
        asked = asked_lines(message.header for message in snapshot.messages)
        if claim.erased:  # the host has erased the consents
            asked |= {line for line in (own, claim.answered_by) if line is not None}
        if own not in {claim.line_id, *asked} or (self._is_reporter and own != claim.line_id):
            raise RefusedError(Reason.OTHER_LINE)
        birth, today = claim.line_id, self.today
        lines = await fetch_report_lines(self.transport, self.line, birth, asked, today)
        return await self._signed_lines(lines, snapshot) if claim.erased else lines

    async def _signed_lines(self, lines: ReportLines, snapshot: Snapshot) -> ReportLines:
        """Leave out the line that the host names for an erased report, if nothing signed names it.

        A host can make any line. The reporter's newest message names a document of the line that
        answers. It is verified with the log.
        """
        line = lines.find(snapshot.claim.answered_by)
        if line is None or line in (lines.own, lines.birth_line):
            return lines
        headers = [parse_header(message.header) for message in snapshot.messages]
        consents = (header.handover for header in headers if header.handover is not None)
        if any(consent.line_id == line.document.line_id for consent in consents):
            return lines
        own = [header for header in headers if header.author == REPORTER]
        newest = max(own, key=lambda header: header.n, default=None)
        if newest is not None and await find_document(self.transport, line, newest.document):
            return lines
        return lines.without_line(line)

    @property
    def _is_reporter(self) -> bool:
        return self.reader.me == REPORTER

    async def _report_document(
        self, snapshot: Snapshot, log: Log, lines: ReportLines
    ) -> tuple[LineDocument, ids.Hash]:
        """Return the document that the report names, and its hash.

        Without the report's first message, return the document that the host claims.
        """
        own = (h.header for h in log.headers if h.header.author == REPORTER)
        named = next((header.document for header in own if header.n == 0), None)
        if named is not None:
            return await fetch_document(self.transport, lines.birth_line, named), named
        line = lines.find(snapshot.claim.answered_by) or lines.birth_line
        claimed = await find_document(self.transport, line, snapshot.claim.document)
        if claimed is None:
            return line.document, line.document_hash
        return claimed, snapshot.claim.document

    async def _document_of_handover(
        self, participation: Participation, lines: ReportLines
    ) -> tuple[LineDocument, ids.Hash] | None:
        """Return the document of the line that took the report up, if any, and its hash."""
        handover = participation.handover
        line = None if handover is None else lines.find(handover.line_id)
        if handover is None or line is None:
            return None
        document = await fetch_document(self.transport, line, handover.document)
        return document, handover.document


def _arrived(messages: Mapping[ids.MessageId, VerifiedMessage]) -> Arrived:
    """Return the messages with the host's days, by which erasure waits for unopened messages."""
    return {
        message: ArrivedMessage(found.header.author, found.header.seen, found.received_on)
        for message, found in messages.items()
    }


def _report_keys(claim: ReportStatus, reader: Reader) -> ReportKeys:
    if claim.birth_keys is None:
        return _own_keys(reader)
    keys = verify_report_keys(
        signing_key=claim.birth_keys.signing_key, box_key=claim.birth_keys.box_key
    )
    if isinstance(reader.me, str) or ids.inbox_entry(reader.me, keys.report) == reader.entry:
        return keys
    raise RefusedError(Reason.OTHER_REPORT)


def _own_keys(reader: Reader) -> ReportKeys:
    if reader.keys is None:
        raise RefusedError(Reason.REPORT_KEYS)
    return reader.keys


def _verified_messages(
    served: Iterable[ServedMessage], log: Log
) -> dict[ids.MessageId, VerifiedMessage]:
    """Join each verified header with what the host served beside it, in the host's order."""
    verified = {h.message_id: h for h in log.headers}
    found = {}
    for message in served:
        header = verified.get(ids.message_id(message.header))
        if header is None:  # signed by a replaced key: it raises an alarm and counts for nothing
            continue
        found[header.message_id] = VerifiedMessage(
            verified_header=header,
            received_on=message.received_on,
            body=message.body,
            wraps=message.wraps,
            wrapped_for=message.wrapped_for,
            proof=message.proof,
        )
    return found

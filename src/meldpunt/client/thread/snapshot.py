"""Fetching a report: the host's answers in, a verified thread out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from meldpunt.client.http.errors import AnswerError
from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.line import fetch_document
from meldpunt.client.lines.report_lines import ReportLines, asked_lines, fetch_report_lines
from meldpunt.client.thread.erasure import erased_alarms, erased_status, false_erasure, is_erased
from meldpunt.client.thread.findings import (
    Reader,
    VerifiedReport,
    arrivals,
    count_holds,
    host_claims,
    missing_report,
    oral_alarms,
    unknown_documents,
)
from meldpunt.client.thread.participation import part_of
from meldpunt.client.thread.status import ClockTerms, check_claims, verified_status
from meldpunt.client.thread.thread import (
    Readability,
    Thread,
    ThreadMessage,
    VerifiedMessage,
    left_out_of,
    line_notices,
    open_messages,
)
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.log import (
    Alarm,
    Log,
    ReportKeys,
    verify_log,
    verify_report_keys,
)
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.wire.reports import MessagesPage, ReportStatus, ServedMessage

_MAX_MESSAGES: Final = 10_000


class ThreadSource(Protocol):
    """Where one participant reads one report."""

    async def status(self) -> ReportStatus:
        """Return where the report stands."""

    async def messages(self, after: int) -> MessagesPage:
        """Return the messages after a cursor."""


@dataclass(frozen=True, slots=True, repr=False)
class _Snapshot:
    claim: ReportStatus
    messages: tuple[ServedMessage, ...]


async def fetch_thread(
    source: ThreadSource, transport: Transport, line: VerifiedLine, reader: Reader, today: date
) -> Thread:
    """Fetch a report, verify it and open what the reader may read.

    What does not fit together (an unknown `seen`, another count) is fetched once more before it is
    told: a message may have come in between two answers.

    Raises:
        RefusedError: OTHER_LINE, REPORT_KEYS, OTHER_REPORT; GAP for a report of no message; as
            `verify_log` and `verify_line_document`.
        ClientError: As `Transport.call`.
    """
    fetching = _Fetching(transport, line, reader, today)
    parts = await fetching.gather(await _fetch(source))
    if not fetching.is_erased(parts) and _looks_torn(parts, reader):
        parts = await fetching.gather(await _fetch(source))
    if fetching.is_erased(parts):
        return _erased_thread(parts, reader)
    if not parts.served:
        raise RefusedError(Reason.GAP)
    alarms = await unknown_documents(transport, parts, reader)
    return _assemble(parts, reader, today, alarms)


@dataclass(frozen=True, slots=True, repr=False)
class _Fetching:
    """From the host's answers to what holds of them."""

    transport: Transport
    line: VerifiedLine
    reader: Reader
    today: date

    async def gather(self, snapshot: _Snapshot) -> VerifiedReport:
        claim, reader = snapshot.claim, self.reader
        keys = _report_keys(claim, reader)
        lines = await self._lines(snapshot)
        pairs = ((message.header, message.signature) for message in snapshot.messages)
        log = verify_log(pairs, keys=keys, document=lines.documents)
        if reader.keys is not None and log.keys.signing_key != reader.keys.signing_key:
            raise RefusedError(Reason.REPORT_KEYS)  # replaced by keys that are not this person's
        answering = log.handovers.line or (claim.answered_by if claim.erased else None)
        if reader.me == REPORTER:
            lines = lines.read_by(lines.find(answering) or lines.birth)
        birth = await self._birth(snapshot, log, lines)
        served = _served(snapshot.messages, log)
        terms = await self._terms(log, served, lines, birth)
        return VerifiedReport(claim, log.keys, log, served, lines, birth, terms)

    def is_erased(self, parts: VerifiedReport) -> bool:
        """Say whether a withdrawal has erased the report, as far as this reader can know."""
        return is_erased(
            parts.claim,
            parts.served,
            document=parts.terms.document,
            today=self.today,
            known=self.reader.known,
        )

    async def _lines(self, snapshot: _Snapshot) -> ReportLines:
        """Fetch the lines that the consents name, not verified yet: what they signed needs them."""
        claim, own = snapshot.claim, self.line.document.line_id
        asked = asked_lines(message.header for message in snapshot.messages)
        if claim.erased:  # the consents are gone
            asked |= {line for line in (own, claim.answered_by) if line is not None}
        if own not in {claim.line_id, *asked} or (self._is_reporter and own != claim.line_id):
            raise RefusedError(Reason.OTHER_LINE)
        return await fetch_report_lines(self.transport, self.line, claim.line_id, asked, self.today)

    @property
    def _is_reporter(self) -> bool:
        return self.reader.me == REPORTER

    async def _birth(self, snapshot: _Snapshot, log: Log, lines: ReportLines) -> LineDocument:
        """Return the document that the report was made with; of an erased one, what is left."""
        own = (h.header for h in log.headers if h.header.author == REPORTER)
        named = next((header.document for header in own if header.n == 0), None)
        if named is not None:
            return await fetch_document(self.transport, lines.birth, named)
        line = lines.find(snapshot.claim.answered_by) or lines.birth
        return await fetch_document(self.transport, line, snapshot.claim.document)

    async def _terms(
        self,
        log: Log,
        served: Mapping[ids.MessageId, VerifiedMessage],
        lines: ReportLines,
        birth: LineDocument,
    ) -> ClockTerms:
        arrived = {message: found.received_on for message, found in served.items()}
        part = part_of(self.reader.me, log, arrived, self.today)
        line = None if part.terms is None else lines.find(part.terms.line_id)
        document = birth
        if part.terms is not None and line is not None:
            document = await fetch_document(self.transport, line, part.terms.document)
        return ClockTerms(part, document, lines.own.document)


async def _fetch(source: ThreadSource) -> _Snapshot:
    claim = await source.status()
    found: list[ServedMessage] = []
    after = 0
    while True:
        page = await source.messages(after)
        found += page.messages
        if not page.more:
            return _Snapshot(claim, tuple(found))
        if page.cursor <= after or len(found) > _MAX_MESSAGES:
            raise AnswerError
        after = page.cursor


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


def _looks_torn(parts: VerifiedReport, reader: Reader) -> bool:
    if parts.claim.erased:
        return True
    unknown = any(alarm.reason is Reason.UNKNOWN_SEEN for alarm in parts.log.alarms)
    return unknown or not count_holds(parts.claim, parts.log, reader.me)


def _served(messages: tuple[ServedMessage, ...], log: Log) -> dict[ids.MessageId, VerifiedMessage]:
    """Put each verified header together with what came beside it, in the host's order."""
    verified = {h.message_id: h for h in log.headers}
    found = {}
    for message in messages:
        header = verified.get(ids.message_id(message.header))
        if header is None:  # signed by a replaced key: it is told, and counts for nothing
            continue
        found[header.message_id] = VerifiedMessage(
            verified=header,
            received_on=message.received_on,
            body=message.body,
            wraps=message.wraps,
            wrapped_for=message.wrapped_for,
            proof=message.proof,
        )
    return found


def _assemble(
    parts: VerifiedReport, reader: Reader, today: date, unknown: tuple[Alarm, ...]
) -> Thread:
    found, order = arrivals(parts)
    log = parts.log
    messages = open_messages(log, parts.served, me=reader.me, box_keys=reader.box_keys)
    return Thread(
        me=reader.me,
        lines=parts.lines,
        birth=parts.birth,
        terms=parts.terms,
        keys=parts.keys,
        claim=parts.claim,
        status=verified_status(found, ignored=log.void, terms=parts.terms, today=today),
        log=log,
        messages=messages,
        alarms=(
            *missing_report(log),
            *false_erasure(parts.claim),
            *log.alarms,
            *unknown,
            *oral_alarms(messages, parts.lines.birth.document),
            *log.left_out_alarms(left_out_of(messages)),
        ),
        notices=(
            *line_notices(parts.lines.own),
            *order,
            *host_claims(parts, reader),
            *check_claims(parts.claim, found, terms=parts.terms, today=today),
        ),
        entry=reader.entry,
    )


def _erased_thread(parts: VerifiedReport, reader: Reader) -> Thread:
    """Return what a withdrawal leaves: its header, which shows that it was not lost."""
    messages = tuple(
        ThreadMessage(s.verified, s.received_on, Readability.ERASED, proof=s.proof)
        for s in parts.served.values()
    )
    return Thread(
        me=reader.me,
        lines=parts.lines,
        birth=parts.birth,
        terms=parts.terms,
        keys=parts.keys,
        claim=parts.claim,
        status=erased_status(parts.claim, parts.served),
        log=parts.log,
        messages=messages,
        alarms=erased_alarms(parts.log),
        notices=(),
        entry=reader.entry,
        erased=True,
    )

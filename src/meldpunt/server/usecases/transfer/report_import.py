"""Import reports from another host: check each message as on its first arrival.

Only the old host knows the day of receipt, and it has signed that day. Its proof stays with the
message: this host signs nothing that it did not see itself.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.ed25519 import check_public_key
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.clocks import Milestones
from meldpunt.protocol.verify.log.header import Header, Successor, Tag, parse_header, verify_header
from meldpunt.protocol.verify.proof import check_proof
from meldpunt.protocol.verify.sealed import check_body, check_wraps
from meldpunt.server.errors import ConflictError
from meldpunt.server.host import Host
from meldpunt.server.store import messages, transfer
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.messages import MessageRow
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.usecases.reports import checks
from meldpunt.server.usecases.reports.messages import check_place
from meldpunt.wire.transfer import MovedMessage, MovedReport, MovedWraps

KEPT_TAGS: Final = frozenset({Tag.SUCCESSION, Tag.WITHDRAWAL})
"""Tags of messages whose header stays after an erasure."""
PATIENCE: Final = timedelta(days=30)
"""How long the host keeps an incomplete report that waits for its end."""
_ALL: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """A line that is being imported, for the transaction of one page."""

    host: Host
    tx: Transaction
    line: ids.LineId
    keys: tuple[bytes, ...]
    is_open: bool
    """Whether the line is open here already. Then a page must bring nothing new."""
    documents: dict[ids.Hash, LineDocument]
    """The line's documents on this host, in the order of their numbers."""

    @property
    def newest(self) -> ids.Hash | None:
        """The hash of the newest document on this host."""
        return next(reversed(self.documents), None)

    def check_new(self) -> None:
        """Check that the import may still add something new.

        Raises:
            ConflictError: The line is open here already.
        """
        if self.is_open:
            raise ConflictError

    def document_naming(self, handler: ids.HandlerId) -> LineDocument:
        """Return the newest document that names a handler.

        Raises:
            RefusedError: AUTHOR_UNKNOWN.
        """
        for document in reversed(self.documents.values()):
            if document.handler(handler) is not None:
                return document
        raise RefusedError(Reason.AUTHOR_UNKNOWN)

    def signing_key(self, author: Participant, report: ReportRow) -> bytes:
        """Return the signing key of an author of a report.

        Raises:
            RefusedError: AUTHOR_UNKNOWN.
        """
        if isinstance(author, str):
            return report.signing_key
        handler = self.document_naming(author).handler(author)
        if handler is None:
            raise RefusedError(Reason.AUTHOR_UNKNOWN)
        return handler.signing_key

    def report(self, report: ids.ReportId) -> ReportRow:
        """Return a report of this line that has begun to arrive.

        Raises:
            RefusedError: OTHER_REPORT.
        """
        row = transfer.find_report(self.tx, report, lock=True)
        if row is None or row.line_id != self.line:
            raise RefusedError(Reason.OTHER_REPORT)
        return row


def take_report(arriving: Arriving, moved: MovedReport) -> None:
    """Check and store the beginning of a report.

    The report's own key signs the first message, for this line. So somebody who knows only the
    public keys of a report cannot take its place.

    Raises:
        RefusedError: PUBLIC_KEY, REPORT_KEYS, DOCUMENT_UNKNOWN, and those of `take_message`.
        ConflictError: The key has another report, or the line is open here without this report.
    """
    check_public_key(moved.keys.signing_key)
    signing_key, box_key = moved.keys.signing_key, moved.keys.box_key
    report = ids.report_id(signing_key=signing_key, box_key=box_key)
    if report != moved.first.report:
        raise RefusedError(Reason.REPORT_KEYS)
    if moved.document not in arriving.documents:
        raise RefusedError(Reason.DOCUMENT_UNKNOWN)
    known = transfer.find_report(arriving.tx, report, lock=True)
    if known is not None and known.line_id == arriving.line:
        _take(arriving, known, moved.first)
        return
    row = ReportRow(
        report_id=report,
        line_id=arriving.line,
        signing_key=signing_key,
        birth_signing_key=signing_key,
        box_key=box_key,
        reporter_key_id=ids.reporter_key_id(report, box_key),
        document_hash=moved.document,
        milestones=Milestones(received_on=moved.first.received_on),
        message_count=0,
        erase_on=arriving.host.clock.today() + PATIENCE,
    )
    arriving.check_new()
    header = _verify(arriving, row, moved.first)
    if known is not None or not transfer.begin_report(arriving.tx, row):
        raise ConflictError
    _store(arriving, row, moved.first, header)


def take_message(arriving: Arriving, moved: MovedMessage) -> None:
    """Check and store a message of a report that has begun to arrive.

    Raises:
        RefusedError: The reason that the first arrival would give, by the documents of its day; or
            PROOF.
        ConflictError: The host has another message in its place, or the report is complete.
    """
    _take(arriving, arriving.report(moved.report), moved)


def _take(arriving: Arriving, report: ReportRow, moved: MovedMessage) -> None:
    header = parse_header(moved.header)
    row = _row(report, moved, header)
    known = messages.find_message(arriving.tx, report.id, row.message_id)
    if known is not None:
        if known != row:
            raise ConflictError
        return
    if report.message_count:
        raise ConflictError
    _store(arriving, report, moved, _verify(arriving, report, moved))


def _row(report: ReportRow, moved: MovedMessage, header: Header) -> MessageRow:
    return MessageRow(
        message_id=ids.message_id(moved.header),
        report=report.id,
        position=moved.position,
        author=header.author,
        n=header.n,
        header=moved.header,
        signature=moved.signature,
        received_on=moved.received_on,
        earlier_proof=moved.proof + moved.receipt_key,
    )


def _verify(arriving: Arriving, report: ReportRow, moved: MovedMessage) -> Header:
    header = parse_header(moved.header)
    if header.handover is not None:  # a report of two lines stays on the host of both
        raise RefusedError(Reason.HANDOVER)
    key = arriving.signing_key(header.author, report)
    verified = verify_header(moved.header, moved.signature, key)
    context = checks.MessageContext(
        line=arriving.line,
        report=report.report_id,
        author=header.author,
        signing_key=key,
        reporter_key=report.reporter_key_id,
    )
    document = checks.check_belongs(header, context, arriving.documents.get(header.document))
    _check_day(arriving, moved, header, document)
    checks.check_readers_active(header, [document], moved.received_on)
    _check_receipt(arriving, moved, verified.message_id)
    _check_content(arriving, report, moved, header)
    return header


def _check_day(
    arriving: Arriving, moved: MovedMessage, header: Header, document: LineDocument
) -> None:
    check_not_before(document, moved.received_on)
    if moved.received_on > arriving.host.clock.today() + TOLERANCE:
        raise RefusedError(Reason.DOCUMENT_DATES)
    if header.day is not None and abs(header.day - moved.received_on) > TOLERANCE:
        raise RefusedError(Reason.DOCUMENT_DATES)


def check_not_before(document: LineDocument, day: date) -> None:
    """Check that a day of receipt is not before the document: a host had to have it then.

    Raises:
        RefusedError: DOCUMENT_DATES.
    """
    if day < document.signed_on - TOLERANCE:
        raise RefusedError(Reason.DOCUMENT_DATES)


def _check_receipt(arriving: Arriving, moved: MovedMessage, message: ids.MessageId) -> None:
    """Check the earlier host's proof, with a receipt key that a document of the line names."""
    known = {document.receipt_key for document in arriving.documents.values()}
    if moved.receipt_key not in known:
        raise RefusedError(Reason.PROOF)
    check_proof(message, moved.received_on, moved.proof, moved.receipt_key)


def _check_content(
    arriving: Arriving, report: ReportRow, moved: MovedMessage, header: Header
) -> None:
    last = transfer.last_position(arriving.tx, report.id)
    if moved.body is None:
        if header.tag not in KEPT_TAGS or moved.position <= last:
            raise RefusedError(Reason.BODY_HASH)
        return
    check_body(header, moved.body)
    if moved.position != last + 1:
        raise RefusedError(Reason.GAP)
    newest = messages.find_newest_of(arriving.tx, report.id, header.author)
    check_place(header, newest, partial(messages.are_known, arriving.tx, report.id))


def _store(arriving: Arriving, report: ReportRow, moved: MovedMessage, header: Header) -> None:
    if header.successor is not None:
        _succeed(arriving, report, header.successor)
    new = messages.NewMessage(_row(report, moved, header), moved.body or b"", ())
    messages.insert_messages(arriving.tx, [new])


def _succeed(arriving: Arriving, report: ReportRow, successor: Successor) -> None:
    if report.signing_key != report.birth_signing_key:
        raise RefusedError(Reason.SUCCEEDED)
    if transfer.has_signing_key(arriving.tx, successor.signing_key):
        raise ConflictError
    key_id = ids.reporter_key_id(report.report_id, successor.box_key)
    changed = replace(report, signing_key=successor.signing_key, reporter_key_id=key_id)
    transfer.set_reporter_keys(arriving.tx, changed)


def take_wraps(arriving: Arriving, moved: MovedWraps) -> None:
    """Store wraps of a message. The end of the report checks for whom they are.

    Raises:
        RefusedError: OTHER_REPORT, WRAP_SIZE, AUTHOR_UNKNOWN for a maker that no document names.
        ConflictError: The host has another wrap in its place, or the report is complete without it.
    """
    report = arriving.report(moved.report)
    row = messages.find_message(arriving.tx, report.id, moved.message)
    if row is None:
        raise RefusedError(Reason.OTHER_REPORT)
    stored = transfer.list_wraps_after(arriving.tx, row, -1, limit=_ALL)
    known = {(w.wrap.key_id, w.maker): w.wrap.wrap for w in stored}
    for wrap in moved.wraps:
        check_wraps((wrap,))
        arriving.signing_key(wrap.maker, report)
        there = known.get((wrap.key_id, wrap.maker))
        if (there is None and report.message_count) or there not in (None, wrap.wrap):
            raise ConflictError
    new = [(row, w.maker, w) for w in moved.wraps if (w.key_id, w.maker) not in known]
    if new:
        messages.insert_wraps(arriving.tx, new)

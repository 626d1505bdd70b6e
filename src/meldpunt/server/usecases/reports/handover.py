"""What the host changes after a consent, and after the answer to it (section 9.7)."""

from dataclasses import dataclass, replace
from datetime import date

from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log import causality, graph
from meldpunt.protocol.verify.log.handover import NONE, Handovers, handovers
from meldpunt.protocol.verify.log.header import Handover, Header, Tag, VerifiedHeader
from meldpunt.server.errors import NotAllowedNowError, StoredValueError
from meldpunt.server.host import Host
from meldpunt.server.store import entries, reports
from meldpunt.server.store import messages as stored
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.stored_values import stored_header
from meldpunt.server.usecases.access.location import check_open
from meldpunt.server.usecases.access.readers import read_graph
from meldpunt.server.usecases.access.report_log import ReportLog


@dataclass(frozen=True, slots=True)
class HandoverChange:
    """The handovers of a report before and after a message."""

    headers: causality.Headers
    """All headers of the report, the new message's included."""
    before: Handovers
    after: Handovers

    @property
    def changes(self) -> bool:
        """Whether the message gives a consent, answers one or takes one back."""
        before = (self.before.pending, self.before.accepted)
        return before != (self.after.pending, self.after.accepted)

    @property
    def undoes(self) -> bool:
        """Whether the message takes back an accepted handover that its author had not seen."""
        taken = len(self.before.accepted)
        return self.after.accepted[:taken] != self.before.accepted


NO_CHANGE = HandoverChange({}, NONE, NONE)
"""The change in a report of one line: none."""


async def document_after(host: Host, report: ReportRow, header: Header) -> LineDocument:
    """Return the document whose clocks apply to a report after a new message.

    Raises:
        RefusedError: HANDOVER for an acceptance whose `consent` is no consent; DOCUMENT_UNKNOWN.
    """
    wanted = report.document_hash
    if header.tag is Tag.ACCEPTANCE and header.consent is not None:
        consent = header.consent
        row = await host.store.read(lambda tx: stored.find_message(tx, report.id, consent))
        handover = None if row is None else stored_header(row.header).handover
        if handover is None:
            raise RefusedError(Reason.HANDOVER)
        wanted = handover.document
    document = await host.documents.find(wanted)
    if document is None:
        raise RefusedError(Reason.DOCUMENT_UNKNOWN)
    return document


def check_handover(
    tx: Transaction, report: ReportRow, log: ReportLog, message: VerifiedHeader, *, today: date
) -> HandoverChange:
    """Check what a message changes about handovers, and return the change.

    Args:
        tx: A transaction that locks the report's row.
        report: The report before the message.
        log: What the report holds.
        message: The message. The host has every message in its `seen`.
        today: The host's day.

    Raises:
        RefusedError: HANDOVER; READER_NOT_ALLOWED for a line that did not answer in time.
        NotAllowedNowError: The consent is already answered, taken back or replaced. Or the reporter
            takes back a consent that a line has accepted meanwhile: they must read that first.
        MovedError: The other line is on another host.
    """
    header = message.header
    if not report.other_lines and header.handover is None:
        if header.consent is not None:
            raise RefusedError(Reason.HANDOVER)
        return NO_CHANGE
    following = log.headers_with(message)
    change = HandoverChange(following, handovers(log.headers), handovers(following))
    if message.message_id in change.after.void:
        raise RefusedError(Reason.HANDOVER)
    if change.undoes or (header.consent is not None and header.consent != change.before.pending):
        raise NotAllowedNowError
    lapsed = change.before.lapsed(today)
    if header.author != REPORTER and not lapsed.isdisjoint({header.author, *header.readers}):
        raise RefusedError(Reason.READER_NOT_ALLOWED)
    if header.handover is not None:
        _check_consent(tx, report, header.handover, change)
    return change


def _check_consent(
    tx: Transaction, report: ReportRow, handover: Handover, change: HandoverChange
) -> None:
    answering = change.before.line or report.line_id
    if handover.line_id == answering or not change.headers.keys() >= set(handover.messages):
        raise RefusedError(Reason.HANDOVER)
    check_open(tx, handover.line_id)


def after_handover(report: ReportRow, change: HandoverChange) -> ReportRow:
    """Return a report after a change: its lines, its document, and the last day for an answer."""
    if change is NO_CHANGE:
        return report
    asked, terms = change.after.asked, change.after.terms
    lines = (handover.line_id for handover in change.after.consents.values())
    others = tuple(sorted({*report.other_lines, *lines} - {report.line_id}))
    return replace(
        report,
        other_lines=others,
        document_hash=report.document_hash if terms is None else terms.document,
        answer_by=None if asked is None else asked.until,
    )


def show_handover(
    tx: Transaction, report: ReportRow, change: HandoverChange, *, today: date
) -> None:
    """Count again what each handler may read, and end the entries of excluded handlers.

    Args:
        tx: A transaction that locks the report's row.
        report: The report after the message.
        change: What the message changed.
        today: The host's day.
    """
    if not change.changes:
        return
    access = graph.access(change.headers)
    for handler in entries.list_participants(tx, report):
        ends = handler in change.after.excluded
        if not ends:
            entries.resume_entry(tx, report, handler)
        count = sum(access.may_read(handler, message) for message in change.headers)
        entries.set_readable(tx, report, handler, count)
        if ends:
            entries.end_entry(tx, report, handler, today)


def end_unanswered(tx: Transaction, today: date, *, limit: int, broken: set[int]) -> int:
    """End the entries of handlers whose line did not answer in time.

    Return the number of reports that this looked at, at most `limit`. Reports that cannot be read
    stay as they are: this leaves out those in `broken`, and adds to them.
    """
    before = len(broken)
    found = reports.list_unanswered(tx, today, limit=limit, broken=broken)
    looked = len(found) + len(broken) - before
    for report in found:
        try:
            lapsed = handovers(read_graph(tx, report)).lapsed(today)
        except StoredValueError:
            broken.add(report.id)
            continue
        for handler in lapsed:
            entries.end_entry(tx, report, handler, today)
        reports.update_report(tx, replace(report, answer_by=None))
    return looked

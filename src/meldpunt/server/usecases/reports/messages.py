"""Add a message of the reporter or a handler to a report, and erase a withdrawn report."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log import graph
from meldpunt.protocol.verify.log.clocks import Milestones, advance, erased_on, is_allowed
from meldpunt.protocol.verify.log.header import (
    Header,
    Successor,
    Tag,
    VerifiedHeader,
)
from meldpunt.protocol.verify.log.opening import Arrived, ArrivedMessage
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.server.errors import ConflictError, NotAllowedNowError
from meldpunt.server.store import entries, reports
from meldpunt.server.store import messages as stored
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.row_ids import row_id
from meldpunt.server.usecases.access.location import check_report_open
from meldpunt.server.usecases.access.readers import read_graph
from meldpunt.server.usecases.access.report_log import ReportLog
from meldpunt.server.usecases.attachments.listing import list_attachments
from meldpunt.server.usecases.reports import checks
from meldpunt.server.usecases.reports.handover import after_handover, check_handover, show_handover

REMAINS: Final = timedelta(days=60)
"""How long a withdrawal stays visible after the erasure, so that it does not look like a loss."""
MAX_MESSAGES: Final = 500
"""Most messages of one author in one report. Readers' work grows with the square of the number."""
MAX_PAUSE: Final = timedelta(days=366)
"""Longest pause of the clocks."""
MAX_PAUSES: Final = 32
"""Most pauses of one report."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A checked message that the host is about to add to a report."""

    sealed: SealedMessage
    verified: VerifiedHeader
    today: date

    @property
    def header(self) -> Header:
        """The verified header."""
        return self.verified.header


def add_message(
    tx: Transaction, report: ReportRow, log: ReportLog, arrival: Arrival, *, applying: LineDocument
) -> ReportRow:
    """Add a new message, and apply its changes to the report. Return the report after it.

    Args:
        tx: A transaction that locks the report's row.
        report: The report before the message.
        log: What the report holds.
        arrival: A message whose signature, body and wraps are valid.
        applying: The document whose clocks apply after the message.

    Raises:
        MovedError: The line is on another host.
        ConflictError: The author has another message with that number.
        NotAllowedNowError: The state does not allow the tag, or the report is erased or due for
            erasure.
        AttachmentUnavailableError: The message lists an attachment that its author has not uploaded
            or has listed before.
        RefusedError: GAP, UNKNOWN_SEEN, HANDOVER.
    """
    header = arrival.header
    check_report_open(tx, report)
    if report.erased or not is_allowed(report.milestones, header.tag):
        raise NotAllowedNowError
    check_pause(report, header)
    if header.successor is not None:
        report = _succeed(tx, report, header.successor)
    check_place(header, log.newest_of(header.author), log.holds)
    change = check_handover(tx, report, log, arrival.verified, today=arrival.today)
    milestones = advance(
        report.milestones,
        author=header.author,
        tag=header.tag,
        day=arrival.today,
        until=header.until,
        immediate=header.immediate,
    )
    after = replace(
        after_handover(report, change),
        milestones=milestones,
        message_count=report.message_count + 1,
        erase_on=_erase_on(log, arrival, milestones, applying),
    )
    if after.erase_on <= arrival.today and header.tag is not Tag.WITHDRAWAL:
        raise NotAllowedNowError  # upkeep would erase it before anybody reads it
    _store(tx, report, after, arrival)
    _show(tx, after, log, arrival.verified)
    list_attachments(tx, after, arrival.verified, arrival.today)
    show_handover(tx, after, change, today=arrival.today)
    return after


def _erase_on(
    log: ReportLog, arrival: Arrival, milestones: Milestones, applying: LineDocument
) -> date:
    """Return the day on which the host erases a report after a new message.

    A new message of the reporter is unopened, which can extend the term. If it does, no earlier
    message can change the day, and the host need not look at them.
    """
    header = arrival.header
    own = {arrival.verified.message_id: ArrivedMessage(header.author, header.seen, arrival.today)}
    at_once = erased_on(milestones, applying, own)
    if header.author == REPORTER and (at_once > erased_on(milestones, applying, {})):
        return at_once
    return erased_on(milestones, applying, {**_arrived(log), **own})


def _arrived(log: ReportLog) -> Arrived:
    return {
        message: ArrivedMessage(row.author, log.headers[message].seen, row.received_on)
        for message, row in log.rows.items()
    }


def check_pause(report: ReportRow, header: Header) -> None:
    """Limit the pauses, so that a handler cannot stop the clocks for ever.

    Raises:
        RefusedError: HEADER_FIELDS for a pause that is too long.
        NotAllowedNowError: The report has had too many.
    """
    if header.until is None or header.day is None:
        return
    if header.until - header.day > MAX_PAUSE:
        raise RefusedError(Reason.HEADER_FIELDS, "until")
    if len(report.milestones.pauses) >= MAX_PAUSES:
        raise NotAllowedNowError


def _succeed(tx: Transaction, report: ReportRow, successor: Successor) -> ReportRow:
    """Replace the reporter's keys. This can happen only once: the first succession wins."""
    if report.signing_key != report.birth_signing_key:
        raise NotAllowedNowError
    # A key names one report for ever, even after its succession: a retry must find that report.
    if reports.is_known_key(tx, successor.signing_key):
        raise ConflictError
    key_id = ids.reporter_key_id(report.report_id, successor.box_key)
    return replace(
        report,
        signing_key=successor.signing_key,
        reporter_key_id=key_id,
        bulletin_key=None,  # who knows the replaced code must not see later bulletins
        bulletin_since=None,
    )


def check_place(
    header: Header,
    newest: stored.MessageRow | None,
    are_known: Callable[[Iterable[ids.MessageId]], bool],
) -> None:
    """Check that a message follows its author's earlier messages, and that its `seen` is known.

    Args:
        header: The header of the message.
        newest: The author's newest message in the report.
        are_known: Says whether the report has all these messages.

    Raises:
        ConflictError: The author has another message with that number.
        RefusedError: GAP, UNKNOWN_SEEN.
    """
    expected = 0 if newest is None else newest.n + 1
    if header.n < expected:
        raise ConflictError
    if header.n >= MAX_MESSAGES:
        raise RefusedError(Reason.TOO_LONG)
    if header.n > expected:
        raise RefusedError(Reason.GAP)
    if newest is not None and newest.message_id not in header.seen:
        raise RefusedError(Reason.UNKNOWN_SEEN)
    others = set(header.seen) - ({newest.message_id} if newest is not None else set())
    if others and not are_known(others):
        raise RefusedError(Reason.UNKNOWN_SEEN)


def _store(tx: Transaction, before: ReportRow, after: ReportRow, arrival: Arrival) -> None:
    header = arrival.header
    row = stored.MessageRow(
        message_id=arrival.verified.message_id,
        report=after.id,
        position=after.message_count,
        author=header.author,
        n=header.n,
        header=arrival.sealed.header,
        signature=arrival.sealed.signature,
        received_on=arrival.today,
    )
    stored.insert_messages(tx, [stored.NewMessage(row, arrival.sealed.body, arrival.sealed.wraps)])
    moves_on = after.milestones.state is not before.milestones.state
    reports.update_report(tx, after, files_anew=moves_on)


def _show(tx: Transaction, after: ReportRow, log: ReportLog, message: VerifiedHeader) -> None:
    """Count the message in its readers' inboxes. A newcomer may also read earlier messages."""
    header = message.header
    readers = checks.handler_readers(header)
    if entries.count_readable(tx, after, readers) != len(readers):
        known = entries.list_participants(tx, after)
        new = [reader for reader in readers if reader not in known]
        entries.insert_entries(tx, [(after, reader) for reader in new])
    if header.admits is not None:
        headers = log.headers_with(message)
        access = graph.access(headers)
        count = sum(access.may_read(header.admits, message) for message in headers)
        entries.set_readable(tx, after, header.admits, count)


def erase(tx: Transaction, report: ReportRow, *, today: date) -> None:
    """Erase a withdrawn report. Keep the withdrawal's header, so that it does not look like a loss.

    A succession's header stays too.
    """
    newest = stored.find_newest_of(tx, report.id, REPORTER)
    # Without the succession nobody could check who signed the withdrawal.
    kept = [
        row_id(message)
        for message, header in read_graph(tx, report).items()
        if header.tag is Tag.SUCCESSION
        or (header.tag is Tag.WITHDRAWAL and newest is not None and message == newest.message_id)
    ]
    stored.delete_messages(tx, report.id, keep_headers_of=kept)
    entries.forget_counts(tx, report)
    milestones = Milestones(
        received_on=report.milestones.received_on,
        withdrawn_on=report.milestones.withdrawn_on,
        immediate=report.milestones.immediate,
        consultation=report.milestones.consultation,
    )
    left = replace(
        report,
        milestones=milestones,
        erased=True,
        erase_on=today + REMAINS,
        bulletin_key=None,
        bulletin_since=None,
    )
    reports.update_report(tx, left)

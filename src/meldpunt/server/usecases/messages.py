"""A reporter or a handler adds a message to a report, and reads what is there."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from meldpunt.protocol.verify import causality, graph, ids
from meldpunt.protocol.verify.clocks import Progress, advance, erased_on, is_allowed
from meldpunt.protocol.verify.ed25519 import SIGNATURE_SIZE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.header import Header, Successor, Tag, VerifiedHeader, parse_header
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.sealed import SealedMessage, check_body
from meldpunt.server.errors import ConflictError, NotAllowedNowError
from meldpunt.server.host import Host
from meldpunt.server.store import messages as stored
from meldpunt.server.store import reports
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.row_ids import row_id
from meldpunt.server.store.transaction import Transaction
from meldpunt.server.usecases import checks
from meldpunt.server.usecases.handing_over import after_turn, check_turn, show_turn
from meldpunt.server.usecases.listing import list_attachments
from meldpunt.server.usecases.whereabouts import check_report_open
from meldpunt.wire.reports import Accepted, MessagesPage, ServedMessage

REMAINS: Final = timedelta(days=60)
"""How long a withdrawal stays visible after the erasure, so that it can be told from loss."""
MAX_MESSAGES: Final = 500
"""Messages of one author in one report: what everybody checks grows with its square."""
MAX_PAUSE: Final = timedelta(days=366)
"""Longest pause of the clocks."""
MAX_PAUSES: Final = 32
"""Pauses of one report."""
MAX_PAGE: Final = 50
"""Messages on one page."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A checked message on its way to a report."""

    sealed: SealedMessage
    verified: VerifiedHeader
    today: date

    @property
    def header(self) -> Header:
        """The verified header."""
        return self.verified.header


def accepted(host: Host, message: ids.MessageId, day: date) -> Accepted:
    """Return what the host says, and signs, of a message it receives."""
    return Accepted(received_on=day, proof=host.secrets.prove(message, day))


def held(host: Host, row: stored.MessageRow) -> Accepted:
    """Return what is said of a message that is there: by the host it came to first."""
    if row.earlier_proof is None:
        return accepted(host, row.message_id, row.received_on)
    proof, receipt_key = row.earlier_proof[:SIGNATURE_SIZE], row.earlier_proof[SIGNATURE_SIZE:]
    return Accepted(received_on=row.received_on, proof=proof, receipt_key=receipt_key)


def find_repeat(tx: Transaction, report: ReportRow, arrival: Arrival) -> stored.MessageRow | None:
    """Return the message if it is there already: its id names its bytes, so a retry is safe."""
    return stored.find_message(tx, report.id, arrival.verified.message_id)


async def find_held(
    host: Host, report: ReportRow, message: ids.MessageId, sealed: SealedMessage
) -> Accepted | None:
    """Return what was said of these very bytes when they came first, or None.

    What was taken once is not judged again: the day has passed since, or a reader has left.

    Raises:
        RefusedError: BODY_SIZE, BODY_HASH for another body under the same header.
    """
    row = await host.store.read(lambda tx: stored.find_message(tx, report.id, message))
    if row is None or row.header != sealed.header:
        return None
    check_body(parse_header(sealed.header), sealed.body)
    return held(host, row)


def add_message(
    tx: Transaction, report: ReportRow, arrival: Arrival, *, birth: LineDocument
) -> ReportRow:
    """Add a message that is new, and what it changes; returns the report after it.

    Args:
        tx: A transaction that holds the report's row.
        report: As it is now.
        arrival: A message whose signature, body and wraps hold.
        birth: The document under which the clocks run after the message.

    Raises:
        MovedError: The line is on another host.
        ConflictError: The author has another message of that number.
        NotAllowedNowError: The state does not allow the tag, or the report is erased.
        AttachmentUnavailableError: It lists what its author has not uploaded, or listed before.
        RefusedError: GAP, UNKNOWN_SEEN, HANDOVER.
    """
    header = arrival.header
    check_report_open(tx, report)
    if report.erased or not is_allowed(report.progress, header.tag):
        raise NotAllowedNowError
    _check_pause(report, header)
    if header.successor is not None:
        report = _succeed(tx, report, header.successor)
    check_place(tx, report, header)
    turn = check_turn(tx, report, arrival.verified.message_id, header, today=arrival.today)
    progress = advance(
        report.progress,
        author=header.author,
        tag=header.tag,
        day=arrival.today,
        until=header.until,
        immediate=header.immediate,
    )
    after = replace(
        after_turn(report, turn),
        progress=progress,
        message_count=report.message_count + 1,
        erase_on=erased_on(progress, birth),
    )
    _store(tx, after, arrival)
    list_attachments(tx, after, arrival.verified, arrival.today)
    show_turn(tx, after, turn, today=arrival.today)
    return after


def _check_pause(report: ReportRow, header: Header) -> None:
    """Keep a handler from pausing the clocks away: they are the reporter's to see."""
    if header.until is None or header.day is None:
        return
    if header.until - header.day > MAX_PAUSE:
        raise RefusedError(Reason.HEADER_FIELDS)
    if len(report.progress.pauses) >= MAX_PAUSES:
        raise NotAllowedNowError


def _succeed(tx: Transaction, report: ReportRow, successor: Successor) -> ReportRow:
    """Put the reporter's new keys in force: once, and the first succession wins."""
    if report.signing_key != report.birth_signing_key:
        raise NotAllowedNowError
    # A key names one report for ever, also one that was replaced: a retry must find its own.
    if reports.is_known_key(tx, successor.signing_key):
        raise ConflictError
    key_id = ids.reporter_key_id(report.report_id, successor.box_key)
    return replace(report, signing_key=successor.signing_key, reporter_key_id=key_id)


def check_place(tx: Transaction, report: ReportRow, header: Header) -> None:
    """Check that a message follows what its author sent before, and saw.

    Raises:
        ConflictError: The author has another message of that number.
        RefusedError: GAP, UNKNOWN_SEEN.
    """
    newest = stored.find_newest_of(tx, report.id, header.author)
    expected = 0 if newest is None else newest.n + 1
    if header.n < expected:
        raise ConflictError
    if header.n >= MAX_MESSAGES:
        raise RefusedError(Reason.TOO_LONG)
    if header.n > expected:
        raise RefusedError(Reason.GAP)
    if not stored.are_known(tx, report.id, header.seen):
        raise RefusedError(Reason.UNKNOWN_SEEN)
    if newest is not None and newest.message_id not in header.seen:
        raise RefusedError(Reason.UNKNOWN_SEEN)


def _store(tx: Transaction, after: ReportRow, arrival: Arrival) -> None:
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
    reports.update_report(tx, after)
    _show(tx, after, header)


def _show(tx: Transaction, after: ReportRow, header: Header) -> None:
    """Count the message in its readers' inboxes; one who was admitted may read what precedes."""
    readers = checks.handler_readers(header)
    known = reports.list_participants(tx, after)
    reports.count_readable(tx, after, known.intersection(readers))
    new = [reader for reader in readers if reader not in known]
    reports.insert_entries(tx, [(after, reader) for reader in new])
    if header.admits is not None:
        headers = read_graph(tx, after)
        access = graph.access(headers)
        count = sum(access.may_read(header.admits, message) for message in headers)
        reports.set_readable(tx, after, header.admits, count)


def read_graph(tx: Transaction, report: ReportRow, *, last: int | None = None) -> causality.Headers:
    """Return every header of a report, or those up to the last one that somebody is shown.

    What follows that one decides nothing for them: they would learn from it that there is more.
    """
    headers = stored.list_headers(tx, report.id, last=last)
    return {ids.message_id(data): parse_header(data) for data in headers}


def check_handlers_readers(tx: Transaction, report: ReportRow, header: Header) -> None:
    """Check that a handler shows a message only to those whom the reporter lets read.

    Those are the readers of the reporter's newest message, handlers admitted since, and the one
    whom this message admits, if they are new to the report.

    Raises:
        RefusedError: READER_NOT_ALLOWED.
    """
    check_readers(read_graph(tx, report), header)


def check_readers(headers: causality.Headers, header: Header) -> None:
    """As `check_handlers_readers`, among the headers that precede a message.

    Raises:
        RefusedError: READER_NOT_ALLOWED.
    """
    allowed: set[Participant] = {REPORTER, *graph.chosen_readers(headers)}
    if header.admits is not None or _has_admissions(headers):
        access = graph.access(headers)
        allowed |= access.pending
        if header.admits is not None and not isinstance(header.author, str):
            if not access.may_admit(header.author, header.admits):
                raise RefusedError(Reason.READER_NOT_ALLOWED)
            allowed.add(header.admits)
    if not allowed.issuperset(header.readers):
        raise RefusedError(Reason.READER_NOT_ALLOWED)


def _has_admissions(headers: causality.Headers) -> bool:
    """Say whether anybody was let in: working out what that means takes long, and is rare."""
    return any(h.admits is not None or h.handover is not None for h in headers.values())


def may_read(headers: causality.Headers, reader: Participant, message: ids.MessageId) -> bool:
    """Say whether somebody may read a message: named as a reader, or admitted later."""
    if message in headers and reader in headers[message].readers:
        return True
    if isinstance(reader, str):
        return False
    return _has_admissions(headers) and graph.may_read(reader, message, headers)


def erase(tx: Transaction, report: ReportRow, *, today: date) -> None:
    """Erase a withdrawn report but for the withdrawal's header, so that it differs from loss."""
    newest = stored.find_newest_of(tx, report.id, REPORTER)
    # A succession stays too: without it nobody could check who signed the withdrawal.
    kept = [
        row_id(message)
        for message, header in read_graph(tx, report).items()
        if header.tag is Tag.SUCCESSION
        or (header.tag is Tag.WITHDRAWAL and newest is not None and message == newest.message_id)
    ]
    stored.delete_messages(tx, report.id, keep_headers_of=kept)
    reports.forget_counts(tx, report)
    progress = Progress(
        received_on=report.progress.received_on,
        withdrawn_on=report.progress.withdrawn_on,
        immediate=report.progress.immediate,
        consultation=report.progress.consultation,
    )
    left = replace(report, progress=progress, erased=True, erase_on=today + REMAINS)
    reports.update_report(tx, left)


def read_page(
    host: Host,
    tx: Transaction,
    report: ReportRow,
    *,
    reader: Participant,
    keys: tuple[ids.KeyId, ...],
    after: int,
    last: int | None = None,
) -> MessagesPage:
    """Return messages in order of arrival: every header, and the bodies the reader may read.

    Args:
        host: Signs the proofs of receipt.
        tx: The transaction.
        report: A report in which the reader takes part.
        reader: Who reads.
        keys: Ids of the reader's box keys.
        after: The cursor of the page before, 0 for the first.
        last: Position of the last message that this reader is shown, if that is not the newest.
    """
    end = report.message_count if last is None else last
    if after >= end:  # most visits: nothing new, and no further query
        return MessagesPage(messages=(), cursor=after, more=False)
    rows = stored.list_messages(tx, report.id, after=after, limit=min(MAX_PAGE + 1, end - after))
    more, rows = len(rows) > MAX_PAGE, rows[:MAX_PAGE]
    readable = _readable(tx, report, rows, reader, last)
    bodies = stored.list_bodies(tx, report.id, readable)
    wraps = stored.list_wraps(tx, report.id, readable, keys)
    wrapped = {} if reader == REPORTER else stored.list_wrapped_keys(tx, report.id, readable)
    served = tuple(
        ServedMessage(
            header=row.header,
            signature=row.signature,
            **dict(held(host, row)),
            body=bodies.get(row.id),
            wraps=tuple(wraps.get(row.id, ())),
            wrapped_for=tuple(sorted(wrapped.get(row.id, ()))),
        )
        for row in rows
    )
    return MessagesPage(messages=served, cursor=rows[-1].position if rows else after, more=more)


def _readable(
    tx: Transaction,
    report: ReportRow,
    rows: list[stored.MessageRow],
    reader: Participant,
    last: int | None,
) -> list[stored.MessageRow]:
    """Return those of the messages that a reader may read."""
    named = [row for row in rows if reader in parse_header(row.header).readers]
    if isinstance(reader, str) or len(named) == len(rows):
        return named
    headers = read_graph(tx, report, last=last)
    if not _has_admissions(headers):
        return named
    access = graph.access(headers)
    return [row for row in rows if access.may_read(reader, row.message_id)]

"""A reporter comes back with the receipt code: read status and messages, and answer."""

from dataclasses import replace

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument, Lines
from meldpunt.protocol.verify.log.clocks import clock_statuses, erased_on
from meldpunt.protocol.verify.log.header import Header, Tag, parse_header
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.server.errors import BusyError, ConflictError, NotAllowedNowError, NotFoundError
from meldpunt.server.host import Host
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.messages import MessageRow, find_message
from meldpunt.server.store.reports import (
    ReportRow,
    count_messages,
    find_report_by_key,
    find_succeeded_report,
    update_report,
)
from meldpunt.server.store.stored_values import stored_header
from meldpunt.server.usecases.access.readers import (
    accepted,
    check_reporters_readers,
    find_held,
    held,
    read_page,
)
from meldpunt.server.usecases.access.report_log import read_log
from meldpunt.server.usecases.attachments.pieces import erase_doomed
from meldpunt.server.usecases.reports import checks
from meldpunt.server.usecases.reports.messages import Arrival, add_message, erase
from meldpunt.wire.reports import (
    Accepted,
    BulletinsSince,
    MessagesPage,
    ReporterPublicKeys,
    ReportStatus,
)


async def read_status(host: Host, caller: bytes) -> ReportStatus:
    """Return the status of the caller's report.

    Raises:
        NotFoundError: This key has made no report.
    """
    report = await _own_report(host, caller)
    return await report_status(host, report)


async def read_messages(host: Host, caller: bytes, *, after: int) -> MessagesPage | None:
    """Return messages of the caller's report after a cursor; None if there are none.

    Most visits find nothing new. One look-up answers them, and also a key without a report: so the
    time of an answer does not tell an observer of the network which of the two it is.

    Raises:
        NotFoundError: This key has made no report.
    """
    count = await host.store.look_up(lambda tx: count_messages(tx, caller))
    if not count:
        raise NotFoundError
    if count <= after:
        return None

    def work(tx: Transaction) -> MessagesPage:
        report = find_report_by_key(tx, caller)
        if report is None:
            raise NotFoundError
        return read_page(
            host, tx, report, reader=REPORTER, keys=(report.reporter_key_id,), after=after
        )

    return await host.store.read(work)


async def send_message(
    host: Host, caller: bytes, message: ids.MessageId, sealed: SealedMessage
) -> tuple[Accepted, bool]:
    """Add a message of the reporter. Return its receipt, and whether the message is new.

    Sending the same bytes again succeeds.

    Raises:
        NotFoundError: This key has made no report.
        RefusedError: The message breaks a rule of the protocol.
        ConflictError: The reporter has another message with that number.
        NotAllowedNowError: The state of the report does not allow the message.
    """
    report = await host.store.look_up(lambda tx: find_report_by_key(tx, caller))
    if report is None:
        return await _repeat_succession(host, caller, message)
    try:
        arrival = await _check(host, report, message, sealed)
    except RefusedError:
        repeated = await find_held(host, report, message, sealed)
        if repeated is None:
            raise
        return repeated, False
    applying = await applying_document(host, report)
    lines = await _newest_documents(host, report, arrival.header)

    def work(tx: Transaction) -> tuple[Accepted, bool]:
        current = find_report_by_key(tx, caller, lock=True)
        if current is None:
            return held(host, _find_succession(tx, caller, message)), False
        log = read_log(tx, current)
        known = log.rows.get(message)  # an id names its bytes: a retry is safe
        if known is not None:
            return held(host, known), False
        if current.document_hash != report.document_hash:
            raise BusyError  # another line accepted the report in between; a retry sees that
        after = add_message(tx, current, log, arrival, applying=applying)
        check_reporters_readers(log.headers_with(arrival.verified), message, lines)
        if after.milestones.immediate:
            erase(tx, after, today=arrival.today)
        return accepted(host, message, arrival.today), True

    answer = await host.store.write(work)
    if arrival.header.immediate:
        await host.store.forget()
        await erase_doomed(host)
    return answer


async def _newest_documents(host: Host, report: ReportRow, header: Header) -> Lines:
    """Return the newest documents of a report's lines, and of the line in a new consent.

    The document that the reporter knew may be newer than the one in this process's cache.

    Raises:
        NotFoundError: The host does not have the report's first line.
    """
    asked = [] if header.handover is None else [header.handover.line_id]
    names = dict.fromkeys([report.line_id, *report.other_lines, *asked])
    found = [await host.newest.find(line) for line in names]
    found.append(await host.documents.find(header.document))
    newest: dict[ids.LineId, LineDocument] = {}
    for document in found:
        known = None if document is None else newest.get(document.line_id)
        if document is not None and (known is None or known.number < document.number):
            newest[document.line_id] = document
    birth = newest.pop(report.line_id, None)
    if birth is None:
        raise NotFoundError
    return Lines(birth, tuple(newest.values()))


async def _repeat_succession(
    host: Host, caller: bytes, message: ids.MessageId
) -> tuple[Accepted, bool]:
    """Answer a succession that comes again, signed by the key that it replaced.

    Raises:
        NotFoundError: The replaced key sends any other message.
    """
    row = await host.store.read(lambda tx: _find_succession(tx, caller, message))
    return held(host, row), False


def _find_succession(tx: Transaction, caller: bytes, message: ids.MessageId) -> MessageRow:
    report = find_succeeded_report(tx, caller)
    row = None if report is None else find_message(tx, report.id, message)
    if row is None or stored_header(row.header).tag is not Tag.SUCCESSION:
        raise NotFoundError
    return row


async def _own_report(host: Host, caller: bytes) -> ReportRow:
    report = await host.store.look_up(lambda tx: find_report_by_key(tx, caller))
    if report is None:
        raise NotFoundError
    return report


def birth_keys(report: ReportRow) -> ReporterPublicKeys:
    """Return the reporter's first public keys, from which the report id comes."""
    return ReporterPublicKeys(signing_key=report.birth_signing_key, box_key=report.box_key)


async def report_status(host: Host, report: ReportRow) -> ReportStatus:
    """Return a report's status today, as its reporter sees it."""
    document = await applying_document(host, report)
    waits = not report.erased and report.erase_on > erased_on(report.milestones, document, {})
    succeeded = report.signing_key != report.birth_signing_key
    return ReportStatus(
        line_id=report.line_id,
        birth_keys=birth_keys(report) if succeeded else None,
        document=report.document_hash,
        answered_by=None if document.line_id == report.line_id else document.line_id,
        state=report.milestones.state,
        received_on=report.milestones.received_on,
        clocks=clock_statuses(report.milestones, document, host.clock.today()),
        erased_on=report.erase_on,
        erased=report.erased,
        unopened=waits,
        message_count=report.message_count,
        consultation=report.milestones.consultation,
        bulletin_since=report.bulletin_since,
    )


async def keep_bulletin_key(host: Host, caller: bytes, key: bytes) -> tuple[BulletinsSince, bool]:
    """Store a report's first bulletin key. Return its first day, and whether it is new.

    Raises:
        NotFoundError: The caller's key has made no report.
        ConflictError: The report has another bulletin key.
        NotAllowedNowError: The host has erased the report.
    """

    def work(tx: Transaction) -> tuple[BulletinsSince, bool]:
        report = find_report_by_key(tx, caller, lock=True)
        if report is None:
            raise NotFoundError
        masked = host.secrets.masked(key, report.report_id)
        if report.bulletin_since is not None:
            if report.bulletin_key != masked:
                raise ConflictError
            return BulletinsSince(bulletin_since=report.bulletin_since), False
        if report.erased:
            raise NotAllowedNowError
        today = host.clock.today()
        update_report(tx, replace(report, bulletin_key=masked, bulletin_since=today))
        return BulletinsSince(bulletin_since=today), True

    return await host.store.write(work)


async def applying_document(host: Host, report: ReportRow) -> LineDocument:
    """Return the document whose clocks and terms apply to a report now."""
    document = await host.documents.find(report.document_hash)
    if document is None:
        raise NotFoundError
    return document


async def _check(
    host: Host, report: ReportRow, message: ids.MessageId, sealed: SealedMessage
) -> Arrival:
    context = checks.MessageContext(
        line=report.line_id,
        report=report.report_id,
        author=REPORTER,
        signing_key=report.signing_key,
        reporter_key=report.reporter_key_id,
        other_lines=report.other_lines,
    )
    verified, _ = await checks.check_message(host, sealed, parse_header(sealed.header), context)
    if verified.message_id != message:
        raise RefusedError(Reason.BODY_HASH)
    if verified.header.tag is Tag.REPORT:
        raise RefusedError(Reason.TAG_NOT_ALLOWED)
    return Arrival(sealed, verified, host.clock.today())

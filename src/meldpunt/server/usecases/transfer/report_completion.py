"""Complete a report from another host: check that everything is here and follows the rules."""

from dataclasses import replace

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log import graph
from meldpunt.protocol.verify.log.clocks import Milestones, advance, erased_on, is_allowed
from meldpunt.protocol.verify.log.header import Header, Tag, parse_header
from meldpunt.protocol.verify.log.opening import ArrivedMessage
from meldpunt.server.errors import ConflictError, NotAllowedNowError
from meldpunt.server.store import lines, messages, transfer
from meldpunt.server.store.messages import MessageRow
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.usecases.access.readers import check_handlers_readers
from meldpunt.server.usecases.reports.checks import handler_readers
from meldpunt.server.usecases.reports.messages import REMAINS, check_pause
from meldpunt.server.usecases.transfer.attachment_import import list_moved
from meldpunt.server.usecases.transfer.report_import import (
    KEPT_TAGS,
    Arriving,
    check_not_before,
)
from meldpunt.wire.transfer import MovedEnd, Remains

_ALL = 1_000_000


def take_end(arriving: Arriving, end: MovedEnd) -> None:
    """Complete a report, if everything is here and follows the rules.

    Raises:
        RefusedError: GAP if something is missing; TAG_NOT_ALLOWED, READER_NOT_ALLOWED, WRAP_READER
            for a message that the old host should have refused.
        ConflictError: The report is complete already, with fewer messages.
    """
    report = arriving.report(end.report)
    if report.message_count:
        if report.message_count < end.message_count:
            raise ConflictError
        return
    rows = messages.list_messages(arriving.tx, report.id, after=0, limit=_ALL)
    if end.remains is not None:
        _complete_erased(arriving, report, rows, end.message_count, end.remains)
    else:
        _complete(arriving, with_key(arriving, report, end.bulletin_key), rows, end.message_count)


def with_key(arriving: Arriving, report: ReportRow, key: bytes | None) -> ReportRow:
    """Return a report with its bulletin key, from today on. Older bulletins are another host's."""
    if key is None:
        return report
    masked = arriving.host.secrets.masked(key, report.report_id)
    return replace(report, bulletin_key=masked, bulletin_since=arriving.host.clock.today())


def _complete(arriving: Arriving, report: ReportRow, rows: list[MessageRow], count: int) -> None:
    whole = [row.position for row in rows] == list(range(1, count + 1))
    if not whole or transfer.count_without_body(arriving.tx, report.id):
        raise RefusedError(Reason.GAP)
    headers = {row.message_id: parse_header(row.header) for row in rows}
    milestones = _replay(report, rows, headers)
    _check_wraps(arriving, report, rows, headers)
    list_moved(arriving, report, headers)
    arrived = {
        row.message_id: ArrivedMessage(row.author, headers[row.message_id].seen, row.received_on)
        for row in rows
    }
    erase_on = erased_on(milestones, arriving.documents[report.document_hash], arrived)
    after = replace(report, milestones=milestones, message_count=count, erase_on=erase_on)
    transfer.complete_report(arriving.tx, after, _readable(headers))


def _replay(
    report: ReportRow, rows: list[MessageRow], headers: dict[ids.MessageId, Header]
) -> Milestones:
    """Apply the messages in their order of arrival, and return the milestones at the end."""
    first = headers[rows[0].message_id]
    if first.tag is not Tag.REPORT or first.document != report.document_hash:
        raise RefusedError(Reason.GAP)
    consultation = first.origin == "consultation"
    milestones = Milestones(received_on=rows[0].received_on, consultation=consultation)
    before = {rows[0].message_id: first}
    for row in rows[1:]:
        header = headers[row.message_id]
        if not is_allowed(milestones, header.tag):
            raise RefusedError(Reason.TAG_NOT_ALLOWED)
        _check_pause(replace(report, milestones=milestones), header)
        if header.author != REPORTER:
            check_handlers_readers(before, header)
        milestones = advance(
            milestones,
            author=header.author,
            tag=header.tag,
            day=row.received_on,
            until=header.until,
            immediate=header.immediate,
        )
        before[row.message_id] = header
    return milestones


def _check_pause(report: ReportRow, header: Header) -> None:
    try:
        check_pause(report, header)
    except NotAllowedNowError:
        raise RefusedError(Reason.TAG_NOT_ALLOWED) from None


def _check_wraps(
    arriving: Arriving,
    report: ReportRow,
    rows: list[MessageRow],
    headers: dict[ids.MessageId, Header],
) -> None:
    """Check that every wrap is for somebody who may read the message."""
    wrapped = messages.list_wrapped_keys(arriving.tx, report.id, rows)
    keys = {key for found in wrapped.values() for key in found}
    owners: dict[ids.KeyId, Participant] = dict(lines.find_box_key_owners(arriving.tx, keys))
    owners |= dict.fromkeys(_reporter_keys(report, headers), REPORTER)
    access = graph.access(headers)
    for row in rows:
        for key in wrapped.get(row.id, ()):
            if not _may_read(owners.get(key), row.message_id, access):
                raise RefusedError(Reason.WRAP_READER)


def _reporter_keys(report: ReportRow, headers: dict[ids.MessageId, Header]) -> set[ids.KeyId]:
    """Return the ids of all box keys of the reporter, before and after a succession."""
    successors = [h.successor for h in headers.values() if h.successor is not None]
    boxes = [report.box_key, *(successor.box_key for successor in successors)]
    return {ids.reporter_key_id(report.report_id, box) for box in boxes}


def _may_read(reader: Participant | None, message: ids.MessageId, access: graph.Access) -> bool:
    if reader is None:
        return False
    if isinstance(reader, str):
        return reader in access.named[message]
    return access.may_read(reader, message)


def _readable(headers: dict[ids.MessageId, Header]) -> dict[ids.HandlerId, int]:
    """Return the number of messages that each handler may read, for all who take part."""
    taking_part = {h for header in headers.values() for h in handler_readers(header)}
    access = graph.access(headers)
    return {
        handler: sum(access.may_read(handler, message) for message in headers)
        for handler in taking_part
    }


def _complete_erased(
    arriving: Arriving, report: ReportRow, rows: list[MessageRow], count: int, remains: Remains
) -> None:
    """Complete an erased report: keep only the headers that show the withdrawal."""
    kept = [row for row in rows if parse_header(row.header).tag in KEPT_TAGS]
    if not kept or parse_header(kept[-1].header).tag is not Tag.WITHDRAWAL:
        raise RefusedError(Reason.GAP)
    for handler in remains.handlers:
        arriving.document_naming(handler)
    _check_remains(arriving, report, kept, remains)
    messages.delete_messages(arriving.tx, report.id, keep_headers_of=[row.id for row in kept])
    milestones = Milestones(
        received_on=remains.received_on,
        withdrawn_on=kept[-1].received_on,
        immediate=remains.immediate,
    )
    after = replace(
        report,
        milestones=milestones,
        message_count=count,
        erase_on=min(remains.erased_on, arriving.host.clock.today() + REMAINS),
        erased=True,
    )
    transfer.complete_report(arriving.tx, after, dict.fromkeys(remains.handlers, 0))


def _check_remains(
    arriving: Arriving, report: ReportRow, kept: list[MessageRow], remains: Remains
) -> None:
    """Check what can be checked of the remains: the days around them are proven or signed.

    Raises:
        RefusedError: DOCUMENT_DATES; FIELDS for a withdrawal of another kind than the signed one.
    """
    if remains.immediate is not bool(parse_header(kept[-1].header).immediate):
        raise RefusedError(Reason.FIELDS)
    check_not_before(arriving.documents[report.document_hash], remains.received_on)
    least = kept[-1].received_on + REMAINS
    most = arriving.host.clock.today() + REMAINS
    if (
        remains.received_on > kept[0].received_on + TOLERANCE
        or not least - TOLERANCE <= remains.erased_on <= most + TOLERANCE
    ):
        raise RefusedError(Reason.DOCUMENT_DATES)

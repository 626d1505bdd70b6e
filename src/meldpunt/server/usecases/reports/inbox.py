"""A handler reads and answers reports, and changes wraps; inbox_page.py lists an inbox."""

from datetime import date

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import parse_header
from meldpunt.protocol.verify.sealed import SealedMessage, check_wraps
from meldpunt.server.errors import BusyError, ConflictError, NotAllowedNowError, NotFoundError
from meldpunt.server.host import Host
from meldpunt.server.store import messages as stored
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.inbox import EntryRow, find_entry
from meldpunt.server.store.lines import find_line_of, list_box_key_ids
from meldpunt.server.store.stored_values import stored_header
from meldpunt.server.usecases.access.location import check_report_open
from meldpunt.server.usecases.access.participants import Callers, find_callers
from meldpunt.server.usecases.access.readers import (
    accepted,
    check_handlers_readers,
    find_held,
    held,
    may_read,
    read_graph,
    read_page,
)
from meldpunt.server.usecases.access.report_log import read_log
from meldpunt.server.usecases.reports import checks
from meldpunt.server.usecases.reports.handover import document_after
from meldpunt.server.usecases.reports.messages import Arrival, add_message
from meldpunt.server.usecases.reports.report import birth_keys, report_status
from meldpunt.wire.reports import (
    Accepted,
    EntryStatus,
    MessagesPage,
    WrapsPut,
)


async def read_entry(host: Host, caller: bytes, entry: ids.EntryId) -> EntryStatus:
    """Return the status of a report in the caller's inbox.

    Raises:
        NotFoundError: The report is not in the caller's inbox.
    """
    callers = await find_callers(host, caller)
    return await entry_status(host, await host.store.read(lambda tx: _entry(tx, callers, entry)))


async def read_messages(
    host: Host, caller: bytes, entry: ids.EntryId, *, after: int
) -> MessagesPage:
    """Return messages of a report in the caller's inbox after a cursor.

    Raises:
        NotFoundError: The report is not in the caller's inbox.
    """
    callers = await find_callers(host, caller)

    def work(tx: Transaction) -> MessagesPage:
        row = _entry(tx, callers, entry)
        keys = tuple(list_box_key_ids(tx, row.handler_id))
        last = None if row.report.erased else row.last_position
        return read_page(
            host, tx, row.report, reader=row.handler_id, keys=keys, after=after, last=last
        )

    return await host.store.read(work)


async def send_message(
    host: Host, caller: bytes, entry: ids.EntryId, message: ids.MessageId, sealed: SealedMessage
) -> tuple[Accepted, bool]:
    """Add a message of a handler. Return its receipt, and whether the message is new.

    Sending the same bytes again succeeds.

    Raises:
        NotFoundError: The report is not in the caller's inbox.
        RefusedError: The message breaks a rule of the protocol; READER_NOT_ALLOWED for a reader
            whom the reporter does not allow.
        ConflictError: The handler has another message with that number, or the reporter's keys
            have changed meanwhile.
        NotAllowedNowError: The state of the report does not allow the message.
    """
    callers = await find_callers(host, caller)
    row = await host.store.read(lambda tx: _entry(tx, callers, entry))
    try:
        line = callers[row.handler_id].line_id
        arrival = await _check(host, caller, row, line, message, sealed)
    except RefusedError:
        repeated = await find_held(host, row.report, message, sealed)
        if repeated is None:
            raise
        return repeated, False
    applying = await document_after(host, row.report, arrival.header)

    def work(tx: Transaction) -> tuple[Accepted, bool]:
        current = _entry(tx, callers, entry, lock=True).report
        log = read_log(tx, current)
        known = log.rows.get(message)  # an id names its bytes: a retry is safe
        if known is not None:
            return held(host, known), False
        if current.document_hash != row.report.document_hash:
            raise BusyError  # another line accepted the report in between; a retry sees that
        # A succession came in between: somebody else may know the key of these wraps.
        if current.reporter_key_id != row.report.reporter_key_id:
            raise ConflictError
        check_handlers_readers(log.headers, arrival.header)
        add_message(tx, current, log, arrival, applying=applying)
        return accepted(host, message, arrival.today), True

    return await host.store.write(work)


async def add_wraps(
    host: Host, caller: bytes, entry: ids.EntryId, message: ids.MessageId, put: WrapsPut
) -> None:
    """Add wraps for readers whose box key was missing when the author sent a message.

    Raises:
        NotFoundError: The caller may not read that message.
        RefusedError: WRAP_SIZE, ORDER, NO_READER, WRAP_READER.
        NotAllowedNowError: The host has erased the report, and takes no new keys to it.
    """
    callers = await find_callers(host, caller)
    check_wraps(put.wraps)
    await host.store.read(lambda tx: _entry(tx, callers, entry))
    owners = await host.box_key_owners.find(w.key_id for w in put.wraps)

    def work(tx: Transaction) -> None:
        entry_row = _entry(tx, callers, entry, lock=True)
        report = entry_row.report
        if report.erased:
            raise NotAllowedNowError
        check_report_open(tx, report)
        headers = read_graph(tx, report, last=entry_row.last_position)
        row = _readable(tx, entry_row, message, headers)
        readers: set[Participant] = {*headers[message].readers}
        readers |= {owner for owner in owners.values() if may_read(headers, owner, message)}
        checks.check_wraps_are_for(
            readers,
            put.wraps,
            owners=owners,
            reporter_key=report.reporter_key_id,
        )
        stored.insert_wraps(tx, [(row, entry_row.handler_id, wrap) for wrap in put.wraps])

    await host.store.write(work)


async def delete_wrap(
    host: Host, caller: bytes, entry: ids.EntryId, message: ids.MessageId, key: ids.KeyId
) -> None:
    """Delete the wraps of a message to one of the caller's own box keys.

    Raises:
        NotFoundError: The caller may not read that message, or the key is somebody else's.
    """
    callers = await find_callers(host, caller)

    def work(tx: Transaction) -> None:
        entry_row = _entry(tx, callers, entry, lock=True)
        report = entry_row.report
        check_report_open(tx, report)
        headers = read_graph(tx, report, last=entry_row.last_position)
        row = _readable(tx, entry_row, message, headers)
        if key not in list_box_key_ids(tx, entry_row.handler_id):
            raise NotFoundError
        stored.delete_wraps(tx, row, key)

    await host.store.write(work)


def _entry(
    tx: Transaction, callers: Callers, entry: ids.EntryId, *, lock: bool = False
) -> EntryRow:
    row = find_entry(tx, callers, entry, lock=lock)
    if row is None:
        raise NotFoundError
    return row


def _readable(
    tx: Transaction, entry: EntryRow, message: ids.MessageId, headers: causality.Headers
) -> stored.MessageRow:
    row = stored.find_message(tx, entry.report.id, message)
    if row is None or not may_read(headers, entry.handler_id, message):
        raise NotFoundError
    return row


async def entry_status(host: Host, row: EntryRow) -> EntryStatus:
    """Return the status of an entry today, as its handler sees it.

    Raises:
        BusyError: The host is erasing the report.
    """
    status = await report_status(host, row.report)
    own = {"message_count": row.message_count, "birth_keys": birth_keys(row.report)}
    if row.ended_on is not None and not row.report.erased:
        own |= await _ended(host, row, row.ended_on)
    return EntryStatus(entry=row.entry, **(dict(status) | own))


async def _ended(host: Host, row: EntryRow, ended_on: date) -> dict[str, object]:
    """Return the status fields for a handler whose part in a report has ended.

    They must not show what another line does with the report, or when.

    Raises:
        BusyError: The host is erasing the report.
    """
    report = row.report
    first = await host.store.read(lambda tx: stored.list_messages(tx, report.id, after=0, limit=1))
    if not first:
        raise BusyError  # the host is erasing the report; a retry sees that
    found = await host.store.read(lambda tx: find_line_of(tx, row.handler_id))
    own = None if found is None else await host.newest.find(found)
    return {
        "document": stored_header(first[0].header).document,
        "state": State.HANDED_OVER,
        "received_on": first[0].received_on,
        "clocks": (),
        "erased_on": ended_on if own is None else own.retention.after(ended_on),
        "answered_by": None,
        "unopened": False,
    }


async def _check(
    host: Host,
    caller: bytes,
    row: EntryRow,
    line: ids.LineId,
    message: ids.MessageId,
    sealed: SealedMessage,
) -> Arrival:
    if row.ended_on is not None:  # check this first: another refusal could show what followed
        raise RefusedError(Reason.READER_NOT_ALLOWED)
    context = checks.MessageContext(
        line=row.report.line_id,
        report=row.report.report_id,
        author=row.handler_id,
        signing_key=caller,
        reporter_key=row.report.reporter_key_id,
        other_lines=row.report.other_lines,
        author_line=line,
    )
    verified, _ = await checks.check_message(host, sealed, parse_header(sealed.header), context)
    if verified.message_id != message:
        raise RefusedError(Reason.BODY_HASH)
    return Arrival(sealed, verified, host.clock.today())

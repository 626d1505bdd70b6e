"""Read the messages of a report, and check who may read them."""

from datetime import date
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.ed25519 import SIGNATURE_SIZE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import Directory
from meldpunt.protocol.verify.log import causality, graph
from meldpunt.protocol.verify.log.consents import ConsentHistory
from meldpunt.protocol.verify.log.header import Header, parse_header
from meldpunt.protocol.verify.log.uninvited import uninvited_by
from meldpunt.protocol.verify.sealed import SealedMessage, check_body
from meldpunt.server.host import Host
from meldpunt.server.store import messages as stored
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.stored_values import stored_header
from meldpunt.wire.reports import Accepted, MessagesPage, ServedMessage

MAX_PAGE: Final = 50
"""Most messages on one page."""


def accepted(host: Host, message: ids.MessageId, day: date) -> Accepted:
    """Return the answer to a new message: its day of receipt and a signed proof of receipt."""
    return Accepted(received_on=day, proof=host.secrets.prove(message, day))


def held(host: Host, row: stored.MessageRow) -> Accepted:
    """Return the answer to a message that the host already has.

    If another host received the message first, the proof is that host's.
    """
    if row.earlier_proof is None:
        return accepted(host, row.message_id, row.received_on)
    proof, receipt_key = row.earlier_proof[:SIGNATURE_SIZE], row.earlier_proof[SIGNATURE_SIZE:]
    return Accepted(received_on=row.received_on, proof=proof, receipt_key=receipt_key)


async def find_held(
    host: Host, report: ReportRow, message: ids.MessageId, sealed: SealedMessage
) -> Accepted | None:
    """Return the answer that the same bytes got when they first came, or None.

    The host does not check a stored message again: its day may have passed, or a reader may have
    left.

    Raises:
        RefusedError: BODY_SIZE, BODY_HASH if the same header comes with another body.
    """
    row = await host.store.read(lambda tx: stored.find_message(tx, report.id, message))
    if row is None or row.header != sealed.header:
        return None
    check_body(parse_header(sealed.header), sealed.body)
    return held(host, row)


def read_graph(tx: Transaction, report: ReportRow, *, last: int | None = None) -> causality.Headers:
    """Return the headers of a report: all, or those up to position `last`.

    Args:
        tx: The transaction.
        report: The report.
        last: For a handler whose part has ended. Later headers must not change what they may read:
            otherwise they would learn that later messages exist.
    """
    found = stored.list_headers(tx, report.id, last=last)
    return {ids.message_id(data): stored_header(data) for data in found}


def check_handlers_readers(headers: causality.Headers, header: Header) -> None:
    """Check that a handler's message names only readers whom the reporter allows.

    Allowed are the readers of the reporter's newest message and the handlers admitted since. A
    newcomer whom this very message admits is allowed too.

    Args:
        headers: The headers that came before the message.
        header: The header of the message.

    Raises:
        RefusedError: READER_NOT_ALLOWED.
    """
    allowed: set[Participant] = {REPORTER, *graph.chosen_readers(headers)}
    if header.admits is not None or _lets_anybody_in(headers):
        access = graph.access(headers)
        allowed |= access.pending
        if header.admits is not None and not isinstance(header.author, str):
            if not access.may_admit(header.author, header.admits):
                raise RefusedError(Reason.READER_NOT_ALLOWED)
            allowed.add(header.admits)
    if not allowed.issuperset(header.readers):
        raise RefusedError(Reason.READER_NOT_ALLOWED)


def check_reporters_readers(
    headers: causality.Headers, message: ids.MessageId, document: Directory
) -> None:
    """Check that a reporter's message keeps the own-newest-readers rule.

    Honest clients keep this rule. Somebody who found the receipt code may use another client.

    Args:
        headers: The headers of the report, that of the message included.
        message: The message.
        document: The newest documents of the report's lines.

    Raises:
        RefusedError: READER_NOT_ALLOWED.
    """
    admissions = graph.access(headers).claimed if _lets_anybody_in(headers) else {}
    if uninvited_by(message, ConsentHistory(headers), admissions, document):
        raise RefusedError(Reason.READER_NOT_ALLOWED)


def _lets_anybody_in(headers: causality.Headers) -> bool:
    """Say whether a header has an admission or a handover. They are rare and slow to work out."""
    return any(h.admits is not None or h.handover is not None for h in headers.values())


def may_read(headers: causality.Headers, reader: Participant, message: ids.MessageId) -> bool:
    """Say whether a participant may read a message: named as its reader, or admitted later."""
    if message in headers and reader in headers[message].readers:
        return True
    if isinstance(reader, str):
        return False
    return _lets_anybody_in(headers) and graph.may_read(reader, message, headers)


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
        host: The host, which signs the proofs of receipt.
        tx: The transaction.
        report: A report in which the reader takes part.
        reader: The participant who reads.
        keys: Ids of the reader's box keys.
        after: The cursor of the page before; 0 for the first page.
        last: Position of the last message shown to this reader; None for the newest message.
    """
    end = report.message_count if last is None else last
    if after >= end:
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
    """Return the messages in `rows` that a reader may read."""
    named = [row for row in rows if reader in stored_header(row.header).readers]
    if isinstance(reader, str) or len(named) == len(rows):
        return named
    headers = read_graph(tx, report, last=last)
    if not _lets_anybody_in(headers):
        return named
    access = graph.access(headers)
    return [row for row in rows if access.may_read(reader, row.message_id)]

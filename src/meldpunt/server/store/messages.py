"""Messages: signed headers, bodies in parts, wraps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import int8
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.sealed import Wrap
from meldpunt.protocol.verify.sizes import BODY_SIZES
from meldpunt.server.store.attachments import delete_attachments_of
from meldpunt.server.store.insertion import Insert
from meldpunt.server.store.lookup import Lookup
from meldpunt.server.store.participants import participant_bytes, stored_participant
from meldpunt.server.store.row_ids import derived_row_id, row_id
from meldpunt.server.store.tables import PART_SIZE, body_parts, messages, wraps


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message as the host knows it, without its body."""

    message_id: ids.MessageId
    report: int
    position: int
    author: Participant
    n: int
    header: bytes
    signature: bytes
    received_on: date
    earlier_proof: bytes | None = None
    """Proof of receipt (64 bytes) and receipt key (32 bytes) of the first host that received it."""

    @property
    def id(self) -> int:
        """The row id."""
        return row_id(self.message_id)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message that the host is about to store."""

    row: MessageRow
    body: bytes
    wraps: tuple[Wrap, ...]


_COLUMNS: Final = (
    messages.c.message_id,
    messages.c.report,
    messages.c.position,
    messages.c.author,
    messages.c.n,
    messages.c.header,
    messages.c.signature,
    messages.c.received_on,
    messages.c.earlier_proof,
)
_BY_ID: Final = select(*_COLUMNS).where(
    messages.c.report == bindparam("report"), messages.c.id == bindparam("id")
)
_AFTER: Final = Lookup(
    select(*_COLUMNS)
    .where(messages.c.report == bindparam("report"), messages.c.position > bindparam("after"))
    .order_by(messages.c.position)
    .limit(bindparam("limit"))
)
_NEWEST_OF: Final = (
    select(*_COLUMNS)
    .where(messages.c.report == bindparam("report"), messages.c.author == bindparam("author"))
    .order_by(messages.c.n.desc())
    .limit(1)
)
_KNOWN: Final = select(messages.c.message_id).where(
    messages.c.report == bindparam("report"), messages.c.id.in_(bindparam("ids", expanding=True))
)
_HEADERS: Final = select(messages.c.header).where(messages.c.report == bindparam("report"))
_HEADERS_SHOWN: Final = _HEADERS.where(messages.c.position <= bindparam("last"))
_PARTS: Final = (
    select(body_parts.c.message, body_parts.c.data)
    .where(
        body_parts.c.report == bindparam("report"),
        body_parts.c.id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(body_parts.c.message, body_parts.c.part)
)
_OF_REPORT: Final = select(messages.c.message_id).where(messages.c.report == bindparam("report"))
_DELETE_PART: Final = delete(body_parts).where(
    body_parts.c.report == bindparam("report"), body_parts.c.id == bindparam("id")
)
_MAX_PARTS: Final = -(-max(BODY_SIZES) // PART_SIZE)
_WRAPS: Final = select(wraps.c.message, wraps.c.key_id, wraps.c.wrap).where(
    wraps.c.report == bindparam("report"),
    wraps.c.message.in_(bindparam("messages", expanding=True)),
    wraps.c.key_id.in_(bindparam("keys", expanding=True)),
)
_WRAPPED_FOR: Final = select(wraps.c.message, wraps.c.key_id).where(
    wraps.c.report == bindparam("report"),
    wraps.c.message.in_(bindparam("messages", expanding=True)),
)
_INSERT_MESSAGE: Final = Insert(messages)
_INSERT_PART: Final = Insert(body_parts)
_INSERT_WRAP: Final = Insert(wraps, keep=True)


def _message(row: Any) -> MessageRow:  # noqa: ANN401 (a row of _COLUMNS; SQLAlchemy has no name for it)
    return MessageRow(
        message_id=row.message_id,
        report=row.report,
        position=row.position,
        author=stored_participant(row.author),
        n=row.n,
        header=row.header,
        signature=row.signature,
        received_on=row.received_on,
        earlier_proof=row.earlier_proof,
    )


def insert_messages(tx: Connection, added: Sequence[NewMessage]) -> None:
    """Add messages with their bodies and wraps, in three statements for any number of messages."""
    _INSERT_MESSAGE.add(tx, [_message_values(new.row) for new in added])
    parts = [part for new in added for part in _part_values(new)]
    if parts:
        _INSERT_PART.add(tx, parts)
    insert_wraps(tx, [(new.row, new.row.author, wrap) for new in added for wrap in new.wraps])


def _message_values(row: MessageRow) -> dict[str, object]:
    return {
        "id": row.id,
        "message_id": row.message_id,
        "report": row.report,
        "position": row.position,
        "author": participant_bytes(row.author),
        "n": row.n,
        "header": row.header,
        "signature": row.signature,
        "received_on": row.received_on,
        "earlier_proof": row.earlier_proof,
    }


def _part_values(new: NewMessage) -> Iterable[dict[str, object]]:
    for part, start in enumerate(range(0, len(new.body), PART_SIZE)):
        yield {
            "id": _part_id(new.row.message_id, part),
            "report": new.row.report,
            "message": new.row.id,
            "part": part,
            "data": new.body[start : start + PART_SIZE],
        }


def _part_id(message: ids.MessageId, part: int) -> int:
    return derived_row_id(message, int8(part))


def _part_ids(found: Iterable[ids.MessageId]) -> list[int]:
    """Return the row ids of all parts that the bodies of these messages can have.

    Most bodies have one part.
    """
    return [_part_id(message, part) for message in found for part in range(_MAX_PARTS)]


def insert_wraps(tx: Connection, added: Sequence[tuple[MessageRow, Participant, Wrap]]) -> None:
    """Add wraps by (message, key, maker); an existing wrap never changes."""
    values = [
        {
            "id": derived_row_id(row.message_id, wrap.key_id, participant_bytes(maker)),
            "report": row.report,
            "message": row.id,
            "key_id": wrap.key_id,
            "maker": participant_bytes(maker),
            "wrap": wrap.wrap,
        }
        for row, maker, wrap in added
    ]
    if values:
        _INSERT_WRAP.add(tx, values)


def find_message(tx: Connection, report: int, message: ids.MessageId) -> MessageRow | None:
    """Return a message of a report, or None."""
    row = tx.execute(_BY_ID, {"report": report, "id": row_id(message)}).one_or_none()
    return None if row is None or row.message_id != message else _message(row)


def find_newest_of(tx: Connection, report: int, author: Participant) -> MessageRow | None:
    """Return an author's newest message in a report, or None."""
    values = {"report": report, "author": participant_bytes(author)}
    row = tx.execute(_NEWEST_OF, values).one_or_none()
    return None if row is None else _message(row)


def are_known(tx: Connection, report: int, message_ids: Iterable[ids.MessageId]) -> bool:
    """Say whether a report has all these messages."""
    wanted = set(message_ids)
    rows = tx.execute(_KNOWN, {"report": report, "ids": [row_id(m) for m in wanted]})
    return set(rows.scalars()) == wanted


def list_messages(tx: Connection, report: int, *, after: int, limit: int) -> list[MessageRow]:
    """Return messages of a report in order of arrival, from the first position past `after`."""
    rows = _AFTER.list(tx, report=report, after=after, limit=limit)
    return [_message(row) for row in rows]


def list_headers(tx: Connection, report: int, *, last: int | None = None) -> list[bytes]:
    """Return the headers of messages of a report, in no particular order.

    Args:
        tx: The transaction.
        report: Row id of the report.
        last: Position of the last message to include; None for all messages.
    """
    if last is None:
        return list(tx.execute(_HEADERS, {"report": report}).scalars())
    return list(tx.execute(_HEADERS_SHOWN, {"report": report, "last": last}).scalars())


def list_bodies(tx: Connection, report: int, found: Sequence[MessageRow]) -> dict[int, bytes]:
    """Return the bodies of messages of a report, by row id."""
    parts: dict[int, list[bytes]] = defaultdict(list)
    values = {"report": report, "ids": _part_ids(row.message_id for row in found)}
    for row in tx.execute(_PARTS, values):
        parts[row.message].append(row.data)
    return {message: b"".join(data) for message, data in parts.items()}


def list_wraps(
    tx: Connection, report: int, found: Sequence[MessageRow], keys: Iterable[ids.KeyId]
) -> dict[int, list[Wrap]]:
    """Return the wraps of messages of a report to certain keys, by row id of the message."""
    values = {"report": report, "messages": [row.id for row in found], "keys": list(keys)}
    by_message: dict[int, list[Wrap]] = defaultdict(list)
    for row in tx.execute(_WRAPS, values):
        by_message[row.message].append(Wrap(key_id=row.key_id, wrap=row.wrap))
    return by_message


def list_wrapped_keys(
    tx: Connection, report: int, found: Sequence[MessageRow]
) -> dict[int, set[ids.KeyId]]:
    """Return the keys to which messages of a report are wrapped, by row id of the message."""
    by_message: dict[int, set[ids.KeyId]] = defaultdict(set)
    values = {"report": report, "messages": [row.id for row in found]}
    for row in tx.execute(_WRAPPED_FOR, values):
        by_message[row.message].add(row.key_id)
    return by_message


def delete_wraps(tx: Connection, message: MessageRow, key: ids.KeyId) -> None:
    """Delete all wraps of a message to a key, of every maker."""
    of_message = (wraps.c.report == message.report, wraps.c.message == message.id)
    tx.execute(delete(wraps).where(*of_message, wraps.c.key_id == key))


def delete_messages(tx: Connection, report: int, *, keep_headers_of: Sequence[int] = ()) -> None:
    """Erase the messages of a report: bodies, wraps, headers, and all its attachments.

    Args:
        tx: The transaction.
        report: Row id of the report.
        keep_headers_of: Row ids of messages whose headers stay, without bodies and wraps.
    """
    parts = _part_ids(tx.execute(_OF_REPORT, {"report": report}).scalars())
    if parts:
        tx.execute(_DELETE_PART, [{"report": report, "id": part} for part in parts])
    tx.execute(delete(wraps).where(wraps.c.report == report))
    kept = messages.c.id.in_(keep_headers_of)
    tx.execute(delete(messages).where(messages.c.report == report, ~kept))
    delete_attachments_of(tx, report)

"""Attachments: their reports and authors, the bytes received, the listing message, the pieces."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import Participant
from meldpunt.server.errors import BusyError
from meldpunt.server.store.blobs.blob_store import PieceName
from meldpunt.server.store.insertion import Insert
from meldpunt.server.store.participants import participant_bytes, stored_participant
from meldpunt.server.store.row_ids import derived_row_id, row_id
from meldpunt.server.store.tables import attachments, pieces

AT_ONCE: Final = date(1970, 1, 1)
"""The `erase_on` of pieces that may leave the store at once. It does not show when that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRow:
    """An attachment as the host knows it."""

    id: int
    attachment_id: ids.AttachmentId
    report: int
    line_id: ids.LineId
    author: Participant
    size: int
    """Bytes of the whole ciphertext."""
    arrived: int = 0
    """How many bytes of it the host has."""
    message: int | None = None
    """Row of the message that lists it."""
    erase_on: date | None = None
    """The day on which the host erases it, if no message lists it by then."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an attachment as the host stores it, under its name in the store of pieces."""

    name: PieceName
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The number and size of attachments in a report, as far as one author may know them."""

    number: int
    size: int
    unlisted: int


_COLUMNS: Final = (
    attachments.c.id,
    attachments.c.attachment_id,
    attachments.c.report,
    attachments.c.line_id,
    attachments.c.author,
    attachments.c.size,
    attachments.c.arrived,
    attachments.c.message,
    attachments.c.erase_on,
)
_BY_ID: Final = select(*_COLUMNS).where(
    attachments.c.report == bindparam("report"), attachments.c.id == bindparam("id")
)
_ADVANCE: Final = (
    update(attachments)
    .where(attachments.c.id == bindparam("row"), attachments.c.arrived == bindparam("offset"))
    .where(attachments.c.message.is_(None))
    .values(arrived=attachments.c.arrived + bindparam("added"))
)
_PIECES: Final = (
    select(pieces.c.name, pieces.c.start, pieces.c.size)
    .where(pieces.c.attachment == bindparam("row"))
    .where(pieces.c.start < bindparam("end"))
    .where(pieces.c.start + pieces.c.size > bindparam("begin"))
    .order_by(pieces.c.start)
)
_SOME_PIECES: Final = select(pieces.c.name).where(pieces.c.attachment.is_not(None)).limit(100)
_ALL_PIECES: Final = select(pieces.c.name, pieces.c.size).where(pieces.c.attachment.is_not(None))
_NOTE_PIECE: Final = Insert(pieces, keep=True)
_DOOM_PIECES: Final = update(pieces).values(attachment=None, erase_on=AT_ONCE)


def list_some_pieces(tx: Connection) -> list[PieceName]:
    """Return up to 100 pieces of attachments: the store of pieces should have them."""
    return [PieceName(name) for name in tx.execute(_SOME_PIECES).scalars()]


def list_all_pieces(tx: Connection) -> dict[PieceName, int]:
    """Return the sizes in bytes of all pieces of attachments, by name."""
    return {PieceName(name): size for name, size in tx.execute(_ALL_PIECES)}


def attachment_row_id(report: ids.ReportId, attachment: ids.AttachmentId) -> int:
    """Return the row id of an attachment. Attachments of two reports never share a row id."""
    return derived_row_id(report, attachment)


def _attachment(row: Any) -> AttachmentRow:  # noqa: ANN401 (a row of _COLUMNS; SQLAlchemy has no name for it)
    return AttachmentRow(
        id=row.id,
        attachment_id=row.attachment_id,
        report=row.report,
        line_id=row.line_id,
        author=stored_participant(row.author),
        size=row.size,
        arrived=row.arrived,
        message=row.message,
        erase_on=row.erase_on,
    )


def find_attachment(
    tx: Connection, report: ids.ReportId, attachment: ids.AttachmentId
) -> AttachmentRow | None:
    """Return an attachment of a report, complete or not, or None."""
    values = {"report": row_id(report), "id": attachment_row_id(report, attachment)}
    row = tx.execute(_BY_ID, values).one_or_none()
    return None if row is None or row.attachment_id != attachment else _attachment(row)


def insert_attachment(tx: Connection, row: AttachmentRow) -> None:
    """Add an attachment that has no bytes yet."""
    values = {
        "id": row.id,
        "attachment_id": row.attachment_id,
        "report": row.report,
        "line_id": row.line_id,
        "author": participant_bytes(row.author),
        "size": row.size,
        "arrived": row.arrived,
        "message": row.message,
        "erase_on": row.erase_on,
    }
    tx.execute(insert(attachments).values(values))


def count_taken(tx: Connection, report: int, author: Participant) -> Taken:
    """Count a report's attachments: all that are listed, and this author's that are not."""
    own = attachments.c.author == participant_bytes(author)
    listed = attachments.c.message.is_not(None)
    statement = select(
        func.count(),
        func.coalesce(func.sum(attachments.c.size), 0),
        func.count().filter(~listed),
    ).where(attachments.c.report == report, own | listed)
    number, size, unlisted = tx.execute(statement).one()
    return Taken(number, int(size), unlisted)


def sum_arrived(tx: Connection, line: ids.LineId) -> int:
    """Return how many bytes of attachments this host has for a line."""
    statement = select(func.coalesce(func.sum(attachments.c.arrived), 0))
    return int(tx.execute(statement.where(attachments.c.line_id == line)).scalar_one())


def advance(tx: Connection, row: AttachmentRow, piece: Piece) -> bool:
    """Add a noted piece at the end of an attachment; False if the end is no longer there."""
    values = {"row": row.id, "offset": piece.start, "added": piece.size}
    if tx.execute(_ADVANCE, values).rowcount != 1:
        return False
    placed = tx.execute(
        update(pieces)
        .where(pieces.c.id == row_id(piece.name))
        .values(attachment=row.id, start=piece.start, size=piece.size, erase_on=None)
    )
    if placed.rowcount != 1:  # else the attachment would count bytes that no piece holds
        raise BusyError
    return True


def list_attachments(tx: Connection, rows: Iterable[AttachmentRow], message: ids.MessageId) -> bool:
    """Mark attachments as listed by a message, so that they stay as long as the report.

    Return False if somebody erased or listed one of them after the caller read it. Upkeep takes no
    lock on the report, so this can happen.
    """
    found = [row.id for row in rows]
    statement = update(attachments).where(
        attachments.c.id.in_(found), attachments.c.message.is_(None)
    )
    marked = tx.execute(statement.values(message=row_id(message), erase_on=None))
    return marked.rowcount == len(found)


def list_pieces(tx: Connection, row: AttachmentRow, begin: int, end: int) -> list[Piece]:
    """Return the pieces that hold the bytes from `begin` to before `end`, in order."""
    values = {"row": row.id, "begin": begin, "end": end}
    return [Piece(*piece) for piece in tx.execute(_PIECES, values)]


def insert_piece(tx: Connection, name: PieceName, *, erase_on: date) -> None:
    """Note a piece before anybody writes it, so that upkeep finds the piece in any case.

    If the piece is noted already, this changes nothing: the answer to an earlier commit was lost.

    Args:
        tx: The transaction.
        name: Name of the piece in the store of pieces.
        erase_on: A day on which nobody can still be writing the piece.
    """
    values = {"id": row_id(name), "name": name, "start": 0, "size": 0, "erase_on": erase_on}
    _NOTE_PIECE.add(tx, [values])


def doom_piece(tx: Connection, name: PieceName) -> bool:
    """Mark a piece for erasure; False if it belongs to an attachment or is unknown."""
    of_none = pieces.c.attachment.is_(None)
    found = tx.execute(_DOOM_PIECES.where(pieces.c.id == row_id(name), of_none))
    return found.rowcount == 1


def delete_attachments(tx: Connection, rows: Sequence[int]) -> None:
    """Erase attachments. After the commit, their pieces leave the store of pieces."""
    tx.execute(_DOOM_PIECES.where(pieces.c.attachment.in_(rows)))
    tx.execute(delete(attachments).where(attachments.c.id.in_(rows)))


def delete_attachments_of(tx: Connection, report: int) -> None:
    """Erase the attachments of a report, listed or not."""
    statement = select(attachments.c.id).where(attachments.c.report == report)
    delete_attachments(tx, list(tx.execute(statement).scalars()))


def delete_expired(tx: Connection, today: date, *, limit: int) -> int:
    """Erase attachments that no message listed in time; returns how many."""
    statement = select(attachments.c.id).where(attachments.c.erase_on <= today).limit(limit)
    found = list(tx.execute(statement.with_for_update(skip_locked=True)).scalars())
    delete_attachments(tx, found)
    return len(found)


def list_doomed(tx: Connection, today: date, *, limit: int) -> list[PieceName]:
    """Return the names of pieces that must leave the store of pieces."""
    statement = select(pieces.c.name).where(pieces.c.erase_on <= today).limit(limit)
    return [PieceName(name) for name in tx.execute(statement).scalars()]


def forget_pieces(tx: Connection, names: Iterable[PieceName]) -> None:
    """Remove the notes of pieces that have left the store of pieces."""
    tx.execute(delete(pieces).where(pieces.c.id.in_([row_id(name) for name in names])))

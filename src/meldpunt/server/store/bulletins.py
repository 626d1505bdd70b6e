"""Bulletins: their files, their index, and the data from which the file of a day is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, Select, and_, insert, or_, select, tuple_

from meldpunt.protocol.verify import ids
from meldpunt.server.store.reports import REPORT_COLUMNS, ReportRow, as_report
from meldpunt.server.store.tables import bulletins, messages, reports

_INDEX: Final = select(
    bulletins.c.name,
    bulletins.c.position,
    bulletins.c.count,
    bulletins.c.hash,
    bulletins.c.least,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinRow:
    """One file of the index."""

    name: str
    position: int
    count: int
    hash: ids.Hash
    tags: bytes | None = None
    """The tags of a day. None for a month or a year, and if the caller wants only the index."""
    least: int | None = None


@dataclass(frozen=True, slots=True)
class HandlerMessage:
    """A message that a handler sent on a day, in a report whose tags the bulletins hold."""

    report: ids.ReportId
    key: bytes
    """The report's bulletin key, masked."""
    header: bytes
    place: tuple[int, int]
    """Where the next page starts."""


def insert_bulletins(tx: Connection, rows: Sequence[BulletinRow]) -> None:
    """Add files; change nothing if another process has already written the first of them."""
    if find_tags(tx, rows[0].name) is not None:
        return
    tx.execute(
        insert(bulletins),
        [
            {
                "name": row.name,
                "position": row.position,
                "count": row.count,
                "hash": row.hash,
                "tags": row.tags,
                "least": row.least,
            }
            for row in rows
        ],
    )


def list_index(tx: Connection) -> list[BulletinRow]:
    """Return every file without its tags, in the order of the index."""
    return _list_entries(tx, _INDEX.order_by(bulletins.c.position))


def find_last(tx: Connection) -> BulletinRow | None:
    """Return the file that was written last, without its tags, or None."""
    found = _list_entries(tx, _INDEX.order_by(bulletins.c.position.desc()).limit(1))
    return found[0] if found else None


def _list_entries(
    tx: Connection, statement: Select[str, int, int, bytes, int | None]
) -> list[BulletinRow]:
    return [
        BulletinRow(name=n, position=p, count=c, hash=ids.Hash(h), least=least)
        for n, p, c, h, least in tx.execute(statement)
    ]


def find_tags(tx: Connection, name: str) -> bytes | None:
    """Return the tags of a day, or None."""
    statement = select(bulletins.c.tags).where(bulletins.c.name == name)
    return tx.execute(statement).scalar_one_or_none()


def list_handler_messages(
    tx: Connection, day: date, *, after: tuple[int, int], limit: int
) -> list[HandlerMessage]:
    """Return a page of the messages of handlers on a day, in reports with tags in bulletins.

    A message that came with its line from another host counts on the day on which it came here.
    """
    place = tuple_(messages.c.report, messages.c.id)
    moved = and_(
        messages.c.earlier_proof.is_not(None),
        messages.c.received_on < day,
        reports.c.bulletin_since == day,
    )
    statement = (
        select(
            reports.c.report_id,
            reports.c.bulletin_key,
            messages.c.header,
            messages.c.report,
            messages.c.id,
        )
        .join(reports, reports.c.id == messages.c.report)
        .where(
            or_(messages.c.received_on == day, moved),
            messages.c.author != b"",
            reports.c.bulletin_since <= day,
            place > after,
        )
        .order_by(messages.c.report, messages.c.id)
        .limit(limit)
    )
    return [
        HandlerMessage(ids.ReportId(report), key, header, (row, message))
        for report, key, header, row, message in tx.execute(statement)
    ]


def list_live_reports(tx: Connection, day: date, *, after: int, limit: int) -> list[ReportRow]:
    """Return a page of the reports with tags in bulletins that are there and not withdrawn."""
    statement = (
        select(*REPORT_COLUMNS)
        .where(
            reports.c.id > after,
            reports.c.bulletin_since <= day,
            reports.c.erased.is_(False),
            reports.c.withdrawn_on.is_(None),
        )
        .order_by(reports.c.id)
        .limit(limit)
    )
    return [as_report(row) for row in tx.execute(statement)]

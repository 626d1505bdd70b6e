"""Writes the entries of reports in handlers' inboxes; inbox.py reads them in pages."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select, update

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.server.store.insertion import Change, Insert
from meldpunt.server.store.lookup import Lookup
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.tables import handlers, inbox

_PARTICIPANTS: Final = Lookup(select(inbox.c.handler_id).where(inbox.c.report == bindparam("row")))
_INSERT_ENTRY: Final = Insert(inbox)
_COUNT_READABLE: Final = Change(
    update(inbox)
    .where(
        inbox.c.report == bindparam("row"),
        inbox.c.handler_id == bindparam("reader"),
        inbox.c.ended_on.is_(None),
    )
    .values(message_count=inbox.c.message_count + 1)
)


def list_participants(tx: Connection, row: ReportRow) -> set[ids.HandlerId]:
    """Return the handlers who have the report in their inbox."""
    return {ids.HandlerId(handler) for (handler,) in _PARTICIPANTS.rows(tx, row=row.id)}


def insert_entries(
    tx: Connection, added: Iterable[tuple[ReportRow, ids.HandlerId]], *, message_count: int = 1
) -> None:
    """Put reports into inboxes, with the number of messages that the handler may read."""
    values = [
        {
            "entry": ids.inbox_entry(handler, report.report_id),
            "handler_id": handler,
            "state": report.milestones.state.value,
            "report": report.id,
            "message_count": message_count,
        }
        for report, handler in added
    ]
    if values:
        _INSERT_ENTRY.add(tx, values)


def count_readable(tx: Connection, row: ReportRow, readers: Iterable[ids.HandlerId]) -> int:
    """Count one more message that these handlers may read, except for ended entries.

    Return how many entries this changed, or -1 if the driver does not say.
    """
    values = [{"row": row.id, "reader": reader} for reader in readers]
    return _COUNT_READABLE.make(tx, values) if values else 0


def set_readable(
    tx: Connection, row: ReportRow, handler: ids.HandlerId, message_count: int
) -> None:
    """Set how many messages of a report a handler may read: an admission opens earlier ones.

    An ended entry keeps its number.
    """
    tx.execute(
        update(inbox)
        .where(inbox.c.report == row.id, inbox.c.handler_id == handler, inbox.c.ended_on.is_(None))
        .values(message_count=message_count)
    )


def end_entry(tx: Connection, row: ReportRow, handler: ids.HandlerId, day: date) -> None:
    """End a handler's entry: from now on the report's newest message is the last one they see.

    An entry that has already ended does not change.
    """
    tx.execute(
        update(inbox)
        .where(inbox.c.report == row.id, inbox.c.handler_id == handler, inbox.c.ended_on.is_(None))
        .values(last_position=row.message_count, ended_on=day, state=State.HANDED_OVER.value)
    )


def resume_entry(tx: Connection, row: ReportRow, handler: ids.HandlerId) -> None:
    """Show a handler the whole report again, because it came back to their line."""
    tx.execute(
        update(inbox)
        .where(
            inbox.c.report == row.id, inbox.c.handler_id == handler, inbox.c.ended_on.is_not(None)
        )
        .values(last_position=None, ended_on=None, state=row.milestones.state.value)
    )


def list_ended(tx: Connection) -> set[tuple[ids.LineId, date]]:
    """Return each day on which entries of a line's handlers ended, with the line."""
    statement = (
        select(handlers.c.line_id, inbox.c.ended_on)
        .join(handlers, handlers.c.handler_id == inbox.c.handler_id)
        .where(inbox.c.ended_on.is_not(None))
        .distinct()
    )
    return {(ids.LineId(row.line_id), row.ended_on) for row in tx.execute(statement)}


def delete_ended(tx: Connection, line: ids.LineId, day: date) -> None:
    """Delete the entries of a line's handlers that ended on a day."""
    own = select(handlers.c.handler_id).where(handlers.c.line_id == line)
    tx.execute(delete(inbox).where(inbox.c.ended_on == day, inbox.c.handler_id.in_(own)))


def forget_counts(tx: Connection, row: ReportRow) -> None:
    """Set every handler's number of readable messages to 0, because the messages are erased."""
    tx.execute(update(inbox).where(inbox.c.report == row.id).values(message_count=0))

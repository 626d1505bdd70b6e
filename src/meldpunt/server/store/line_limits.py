"""How many new reports a line takes in an hour, while the operator limits it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from meldpunt.protocol.verify import ids
from meldpunt.server.store.tables import line_limits


@dataclass(frozen=True, slots=True)
class LineLimit:
    """A limit on the new reports of one line."""

    line_id: ids.LineId
    reports_per_hour: int
    until: date
    """The first day on which the limit holds no more."""


def find_limit(tx: Connection, line: ids.LineId, today: date) -> int | None:
    """Return how many new reports a line takes in an hour, or None without a limit."""
    statement = select(line_limits.c.reports_per_hour).where(
        line_limits.c.line_id == line, line_limits.c.until > today
    )
    return tx.execute(statement).scalar_one_or_none()


def list_limits(tx: Connection, today: date) -> Sequence[LineLimit]:
    """Return the limits that hold, in the order of lines."""
    statement = (
        select(line_limits.c.line_id, line_limits.c.reports_per_hour, line_limits.c.until)
        .where(line_limits.c.until > today)
        .order_by(line_limits.c.line_id)
    )
    return [LineLimit(ids.LineId(row[0]), row[1], row[2]) for row in tx.execute(statement)]


def replace_limit(tx: Connection, limit: LineLimit) -> None:
    """Set the limit of a line, in place of an earlier one."""
    delete_limit(tx, limit.line_id)
    tx.execute(
        insert(line_limits).values(
            line_id=limit.line_id, reports_per_hour=limit.reports_per_hour, until=limit.until
        )
    )


def delete_limit(tx: Connection, line: ids.LineId) -> bool:
    """Lift the limit of a line; returns whether there was one."""
    return tx.execute(delete(line_limits).where(line_limits.c.line_id == line)).rowcount > 0


def delete_ended(tx: Connection, today: date) -> None:
    """Forget limits that hold no more."""
    tx.execute(delete(line_limits).where(line_limits.c.until <= today))

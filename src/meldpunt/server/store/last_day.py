"""The last day that the host saw and believed. It is one row, which all workers share."""

from datetime import date
from typing import Final

from sqlalchemy import Connection, insert, select, update

from meldpunt.server.store.tables import upkeep

_ONLY_ROW: Final = 1


def find_last_day(tx: Connection) -> date | None:
    """Return the last day that the host saw, or None before its first look at the clock."""
    return tx.execute(select(upkeep.c.last_day)).scalar_one_or_none()


def begin_last_day(tx: Connection, day: date) -> None:
    """Keep the first day, unless another worker has kept one."""
    if find_last_day(tx) is None:
        tx.execute(insert(upkeep).values(id=_ONLY_ROW, last_day=day))


def advance_last_day(tx: Connection, day: date) -> None:
    """Keep a later day; an earlier one changes nothing."""
    tx.execute(update(upkeep).where(upkeep.c.last_day < day).values(last_day=day))


def replace_last_day(tx: Connection, day: date) -> None:
    """Keep a day that the operator confirmed, later or earlier."""
    begin_last_day(tx, day)
    tx.execute(update(upkeep).values(last_day=day))

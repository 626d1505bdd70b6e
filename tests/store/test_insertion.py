"""What goes past the toolkit lies in the file as the toolkit would have put it there."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    LargeBinary,
    String,
    Table,
    bindparam,
    create_engine,
    insert,
    update,
)

from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.insertion import Change, Insert
from meldpunt.server.store.stored_day import StoredDay
from meldpunt.server.store.tables import (
    body_parts,
    inbox,
    messages,
    metadata,
    pieces,
    reports,
    wraps,
)

ROWS = 4


def value(column: Column[Any], number: int) -> object:
    """A value of the column's type, another one for each row."""
    match column.type:
        case Boolean():
            return bool(number % 2)
        case StoredDay():
            return date(2026, 3, 1 + number)
        case LargeBinary():
            return bytes([number]) * (column.type.length or 5)
        case String():
            return f"state {number}"
        case _:
            return 2**62 + number


def lying_there(tx: Transaction, table: Table) -> list[tuple[object, ...]]:
    """Every value with SQLite's own name for its kind."""
    columns = ", ".join(f"{column.name}, typeof({column.name})" for column in table.c)
    found = tx.exec_driver_sql(f"SELECT {columns} FROM {table.name}")  # noqa: S608 (our own names)
    return sorted(tuple(row) for row in found)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    "table", [reports, messages, body_parts, wraps, inbox, pieces], ids=lambda table: table.name
)
def test_rows_lie_there_as_the_toolkit_puts_them(table: Table, full: bool) -> None:
    columns = [column for column in table.c if full or not column.nullable]
    rows = [{column.name: value(column, number) for column in columns} for number in range(ROWS)]
    found = []
    for add in (Insert(table).add, lambda tx, rows: tx.execute(insert(table), rows)):
        engine = create_engine("sqlite://")
        metadata.create_all(engine)
        with engine.begin() as tx:
            add(tx, rows)
            found.append(lying_there(tx, table))
    assert len(found[0]) == ROWS
    assert found[0] == found[1]


@pytest.mark.parametrize("full", [False, True])
def test_changed_rows_lie_there_as_the_toolkit_changes_them(full: bool) -> None:
    columns = [column for column in reports.c if column.name != "id"]
    added = [{column.name: value(column, number) for column in reports.c} for number in range(ROWS)]
    given = [column for column in columns if full or not column.nullable]
    nothing = {column.name: None for column in columns}
    changed = [
        {"row": row["id"], **nothing, **{c.name: value(c, number + ROWS) for c in given}}
        for number, row in enumerate(added[:-1])
    ]
    statement = update(reports).where(reports.c.id == bindparam("row"))
    change = Change(statement, [column.name for column in columns])
    found = []
    for make in (change.make, lambda tx, rows: tx.execute(statement, rows).rowcount):
        engine = create_engine("sqlite://")
        metadata.create_all(engine)
        with engine.begin() as tx:
            Insert(reports).add(tx, added)
            assert make(tx, changed) == ROWS - 1
            found.append(lying_there(tx, reports))
    assert found[0] == found[1]

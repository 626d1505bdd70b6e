"""Adds or changes many rows in one statement, on the hot path.

On SQLite this calls the driver without SQLAlchemy: SQLAlchemy's own work for a statement takes as
long as the work of the database.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

from sqlalchemy import Connection, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from meldpunt.server.store.database.sqlite import driver_connection


class Insert:
    """Adds rows to a table.

    Args:
        table: The table.
        keep: Keep an existing row as it is. Otherwise an existing row is an error.
    """

    def __init__(self, table: Table, *, keep: bool = False) -> None:
        self._table = table
        on_sqlite, self._elsewhere = sqlite.insert(table), postgresql.insert(table)
        if keep:
            on_sqlite = on_sqlite.on_conflict_do_nothing()
            self._elsewhere = self._elsewhere.on_conflict_do_nothing()
        dialect = sqlite.dialect(paramstyle="qmark")
        self._sqlite = str(on_sqlite.compile(dialect=dialect))
        self._columns = [
            (column.name, column.type.dialect_impl(dialect).bind_processor(dialect))
            for column in table.c
        ]

    def add(self, tx: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Add rows, with values by the names of columns; a column without a value is null."""
        if tx.dialect.name != "sqlite":
            tx.execute(self._elsewhere, rows)
            return
        driver_connection(tx).executemany(self._sqlite, [self._values(row) for row in rows])

    def add_new(self, tx: Connection, rows: Sequence[Mapping[str, object]]) -> set[int]:
        """Add rows to a table that keeps existing rows; returns the `id` of each new row."""
        if tx.dialect.name != "sqlite":
            return set(tx.execute(self._returning, rows).scalars())
        statement, driver = f"{self._sqlite} RETURNING id", driver_connection(tx)
        found = (driver.execute(statement, self._values(row)).fetchone() for row in rows)
        return {row[0] for row in found if row is not None}

    @cached_property
    def _returning(self) -> ReturningInsert[int]:
        return self._elsewhere.returning(self._table.c.id)

    def _values(self, row: Mapping[str, object]) -> list[object]:
        return [
            row.get(name) if form is None else form(row.get(name)) for name, form in self._columns
        ]


class Change:
    """Changes rows of a table.

    Args:
        statement: The statement; its parameters have names, and none of them is a list.
        columns: The columns to which it gives a value of the same name.
    """

    def __init__(self, statement: Update, columns: Sequence[str] = ()) -> None:
        self._statement = statement
        dialect = sqlite.dialect(paramstyle="named")
        compiled = statement.compile(dialect=dialect, column_keys=list(columns))
        self._sqlite = str(compiled)
        self._constants = compiled.params
        forms = {name: statement.table.c[name].type for name in columns}
        self._forms = {
            name: form
            for name, kind in forms.items()
            if (form := kind.dialect_impl(dialect).bind_processor(dialect)) is not None
        }

    def make(self, tx: Connection, rows: Sequence[Mapping[str, object]]) -> int:
        """Change rows with these values; returns how many, or -1 if the driver does not say."""
        if tx.dialect.name != "sqlite":
            return tx.execute(self._statement, rows).rowcount
        values = [self._values(row) for row in rows]
        return int(driver_connection(tx).executemany(self._sqlite, values).rowcount)

    def _values(self, row: Mapping[str, object]) -> dict[str, object]:
        formed = {name: form(row[name]) for name, form in self._forms.items()}
        return {**self._constants, **row, **formed}

"""Reads rows in one statement, on the hot path.

On SQLite this calls the driver without SQLAlchemy: SQLAlchemy's own work for a look-up takes eight
times as long as the look-up.
"""

from collections import namedtuple
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, Select
from sqlalchemy.dialects import sqlite

from meldpunt.server.store.database.sqlite import fetch_rows

_DIALECT: Final = sqlite.dialect(paramstyle="named")


class Lookup:
    """One statement, compiled once.

    Args:
        statement: The statement; its parameters have names, and none of them is a list.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        compiled = statement.compile(dialect=_DIALECT)
        self._sqlite = str(compiled)
        self._constants = compiled.params
        columns = statement.selected_columns
        self._forms = [
            column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
            for column in columns
        ]
        self._row = _row_type(columns.keys())

    def rows(self, tx: Connection, **given: object) -> Sequence[Any]:
        """Return the rows with values as the driver gives them.

        On SQLite a day is a text, and a flag is 0 or 1.
        """
        if tx.dialect.name != "sqlite":
            return tx.execute(self.statement, given).all()
        return fetch_rows(tx, self._sqlite, self._constants | given)

    def find(self, tx: Connection, **given: object) -> Any | None:  # noqa: ANN401 (as `typed`)
        """Return the only row, as `typed` does; None if there is none."""
        rows = self.rows(tx, **given)
        return self.typed(rows[0]) if rows else None

    def list(self, tx: Connection, **given: object) -> "list[Any]":
        """Return the rows, as `typed` does."""
        return [self.typed(row) for row in self.rows(tx, **given)]

    def typed(self, row: Sequence[Any]) -> Any:  # noqa: ANN401 (the statement says which)
        """Return one of these rows with its values as the columns' types, by name.

        Raises:
            StoredValueError: A value is not what the column holds.
        """
        if isinstance(row, Row):  # of a database whose driver has these types
            return row
        pairs = zip(self._forms, row, strict=True)
        return self._row(*(value if form is None else form(value) for form, value in pairs))


def _row_type(names: Sequence[str]) -> Any:  # noqa: ANN401 (the statement names the fields)
    return namedtuple("Row", names)  # noqa: PYI024

"""The host's own statements as text, for a server without a toolkit for databases."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ClauseElement, Dialect, Table, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

from meldpunt.server.store.inbox import _PAGE
from meldpunt.server.store.reports import _MESSAGE_COUNT
from meldpunt.server.store.tables import body_parts, inbox, messages, reports, wraps

TABLES: Final = (reports, messages, body_parts, wraps, inbox)
"""What a report adds rows to, in the order in which a request carries them."""
SQLITE: Final[Dialect] = sqlite.dialect(paramstyle="qmark")
POSTGRESQL: Final[Dialect] = asyncpg_dialect()  # type: ignore[no-untyped-call]  # it has no type hints


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as a driver takes it."""

    text: str
    names: tuple[str, ...]
    """Its parameters by position."""
    constants: dict[str, Any]

    def values(self, **given: object) -> list[Any]:
        """Return the parameters in their order."""
        return [given.get(name, self.constants.get(name)) for name in self.names]


def as_text(statement: ClauseElement, dialect: Dialect) -> Statement:
    """Compile a statement."""
    compiled: Any = statement.compile(dialect=dialect)
    return Statement(str(compiled), tuple(compiled.positiontup), compiled.params)


def poll(dialect: Dialect) -> Statement:
    """Return what an empty poll asks; its parameter is `key`."""
    return as_text(_MESSAGE_COUNT, dialect)


def inbox_page(dialect: Dialect) -> Statement:
    """Return what a page of an inbox asks; its parameters are `handler`, `after` and `limit`."""
    return as_text(_PAGE, dialect)


def insert_row(table: Table, dialect: Dialect) -> str:
    """Return the statement that adds a row, its values in the order of the columns."""
    return as_text(insert(table), dialect).text


def all_rows(table: Table, dialect: Dialect) -> str:
    """Return the query for every row, its values in the order of the columns."""
    return as_text(select(table), dialect).text


COUNT_MESSAGE: Final = "UPDATE reports SET message_count = message_count + 1 WHERE id = {}"
COUNT_READABLE: Final = "UPDATE inbox SET message_count = message_count + 1 WHERE report = {}"
"""What a reply changes besides its own rows."""

"""The host's own statements as text, for a server without SQLAlchemy."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ClauseElement, Dialect, Table, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

from meldpunt.server.store.inbox import _PAGE
from meldpunt.server.store.messages import _AFTER
from meldpunt.server.store.reports import _BY_KEY, _MESSAGE_COUNT
from meldpunt.server.store.tables import body_parts, inbox, messages, reports, wraps

TABLES: Final = (reports, messages, body_parts, wraps, inbox)
"""The tables to which a report adds rows, in their order in a request."""
SQLITE: Final[Dialect] = sqlite.dialect(paramstyle="qmark")
POSTGRESQL: Final[Dialect] = asyncpg_dialect()  # type: ignore[no-untyped-call]  # it has no type hints


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in the form that a driver takes."""

    text: str
    names: tuple[str, ...]
    """The names of its parameters, by position."""
    constants: dict[str, Any]

    def values(self, **given: object) -> list[Any]:
        """Return the values of the parameters in their order."""
        return [given.get(name, self.constants.get(name)) for name in self.names]


def as_text(statement: ClauseElement, dialect: Dialect) -> Statement:
    """Compile a statement to text."""
    compiled: Any = statement.compile(dialect=dialect)
    return Statement(str(compiled), tuple(compiled.positiontup), compiled.params)


def poll(dialect: Dialect) -> Statement:
    """Return the statement of a poll without new messages; its parameter is `key`."""
    return as_text(_MESSAGE_COUNT.statement, dialect)


def report(dialect: Dialect) -> Statement:
    """Return the statement that finds a report; its parameter is `key`."""
    return as_text(_BY_KEY.statement, dialect)


def log(dialect: Dialect) -> Statement:
    """Return the statement for what a report holds; parameters: `report`, `after` and `limit`.

    The next message must follow its author's last, its `seen` must be known, and it may name only
    readers whom the reporter lets read.
    """
    return as_text(_AFTER.statement, dialect)


def inbox_page(dialect: Dialect) -> Statement:
    """Return the statement of a page of an inbox; parameters: `handler`, `after` and `limit`."""
    return as_text(_PAGE, dialect)


def insert_row(table: Table, dialect: Dialect) -> str:
    """Return the statement that adds a row, with values in the order of the columns."""
    return as_text(insert(table), dialect).text


def all_rows(table: Table, dialect: Dialect) -> str:
    """Return the query for all rows, with values in the order of the columns."""
    return as_text(select(table), dialect).text


COUNT_MESSAGE: Final = "UPDATE reports SET message_count = message_count + 1 WHERE id = {}"
COUNT_READABLE: Final = "UPDATE inbox SET message_count = message_count + 1 WHERE report = {}"
"""The change that a reply makes besides its own rows."""

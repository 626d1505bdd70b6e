"""Takes everything from a SQLite file to PostgreSQL, and reads it back row by row.

All of it is one transaction of each database: nobody writes to the old one meanwhile, and in the
new one there is everything or nothing. Whatever table the code knows is taken along.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, func, insert, inspect, select, tuple_

from meldpunt.server.store.database import migration
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.tables import POSTGRESQL_KEYS, metadata

_BATCH: Final = 500
"""Rows in memory: at most 4 MiB of bodies."""

_HAS_TABLES: Final = (
    "The new database has tables already, and not just the rows of this file: make an empty one."
    " If this host runs on it already, the move is done."
)

Tell = Callable[[int, int], None]
"""Is told how many steps are done, of how many: two for each row, to write and to compare."""


class TargetError(Exception):
    """The new database cannot take it; the message says why."""


class DifferenceError(Exception):
    """What was written is not what was read; nothing is kept of it. The message names the table."""


async def relocate(source: Connection, target: Store, tell: Tell) -> dict[str, int]:
    """Make this release's tables in an empty database, and fill them; returns rows by table.

    One that holds just these rows is left as it is: the answer to the last commit was lost.

    Args:
        source: The old database, which nobody else may change until this returns.
        target: The new one.
        tell: Is told how far it is.

    Raises:
        TargetError: There are tables already, which do not hold just these rows.
        DifferenceError: Reading it back gave something else.
        BusyError: The new database does not answer.
    """
    rows = count_rows(source)
    steps = _Steps(2 * sum(rows.values()), tell)

    def work(tx: Connection) -> None:
        migration.lock(tx)
        steps.begin()
        if inspect(tx).get_table_names():
            steps.take(sum(rows.values()))
            _check_done(source, tx, steps)
            return
        migration.upgrade(tx)
        copy_rows(source, tx, steps)
        verify_rows(source, tx, steps)

    await target.rebuild(work)
    return rows


def _check_done(source: Connection, target: Connection, steps: "_Steps") -> None:
    """Check that a database which has tables is what an earlier run made of this file."""
    try:
        if migration.find_schema(target).state is migration.SchemaState.CURRENT:
            verify_rows(source, target, steps)
            return
    except DifferenceError:
        pass
    raise TargetError(_HAS_TABLES)


def count_rows(tx: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def copy_rows(source: Connection, target: Connection, steps: "_Steps") -> None:
    """Write every row, in the order of keys: that of arrival does not come along."""
    for table in metadata.sorted_tables:
        for batch in _batches(source, table):
            target.execute(insert(table), [dict(row._mapping) for row in batch])  # noqa: SLF001 (SQLAlchemy's public name)
            steps.take(len(batch))


def verify_rows(source: Connection, target: Connection, steps: "_Steps") -> None:
    """Read both databases and compare every value of every row.

    Raises:
        DifferenceError: A row is missing, different or too many.
    """
    if count_rows(source) != count_rows(target):
        raise DifferenceError("The new database has another number of rows; nothing was kept.")
    for table in metadata.sorted_tables:
        for batch in _batches(source, table):
            if set(_same_rows(target, table, batch)) != set(map(tuple, batch)):
                raise DifferenceError(
                    f"A row of {table.name} came out different; nothing was kept."
                )
            steps.take(len(batch))


def _batches(source: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    ordered = select(table).order_by(*table.primary_key)
    return source.execution_options(yield_per=_BATCH).execute(ordered).partitions()


def _same_rows(
    target: Connection, table: Table, batch: Sequence[Row[Any]]
) -> Iterator[tuple[Any, ...]]:
    """Read the rows with the keys of others; each database sorts texts in its own way."""
    names = POSTGRESQL_KEYS.get(table.name)
    key = tuple(table.c[name] for name in names) if names else tuple(table.primary_key)
    wanted = [tuple(row._mapping[column] for column in key) for row in batch]  # noqa: SLF001 (SQLAlchemy's public name)
    found = target.execute(select(table).where(tuple_(*key).in_(wanted)))
    return (tuple(row) for row in found)


class _Steps:
    """How far it is; from the start again if a lost connection makes it begin anew."""

    def __init__(self, every: int, tell: Tell) -> None:
        self._every = every
        self._tell = tell
        self._done = 0

    def begin(self) -> None:
        self._done = 0
        self._tell(0, self._every)

    def take(self, count: int) -> None:
        self._done += count
        self._tell(self._done, self._every)

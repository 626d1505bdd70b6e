"""Copies every table from a SQLite file to PostgreSQL, and compares both row by row.

The copy is one transaction in each database. Nobody writes to the old database meanwhile, and the
new database gets all rows or none. The copy takes every table that the code knows.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, func, insert, inspect, select, tuple_

from meldpunt.server.store.database import migration
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.tables import POSTGRESQL_KEYS, metadata

_BATCH: Final = 500
"""How many rows memory holds: at most 4 MiB of bodies."""

_HAS_TABLES: Final = (
    "The new database has tables already, and not just the rows of this file: make an empty one."
    " If this host runs on it already, the move is done."
)

Tell = Callable[[int, int], None]
"""Gets how many steps are done, and how many there are: each row is written and compared."""


class TargetError(Exception):
    """The new database cannot take the rows; the message says why."""


class DifferenceError(Exception):
    """The written rows differ from the read rows. Nothing is kept; the message names the table."""


async def relocate(source: Connection, target: Store, tell: Tell) -> dict[str, int]:
    """Make this release's tables in an empty database, and fill them; returns rows by table.

    If the database already holds exactly these rows, this changes nothing: the answer to an earlier
    commit was lost.

    Args:
        source: The old database. Nobody else may change it until this returns.
        target: The new database.
        tell: Gets the progress.

    Raises:
        TargetError: The database already has tables, with other rows.
        DifferenceError: The new database gives other rows than the old one.
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
    """Check that a database with tables holds what an earlier run copied from this file."""
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
    """Write every row in the order of keys, so that the order of arrival is not copied."""
    for table in metadata.sorted_tables:
        for batch in _batches(source, table):
            target.execute(insert(table), [dict(row._mapping) for row in batch])  # noqa: SLF001 (SQLAlchemy's public name)
            steps.take(len(batch))


def verify_rows(source: Connection, target: Connection, steps: "_Steps") -> None:
    """Read both databases and compare every value of every row.

    Raises:
        DifferenceError: A row is missing, differs, or is extra.
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
    """Read the rows with the same keys as a batch: the two databases may sort texts differently."""
    names = POSTGRESQL_KEYS.get(table.name)
    key = tuple(table.c[name] for name in names) if names else tuple(table.primary_key)
    wanted = [tuple(row._mapping[column] for column in key) for row in batch]  # noqa: SLF001 (SQLAlchemy's public name)
    found = target.execute(select(table).where(tuple_(*key).in_(wanted)))
    return (tuple(row) for row in found)


class _Steps:
    """Counts the progress. It starts again at 0 if a lost connection makes the copy start again."""

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

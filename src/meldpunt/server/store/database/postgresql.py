"""PostgreSQL over asyncpg: the same store functions, for hosts with several processes."""

import logging
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from meldpunt.server.errors import BusyError
from meldpunt.server.store.database.engine import Result, Store, Work
from meldpunt.server.store.tables import metadata

_POOL_SIZE: Final = 8
_POOL_WAIT_SECONDS: Final = 10
_ATTEMPTS: Final = 3
_LOST_RACES: Final = frozenset({"23505", "40001", "40P01"})
"""PostgreSQL's unique_violation, serialization_failure and deadlock_detected (its appendix A)."""
_PASSING: Final = frozenset({"40001", "40P01", "53300", "57P03"})
"""The two of those that may go well a moment later; too_many_connections, cannot_connect_now."""

_TIDYING: Final = 0x74696479
"""Of PostgreSQL's advisory locks, that of whoever rewrites the tables."""
_TRY_TIDYING: Final = select(func.pg_try_advisory_lock(_TIDYING))
_END_TIDYING: Final = select(func.pg_advisory_unlock(_TIDYING))

_log = logging.getLogger("meldpunt")


class PostgresStore(Store):
    """PostgreSQL over asyncpg, for hosts with several processes."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            hide_parameters=True,
            pool_size=_POOL_SIZE,
            max_overflow=0,
            pool_timeout=_POOL_WAIT_SECONDS,
        )
        # No extra round trip: the driver says it as it begins.
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._lone_statements = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def read(self, work: Work[Result]) -> Result:
        """Run on a connection of the pool.

        Raises:
            BusyError: The database does not answer, or has no connection to spare.
        """
        return await self._run(self._snapshots, work)

    async def look_up(self, work: Work[Result]) -> Result:
        """Run outside a transaction: beginning and ending one are ways to the server and back.

        Raises:
            BusyError: The database does not answer, or has no connection to spare.
        """
        return await self._run(self._lone_statements, work)

    async def write(self, work: Work[Result]) -> Result:
        """Run on a connection of the pool, and again if somebody else was first.

        The same bytes sent twice at once must both succeed: the second look finds the first.

        Raises:
            BusyError: The database does not answer, or has no connection to spare.
        """
        return await self._run(self._engine, work)

    async def _run(
        self, engine: AsyncEngine, work: Work[Result], attempts: int = _ATTEMPTS
    ) -> Result:
        """Run work, again if it lost a race or its connection: any work here may be repeated."""
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        except (PoolTimeoutError, OSError) as error:
            raise _busy(error) from None
        except DBAPIError as error:
            again = error.connection_invalidated or _state(error) in _LOST_RACES
            if not again or attempts == 1:
                if error.connection_invalidated or _state(error) in _PASSING:
                    raise _busy(error) from None
                raise
        return await self._run(engine, work, attempts - 1)

    async def tidy(self, *, if_small: bool = False) -> None:
        """Rewrite each table in key order; its log and `xmin` still tell the order of arrival.

        docs/operations/storage.md says what an operator does about those.
        """
        if if_small:  # the server's own files tell the order in any case
            return
        async with self._engine.connect() as connection:
            outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
            if not (await outside.execute(_TRY_TIDYING)).scalar_one():
                return  # another process is at it
            try:
                for table in metadata.tables:
                    await outside.exec_driver_sql(f"CLUSTER {table} USING pk_{table}")
            finally:
                await outside.execute(_END_TIDYING)

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()


def _state(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _busy(error: Exception) -> BusyError:
    """Return what a client is told, and tell the operator what lies behind it."""
    _log.warning("the database has no time: %s", type(error).__name__)
    return BusyError()

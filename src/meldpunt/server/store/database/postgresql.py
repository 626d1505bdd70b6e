"""PostgreSQL over asyncpg: the same store functions, for hosts with several processes."""

import logging
from typing import Final

from sqlalchemy import event, func, select
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from meldpunt.server.errors import BusyError
from meldpunt.server.store.database.engine import Result, Store, Work
from meldpunt.server.store.tables import metadata

_POOL_SIZE: Final = 8
_POOL_WAIT_SECONDS: Final = 10
_CONNECT_SECONDS: Final = 10
_STATEMENT_SECONDS: Final = 10.0
"""How long one statement of a host may take: they take milliseconds. Then its connection goes."""
_ABANDONED_SECONDS: Final = 30
"""After this the server ends a session that holds locks and says nothing: its host is gone."""
_REBUILD_SECONDS: Final = 6 * 3600.0
"""How long one statement on a whole table may take."""
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
        self._engine = _engine(url, _STATEMENT_SECONDS, pool_size=_POOL_SIZE, patient=False)
        self._rebuilding = _engine(url, _REBUILD_SECONDS, pool_size=1, patient=True)
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

    async def rebuild(self, work: Work[Result]) -> Result:
        """As `write`, on a connection of its own, with hours for each statement.

        Raises:
            BusyError: The database does not answer, or has no connection to spare.
        """
        return await self._run(self._rebuilding, work)

    async def _run(
        self, engine: AsyncEngine, work: Work[Result], attempts: int = _ATTEMPTS
    ) -> Result:
        """Run work, again if it lost a race or its connection: any work here may be repeated.

        A connection that falls silent is lost too, and all others of the pool go with it: new ones
        may well work.
        """
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        except TimeoutError as error:
            if attempts == 1:
                raise _busy(error) from None
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
        try:
            async with self._rebuilding.connect() as connection:
                await _rewrite(await connection.execution_options(isolation_level="AUTOCOMMIT"))
        except (PoolTimeoutError, OSError) as error:
            raise _busy(error) from None
        except DBAPIError as error:
            if error.connection_invalidated or _state(error) in _PASSING:
                raise _busy(error) from None
            raise

    async def close(self) -> None:
        """Close the pools."""
        await self._engine.dispose()
        await self._rebuilding.dispose()


def _engine(url: URL, statement_seconds: float, *, pool_size: int, patient: bool) -> AsyncEngine:
    """Return an engine whose connections are thrown away when they fall silent.

    Args:
        url: The database.
        statement_seconds: How long each statement may take.
        pool_size: Connections at most.
        patient: Its transactions may pause for longer than a request's.
    """
    abandoned = 0 if patient else _ABANDONED_SECONDS
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_SECONDS,
        connect_args={
            "timeout": _CONNECT_SECONDS,
            "command_timeout": statement_seconds,
            "server_settings": {"idle_in_transaction_session_timeout": f"{abandoned}s"},
        },
    )
    event.listen(engine.sync_engine, "handle_error", _give_up_silent)
    return engine


def _give_up_silent(context: ExceptionContext) -> None:
    """Take a timeout for the end of every connection of the pool: they share a way to the server.

    Without this each of them would be waited for in its turn.
    """
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = True


async def _rewrite(outside: AsyncConnection) -> None:
    """Rewrite every table, outside a transaction, unless another process is at it."""
    if not (await outside.execute(_TRY_TIDYING)).scalar_one():
        return
    try:
        for table in metadata.tables:
            await outside.exec_driver_sql(f"CLUSTER {table} USING pk_{table}")
    finally:
        if not outside.invalidated:  # else the lock went with the session
            await outside.execute(_END_TIDYING)


def _state(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _busy(error: Exception) -> BusyError:
    """Return what a client is told, and tell the operator what lies behind it."""
    _log.warning("the database has no time: %s", type(error).__name__)
    return BusyError()

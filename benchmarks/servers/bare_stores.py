"""Databases of the bare application: only the driver, as durable as the host."""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Final

import asyncpg
from sqlalchemy import make_url

from benchmarks.servers import statements
from benchmarks.servers.statements import (
    COUNT_MESSAGE,
    COUNT_READABLE,
    POSTGRESQL,
    SQLITE,
    TABLES,
    Statement,
)

Rows = list[list[tuple[Any, ...]]]
"""The rows of one message, for each of `TABLES`. A reply's first holds row id and key."""
Look = Callable[[list[bytes]], object]
"""What the application does with the headers that a report holds."""
PAGE: Final = 21
"""How many entries the host reads for the first page of an inbox: one more than it shows."""
_POOL_SIZE: Final = 8
_MOST_MESSAGES: Final = 1000
_HEADER: Final = 5
"""The place of the header among the columns of a message."""


class BareStore(ABC):
    """The database of the bare application."""

    @abstractmethod
    async def poll(self, key: bytes) -> bool:
        """Look for a report by the key of its reporter; says whether it is there."""

    @abstractmethod
    async def page(self, handler: bytes) -> int:
        """Read the first page of an inbox; returns how many entries it has."""

    @abstractmethod
    async def insert(self, group: list[Rows]) -> list[None]:
        """Store new reports in one transaction."""

    @abstractmethod
    async def reply(self, group: list[Rows]) -> list[None]:
        """Look at what each report holds, and store its next message, all in one transaction."""


def open_store(url: str, look: Look) -> BareStore:
    """Open the database that a host's URL names."""
    return SqliteBare(_path(url), look) if url.startswith("sqlite") else PostgresBare(url, look)


async def read_rows(url: str) -> list[list[tuple[Any, ...]]]:
    """Return all rows of each of `TABLES`, in the form that the bare application reads."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(_path(url))) as connection:
            queries = [statements.all_rows(table, SQLITE) for table in TABLES]
            return [connection.execute(query).fetchall() for query in queries]
    driver = await asyncpg.connect(_address(url))
    await _days_as_text(driver)
    found = [await driver.fetch(statements.all_rows(table, POSTGRESQL)) for table in TABLES]
    await driver.close()
    return [[tuple(row) for row in rows] for rows in found]


def _path(url: str) -> str:
    return make_url(url).database or ""


def _address(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def connect_as_host(connection: sqlite3.Connection) -> None:
    """Make a connection as durable as the host's."""
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "busy_timeout=30000",
    ):
        connection.execute(f"PRAGMA {pragma}")


class SqliteBare(BareStore):
    """Reads in the event loop's thread and writes in one other thread, like the host."""

    def __init__(self, path: str, look: Look) -> None:
        self._look = look
        self._reader, self._writer = _connect(path), _connect(path)
        self._thread = ThreadPoolExecutor(1)
        self._poll = statements.poll(SQLITE)
        self._page = statements.inbox_page(SQLITE)
        self._report, self._log = statements.report(SQLITE), statements.log(SQLITE)
        self._inserts = [statements.insert_row(table, SQLITE) for table in TABLES]

    async def poll(self, key: bytes) -> bool:
        """Look for a report by the key of its reporter; says whether it is there."""
        values = self._poll.values(key=key)
        return self._reader.execute(self._poll.text, values).fetchone() is not None

    async def page(self, handler: bytes) -> int:
        """Read the first page of an inbox; returns how many entries it has."""
        values = self._page.values(handler=handler, after=b"", limit=PAGE)
        return len(self._reader.execute(self._page.text, values).fetchall())

    async def insert(self, group: list[Rows]) -> list[None]:
        """Store new reports in one transaction."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._insert, group)
        return [None] * len(group)

    def _insert(self, group: list[Rows]) -> None:
        self._writer.execute("BEGIN IMMEDIATE")
        for place, insert in enumerate(self._inserts):
            self._writer.executemany(insert, [row for rows in group for row in rows[place]])
        self._writer.execute("COMMIT")

    async def reply(self, group: list[Rows]) -> list[None]:
        """Look at what each report holds, and store its next message, all in one transaction."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._reply, group)
        return [None] * len(group)

    def _reply(self, group: list[Rows]) -> None:
        found = [rows[0][0] for rows in group]
        reports = [(report,) for report, _ in found]
        self._writer.execute("BEGIN IMMEDIATE")
        for report, key in found:
            assert self._fetch(self._report, key=key)
            held = self._fetch(self._log, report=report, after=0, limit=_MOST_MESSAGES)
            self._look([row[_HEADER] for row in held])
        for place, insert in list(enumerate(self._inserts))[1:-1]:
            self._writer.executemany(insert, [row for rows in group for row in rows[place]])
        self._writer.executemany(COUNT_MESSAGE.format("?"), reports)
        self._writer.executemany(COUNT_READABLE.format("?"), reports)
        self._writer.execute("COMMIT")

    def _fetch(self, statement: Statement, **given: object) -> list[Any]:
        return self._writer.execute(statement.text, statement.values(**given)).fetchall()


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connect_as_host(connection)
    return connection


class PostgresBare(BareStore):
    """Uses as many connections as the host's pool."""

    def __init__(self, url: str, look: Look) -> None:
        self._look = look
        self._address = _address(url)
        self._made: asyncpg.Pool[Any] | None = None
        self._opening = asyncio.Lock()
        self._poll = statements.poll(POSTGRESQL)
        self._page = statements.inbox_page(POSTGRESQL)
        self._report, self._log = statements.report(POSTGRESQL), statements.log(POSTGRESQL)
        self._inserts = [statements.insert_row(table, POSTGRESQL) for table in TABLES]

    async def _pool(self) -> "asyncpg.Pool[Any]":
        async with self._opening:
            if self._made is None:
                sizes = {"min_size": _POOL_SIZE, "max_size": _POOL_SIZE}
                self._made = await asyncpg.create_pool(self._address, init=_days_as_text, **sizes)
        return self._made

    async def poll(self, key: bytes) -> bool:
        """Look for a report by the key of its reporter; says whether it is there."""
        pool = await self._pool()
        return await pool.fetchrow(self._poll.text, *self._poll.values(key=key)) is not None

    async def page(self, handler: bytes) -> int:
        """Read the first page of an inbox; returns how many entries it has."""
        pool = await self._pool()
        values = self._page.values(handler=handler, after=b"", limit=PAGE)
        return len(await pool.fetch(self._page.text, *values))

    async def insert(self, group: list[Rows]) -> list[None]:
        """Store new reports in one transaction."""
        pool = await self._pool()
        async with pool.acquire() as connection, connection.transaction():
            for place, insert in enumerate(self._inserts):
                rows = [row for rows in group for row in rows[place]]
                await connection.executemany(insert, rows)
        return [None] * len(group)

    async def reply(self, group: list[Rows]) -> list[None]:
        """Look at what each report holds, and store its next message, all in one transaction."""
        pool = await self._pool()
        found = [rows[0][0] for rows in group]
        reports = [(report,) for report, _ in found]
        async with pool.acquire() as connection, connection.transaction():
            for report, key in found:
                assert await connection.fetch(self._report.text, *self._report.values(key=key))
                given = self._log.values(report=report, after=0, limit=_MOST_MESSAGES)
                held = await connection.fetch(self._log.text, *given)
                self._look([row[_HEADER] for row in held])
            for place, insert in list(enumerate(self._inserts))[1:-1]:
                rows = [row for rows in group for row in rows[place]]
                await connection.executemany(insert, rows)
            await connection.executemany(COUNT_MESSAGE.format("$1"), reports)
            await connection.executemany(COUNT_READABLE.format("$1"), reports)
        return [None] * len(group)


async def _days_as_text(connection: Any) -> None:  # noqa: ANN401 (asyncpg's own type)
    """Read and write days as text, because the rows in requests have no types."""
    await connection.set_type_codec("date", schema="pg_catalog", encoder=str, decoder=str)

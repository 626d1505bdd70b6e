"""What a database shows to those who can read its files."""

import os
import stat
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from meldpunt.server.store.database import postgresql
from meldpunt.server.store.database.migration import migrate
from meldpunt.server.store.database.postgresql import PostgresStore
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.database.url import open_store
from tests.support.databases import POSTGRESQL
from tests.support.hosts import TestHost, new_host

REPORTS = 40


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_the_database_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = open_store(f"sqlite:///{tmp_path / 'host.db'}")
        await migrate(store)
        modes = _modes(tmp_path)
        await store.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("host.db", "host.db-shm", "host.db-wal"), 0o600)


PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: each commit is synced before it is acknowledged
    "secure_delete": 1,
    "foreign_keys": 1,
    "temp_store": 2,  # in memory
    "page_size": 16384,
    "busy_timeout": 30_000,
}


async def test_both_connections_keep_every_setting_that_safety_needs(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'host.db'}")
    await migrate(store)

    def settings(tx: Transaction) -> dict[str, object]:
        return {name: tx.execute(text(f"PRAGMA {name}")).scalar_one() for name in PRAGMAS}

    assert await store.read(settings) == PRAGMAS
    assert await store.write(settings) == PRAGMAS
    await store.tidy()  # it rewrites the file
    assert await store.read(settings) == PRAGMAS
    assert await store.write(settings) == PRAGMAS
    await store.close()


async def test_a_commit_that_fails_keeps_nobody_from_writing_after_it(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'host.db'}")
    count = text("SELECT count(*) FROM b")

    def make_tables(tx: Transaction) -> None:
        tx.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY)"))
        tx.execute(text("CREATE TABLE b (a REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)"))

    def point_at_nothing(tx: Transaction) -> None:
        tx.execute(text("INSERT INTO b VALUES (1)"))

    await store.write(make_tables)
    with pytest.raises(IntegrityError):
        await store.write(point_at_nothing)
    assert await store.write(lambda tx: tx.execute(count).scalar_one()) == 0
    with pytest.raises(IntegrityError):
        await store.read(point_at_nothing)
    assert await store.read(lambda tx: tx.execute(count).scalar_one()) == 0
    await store.close()


async def test_tidying_puts_every_row_in_the_order_of_its_key(host: TestHost) -> None:
    for _ in range(REPORTS):
        await host.correspondence().submit()
    await host.host.store.tidy()

    def keys(tx: Transaction) -> list[int]:
        place = "ctid" if tx.dialect.name == "postgresql" else "rowid"
        return list(tx.execute(text(f"SELECT id FROM reports ORDER BY {place}")).scalars())  # noqa: S608 (our own values)

    found = await host.host.store.read(keys)
    assert len(found) == REPORTS
    assert all(first < second for first, second in pairwise(found))


async def test_on_postgresql_one_process_rewrites_and_the_others_leave_it_at_that() -> None:
    async with new_host(POSTGRESQL) as host:
        store = host.host.store
        assert isinstance(store, PostgresStore)
        await host.report()
        place = text("SELECT pg_relation_filenode('reports')")  # another one after a rewriting

        def file(tx: Transaction) -> int:
            found: int = tx.execute(place).scalar_one()
            return found

        before = await store.read(file)
        async with store._engine.connect() as other:
            await other.execute(postgresql._TRY_TIDYING)
            await store.tidy()
            assert await store.read(file) == before
            await other.execute(postgresql._END_TIDYING)
        await store.tidy()
        assert await store.read(file) != before
        await store.tidy()  # the lock was let go

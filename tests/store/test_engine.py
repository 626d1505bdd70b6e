"""What a database shows to those who can read its files."""

import os
import stat
from itertools import pairwise
from pathlib import Path

from sqlalchemy import text

from meldpunt.server.store.migration import migrate
from meldpunt.server.store.opening import open_store
from meldpunt.server.store.transaction import Transaction
from tests.support.hosts import TestHost

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


async def test_tidying_puts_every_row_in_the_order_of_its_key(host: TestHost) -> None:
    for _ in range(REPORTS):
        await host.correspondence().submit()
    await host.host.store.tidy()

    def keys(tx: Transaction) -> list[int]:
        place = "ctid" if tx.dialect.name == "postgresql" else "rowid"
        return list(tx.execute(text(f"SELECT id FROM reports ORDER BY {place}")).scalars())  # noqa: S608

    found = await host.host.store.read(keys)
    assert len(found) == REPORTS
    assert all(first < second for first, second in pairwise(found))

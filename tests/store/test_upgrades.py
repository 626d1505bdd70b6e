"""A database of any earlier release comes up to this one with everything in it.

Goes over every migration there is: each starts from rows that were frozen at that revision, or at
the last one before it that has a file (tests/support/frozen.py).
"""

from collections import defaultdict
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from meldpunt.server.store.database import migration
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.database.url import open_store
from meldpunt.server.store.last_day import find_last_day
from meldpunt.server.store.messages import list_bodies, list_messages, list_wraps
from meldpunt.server.store.tables import box_keys, reports
from tests.support.frozen import FOLDER, Rows, read_all, thaw, write_all
from tests.support.schema import differences, expected_keys, keys

REVISIONS = migration.list_revisions()


def frozen_before(revision: str) -> Path:
    """Return the newest frozen rows that are not newer than a revision."""
    return max(path for path in FOLDER.glob("*.json") if path.stem <= revision)


async def at(store: Store, revision: str) -> Rows:
    """Bring an empty database to a revision, with rows in it; returns them."""
    frozen = frozen_before(revision)
    await migration.migrate(store, frozen.stem)
    await store.write(lambda tx: write_all(tx, thaw(frozen.read_text(), tx)))
    await migration.migrate(store, revision)
    return await store.read(read_all)


def kept(rows: Rows, like: Rows) -> Rows:
    """Return rows with the columns that others have, in an order of their own."""
    names = {table: set(found[0]) if found else set() for table, found in like.items()}
    return {
        table: sorted(
            ({name: row[name] for name in sorted(names[table] & set(row))} for row in found),
            key=repr,
        )
        for table, found in rows.items()
        if table in like
    }


def bodies_of(rows: Rows) -> dict[bytes, bytes]:
    """Return what frozen rows hold of each message that has a body."""
    parts = defaultdict(list)
    for row in sorted(rows["body_parts"], key=lambda row: row["part"]):
        parts[row["message"]].append(row["data"])
    return {row["message_id"]: b"".join(parts[row["id"]]) for row in rows["messages"]}


def read_with_the_code(tx: Transaction) -> tuple[dict[bytes, bytes], int]:
    """Return every body by message, and how many wraps to handlers there are."""
    bodies: dict[bytes, bytes] = {}
    wraps = 0
    published = list(tx.execute(select(box_keys.c.key_id)).scalars())
    for report in tx.execute(select(reports.c.id)).scalars().all():
        found = list_messages(tx, report, after=0, limit=100)
        there = list_bodies(tx, report, found)
        bodies |= {bytes(row.message_id): there.get(row.id, b"") for row in found}
        wraps += sum(len(some) for some in list_wraps(tx, report, found, published).values())
    return bodies, wraps


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_database_of_any_revision_comes_up_with_everything(
    nothing: str, revision: str
) -> None:
    store = open_store(nothing)
    before = await at(store, revision)
    assert await migration.migrate(store) == len(REVISIONS) - 1 - REVISIONS.index(revision)
    after = await store.read(read_all)
    assert kept(after, before) == kept(before, after)
    assert await store.read(differences) == []
    assert await store.read(keys) == await store.read(expected_keys)
    bodies, wraps = await store.read(read_with_the_code)
    assert bodies == bodies_of(before)
    of_handlers = {row["key_id"] for row in before["box_keys"]}
    assert wraps == sum(row["key_id"] in of_handlers for row in before["wraps"]) > 0
    await store.close()


@pytest.mark.parametrize("frozen", [path.stem for path in FOLDER.glob("*.json")])
async def test_frozen_rows_fill_every_table_of_their_revision(nothing: str, frozen: str) -> None:
    """Else a migration could lose a table that nobody looks at."""
    store = open_store(nothing)
    assert [table for table, found in (await at(store, frozen)).items() if not found] == []
    await store.close()


def test_the_first_revision_has_frozen_rows() -> None:
    assert frozen_before(REVISIONS[0]).stem == REVISIONS[0]


async def test_the_last_day_is_the_newest_day_of_an_older_database(nothing: str) -> None:
    """Else the first start after an upgrade would believe any clock."""
    store = open_store(nothing)
    before = await at(store, "0007")
    await migration.migrate(store)
    newest = max(row["received_on"] for table in ("reports", "messages") for row in before[table])
    assert await store.read(find_last_day) == newest
    await store.close()


async def test_bulletins_tell_the_last_day_too(nothing: str) -> None:
    store = open_store(nothing)
    await at(store, "0007")
    files = {"2030-01-02": date(2030, 1, 2), "2030-01": None, "2030": None}
    for position, name in enumerate(files):
        row = {"name": name, "position": position, "count": 0, "hash": bytes(32)}
        await store.write(partial(write_all, rows={"bulletins": [row]}))
    await migration.migrate(store)
    assert await store.read(find_last_day) == files["2030-01-02"]
    await store.close()


async def test_a_database_without_a_report_has_no_last_day(nothing: str) -> None:
    store = open_store(nothing)
    await migration.migrate(store)
    assert await store.read(find_last_day) is None
    await store.close()

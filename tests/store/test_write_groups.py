"""Writes on SQLite share a COMMIT: everybody gets an answer of their own, after it."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import String, literal_column, select, text
from sqlalchemy.exc import IntegrityError

from meldpunt.server.errors import BusyError, DatabaseFullError, StoredValueError
from meldpunt.server.store.database.sqlite import SqliteStore, driver_connection
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.database.url import open_store
from meldpunt.server.store.database.write_groups import MAX_GROUP
from meldpunt.server.store.lookup import Lookup

_TABLES = (
    "CREATE TABLE kept (number INTEGER PRIMARY KEY, data BLOB)",
    "CREATE TABLE pointing (kept REFERENCES kept (number) DEFERRABLE INITIALLY DEFERRED)",
)
NOWHERE = -1


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    found = open_store(f"sqlite:///{tmp_path / 'host.db'}")
    assert isinstance(found, SqliteStore)
    for table in _TABLES:
        await found.write(keeping_statement(table))
    yield found
    await found.close()


def keeping_statement(statement: str) -> Callable[[Transaction], None]:
    def work(tx: Transaction) -> None:
        tx.execute(text(statement))

    return work


def keeping(number: int, *, size: int = 1) -> Callable[[Transaction], int]:
    """Return work that stores a row, and gives its number."""

    def work(tx: Transaction) -> int:
        values = {"number": number, "data": bytes(size)}
        tx.execute(text("INSERT INTO kept VALUES (:number, :data)"), values)
        return number

    return work


def refusing(number: int, error: Exception) -> Callable[[Transaction], int]:
    """Return work that stores a row, and then refuses."""

    def work(tx: Transaction) -> int:
        keeping(number)(tx)
        raise error

    return work


def pointing_nowhere(tx: Transaction) -> int:
    """Store what only the COMMIT finds to be bad."""
    tx.execute(text("INSERT INTO pointing VALUES (:kept)"), {"kept": NOWHERE})
    return NOWHERE


async def kept(store: SqliteStore) -> list[int]:
    found = await store.read(
        lambda tx: tx.execute(text("SELECT number FROM kept ORDER BY number")).scalars().all()
    )
    return list(found)


@contextmanager
def traced(store: SqliteStore, see: Callable[[str], None]) -> Iterator[None]:
    driver = driver_connection(store._written)
    driver.set_trace_callback(see)
    yield
    driver.set_trace_callback(None)


class Group:
    """Writes that go into one group, because the writer is busy until all of them wait."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self._is_busy, self._go_on = threading.Event(), threading.Event()
        self._first = asyncio.create_task(store.write(self._keep_busy))
        self.tasks: list[asyncio.Task[int]] = []

    def _keep_busy(self, _: Transaction) -> None:
        self._is_busy.set()
        self._go_on.wait()

    async def add(self, *works: Callable[[Transaction], int]) -> None:
        await asyncio.sleep(0)  # the first write goes to the thread
        await asyncio.to_thread(self._is_busy.wait)
        self.tasks += [asyncio.create_task(self._store.write(work)) for work in works]
        await asyncio.sleep(0)

    async def found(self) -> list[int | BaseException]:
        """Let the writer go on; returns every answer, or the error, in order."""
        self._go_on.set()
        await self._first
        return await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_all_that_waits_is_committed_at_once(store: SqliteStore) -> None:
    seen: list[str] = []
    with traced(store, seen.append):
        group = Group(store)
        await group.add(*map(keeping, range(20)))
        assert await group.found() == list(range(20))
    assert await kept(store) == list(range(20))
    assert seen.count("COMMIT") == 2  # the one that kept the writer busy, and the group


@pytest.mark.parametrize("error", [LookupError(), BusyError()], ids=["any", "busy"])
async def test_work_that_refuses_is_undone_alone(store: SqliteStore, error: Exception) -> None:
    group = Group(store)
    await group.add(keeping(1), refusing(2, error), keeping(3), keeping(3), keeping(4))
    found = await group.found()
    assert found.pop(1) is error
    assert isinstance(found.pop(2), IntegrityError)  # the second of the same number
    assert found == [1, 3, 4]
    assert await kept(store) == [1, 3, 4]


@pytest.mark.parametrize("place", range(5))
async def test_work_that_only_the_commit_finds_bad_fails_alone(
    store: SqliteStore, place: int
) -> None:
    works: list[Callable[[Transaction], int]] = [keeping(number) for number in range(4)]
    works.insert(place, pointing_nowhere)
    group = Group(store)
    await group.add(*works)
    found = await group.found()
    assert isinstance(found.pop(place), IntegrityError)
    assert found == await kept(store) == [0, 1, 2, 3]


async def test_a_refusal_is_found_anew_when_what_it_rested_on_was_undone(
    store: SqliteStore,
) -> None:
    """The first write of a number fails at the COMMIT: so the second one is the first."""

    def both(tx: Transaction) -> int:
        pointing_nowhere(tx)
        return keeping(1)(tx)

    group = Group(store)
    await group.add(both, keeping(1))
    bad, good = await group.found()
    assert isinstance(bad, IntegrityError)
    assert good == 1
    assert await kept(store) == [1]


async def test_a_text_that_cannot_be_read_fails_alone_and_is_not_quoted(
    store: SqliteStore, log: pytest.LogCaptureFixture
) -> None:
    look_up = Lookup(select(literal_column("CAST(x'fffe5345435245' AS TEXT)", String).label("it")))
    group = Group(store)
    await group.add(keeping(1), lambda tx: len(look_up.rows(tx)), keeping(3))
    first, bad, last = await group.found()
    assert (first, last) == (1, 3)
    assert isinstance(bad, StoredValueError)
    assert "SECRE" not in log.text + repr(bad)


async def test_nobody_gets_an_answer_before_the_commit(store: SqliteStore) -> None:
    group = Group(store)
    await group.add(keeping(1), refusing(2, LookupError()), keeping(3))
    done: list[list[bool]] = []

    def see(statement: str) -> None:
        if statement == "COMMIT":
            done.append([task.done() for task in group.tasks])

    with traced(store, see):
        await group.found()
    assert done[-1] == [False] * 3
    assert all(task.done() for task in group.tasks)


@pytest.mark.parametrize("place", range(3))
async def test_who_stops_waiting_breaks_no_group(store: SqliteStore, place: int) -> None:
    group = Group(store)
    await group.add(*map(keeping, range(3)))
    group.tasks[place].cancel()
    found = await group.found()
    assert isinstance(found.pop(place), asyncio.CancelledError)
    assert found == [number for number in range(3) if number != place]
    assert await kept(store) == [0, 1, 2]  # what was sent is stored


async def test_who_stops_while_the_group_commits_takes_no_answer_away(store: SqliteStore) -> None:
    group = Group(store)
    await group.add(*map(keeping, range(3)))
    loop, reached = asyncio.get_running_loop(), threading.Event()

    def cancel() -> None:
        group.tasks[1].cancel()
        reached.set()

    def see(statement: str) -> None:
        if statement == "COMMIT" and not reached.is_set():
            loop.call_soon_threadsafe(cancel)
            reached.wait()

    with traced(store, see):
        found = await group.found()
    assert isinstance(found.pop(1), asyncio.CancelledError)
    assert found == [0, 2]
    assert await kept(store) == [0, 1, 2]


async def test_a_full_disk_is_told_to_the_whole_group_and_passes(store: SqliteStore) -> None:
    driver = driver_connection(store._written)
    (pages,) = driver.execute("PRAGMA page_count").fetchone()
    driver.execute(f"PRAGMA max_page_count = {pages}")
    group = Group(store)
    await group.add(keeping(1), keeping(2, size=100_000), keeping(3))
    found = await group.found()
    assert [type(error) for error in found] == [DatabaseFullError] * 3
    assert await kept(store) == []
    driver.execute("PRAGMA max_page_count = 1000000")
    group = Group(store)
    await group.add(keeping(1), keeping(2, size=100_000), keeping(3))
    assert await group.found() == await kept(store) == [1, 2, 3]


async def test_a_transaction_that_sqlite_has_undone_is_tried_again_for_each(
    store: SqliteStore,
) -> None:
    """SQLite undoes all of a transaction for some errors; then no savepoint is left."""

    def undo(tx: Transaction) -> int:
        driver_connection(tx).execute("ROLLBACK")
        raise sqlite3.OperationalError

    group = Group(store)
    await group.add(keeping(1), undo, keeping(3))
    found = await group.found()
    assert isinstance(found.pop(1), sqlite3.OperationalError)
    assert found == await kept(store) == [1, 3]


async def test_more_than_a_group_is_written_in_order_and_other_work_comes_in_between(
    store: SqliteStore,
) -> None:
    numbers = list(range(2 * MAX_GROUP + 1))
    order: list[int] = []

    def noting(number: int) -> Callable[[Transaction], int]:
        def work(tx: Transaction) -> int:
            order.append(number)
            return keeping(number)(tx)

        return work

    group = Group(store)
    await group.add(*map(noting, numbers))
    tidied = asyncio.create_task(store.forget())
    tidied.add_done_callback(lambda _: order.append(NOWHERE))
    await asyncio.sleep(0)
    assert await group.found() == numbers
    await tidied
    assert [number for number in order if number != NOWHERE] == numbers
    assert await kept(store) == numbers


async def test_closing_writes_what_waits(store: SqliteStore) -> None:
    group = Group(store)
    await group.add(*map(keeping, range(MAX_GROUP + 1)))
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    assert await group.found() == list(range(MAX_GROUP + 1))
    await closing

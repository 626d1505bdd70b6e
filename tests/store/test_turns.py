"""On PostgreSQL requests wait for a turn: first come, first served, and nobody keeps one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
from sqlalchemy import text

from meldpunt.server.store.database import postgresql
from meldpunt.server.store.database.postgresql import PostgresStore
from meldpunt.server.store.database.transaction import Transaction
from tests.store.test_unavailable import submits_during
from tests.support.databases import POSTGRESQL
from tests.support.hosts import TestHost, new_host

WAITING = 6


@pytest.fixture
async def on_postgresql(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TestHost]:
    """Give a host with one connection."""
    monkeypatch.setattr(postgresql, "_POOL_SIZE", 1)
    async with new_host(POSTGRESQL) as host:
        yield host


@pytest.fixture
def store(on_postgresql: TestHost) -> PostgresStore:
    found = on_postgresql.host.store
    assert isinstance(found, PostgresStore)
    return found


class Holder:
    """A request that keeps its turn until the test lets it go."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self._has_begun = asyncio.Event()
        self.task = asyncio.create_task(store.read(self._work))

    def _work(self, tx: Transaction) -> None:
        self._has_begun.set()
        tx.execute(text("SELECT pg_advisory_xact_lock_shared(1)"))

    @staticmethod
    @asynccontextmanager
    async def holding(store: PostgresStore) -> AsyncIterator["Holder"]:
        """Start a request, and give it when it waits in the database; at the end it goes on."""
        other = PostgresStore(store._engine.url)
        async with other._engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
            holder = Holder(store)
            await holder._has_begun.wait()
            yield holder
        await other.close()


def nothing(_: Transaction) -> None:
    return


async def test_who_came_first_is_served_first_although_others_ask_again_at_once(
    store: PostgresStore,
) -> None:
    order: list[int] = []

    async def ask(number: int) -> None:
        await store.read(lambda _: order.append(number))
        await store.read(lambda _: order.append(number + WAITING))

    async with Holder.holding(store) as holder:
        asked = [asyncio.create_task(ask(number)) for number in range(WAITING)]
        await asyncio.sleep(0)
    await asyncio.gather(holder.task, *asked)
    assert order == list(range(2 * WAITING))


async def test_who_stops_waiting_leaves_the_turn_to_the_next(store: PostgresStore) -> None:
    async with Holder.holding(store) as holder:
        first, second = (asyncio.create_task(store.read(nothing)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
    await asyncio.gather(holder.task, second)
    assert first.cancelled()


async def test_who_stops_while_the_database_works_gives_the_turn_back(
    store: PostgresStore,
) -> None:
    async with Holder.holding(store) as holder:
        waiting = asyncio.create_task(store.read(nothing))
        holder.task.cancel()
        await waiting
    with pytest.raises(asyncio.CancelledError):
        await holder.task


@pytest.mark.parametrize("steps", [*range(12), 20, 40])
async def test_who_stops_at_any_moment_keeps_no_turn(store: PostgresStore, steps: int) -> None:
    """The turn has come and is not taken yet, or the request is somewhere on its way."""
    await store.read(nothing)  # connects
    await store._turns.acquire()
    asked = asyncio.create_task(store.write(nothing))
    await asyncio.sleep(0)
    store._turns.release()
    for _ in range(steps):
        await asyncio.sleep(0)
    asked.cancel()
    with suppress(asyncio.CancelledError):
        await asked
    await store.read(nothing)
    assert not store._turns.locked()


async def test_without_a_turn_in_time_clients_are_told_to_come_back(
    on_postgresql: TestHost, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await on_postgresql.correspondence().reporter.challenge()
    monkeypatch.setattr(postgresql, "_POOL_WAIT_SECONDS", 0.1)
    await store._turns.acquire()
    trouble = AsyncExitStack()
    trouble.callback(store._turns.release)
    await submits_during(on_postgresql, trouble)

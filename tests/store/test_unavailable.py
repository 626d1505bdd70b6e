"""A database that is away or busy: clients are told to come back, and the same bytes succeed."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from meldpunt.server import commands
from meldpunt.server.store.database import postgresql, sqlite
from meldpunt.server.store.database.postgresql import PostgresStore
from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_problem
from tests.support.databases import POSTGRESQL, SQLITE
from tests.support.hosts import ORIGIN, TestHost, make_settings, new_host, open_test_host
from tests.support.postgres import PostgresServer
from tests.support.publishing import publish


def assert_busy(answer: httpx.Response) -> None:
    assert_problem(answer, ProblemType.BUSY)
    assert int(answer.headers["retry-after"]) > 0


async def submits_during(host: TestHost, trouble: AsyncExitStack) -> None:
    """Send a report while there is trouble, and again after it."""
    talk = host.correspondence()
    put = talk.put()
    async with trouble:
        assert_busy(await talk.reporter.put("/v1/report", put))
    assert (await talk.reporter.put("/v1/report", put)).status_code == 201


async def test_a_pool_without_a_free_connection_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "_POOL_WAIT_SECONDS", 0.1)
    async with new_host(POSTGRESQL) as host:
        store = host.host.store
        assert isinstance(store, PostgresStore)
        talk = host.correspondence()
        await talk.reporter.challenge()
        trouble = AsyncExitStack()
        for _ in range(postgresql._POOL_SIZE):
            _ = await trouble.enter_async_context(store._engine.connect())
        await submits_during(host, trouble)


async def test_a_file_that_somebody_else_holds_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_MS", 100)
    async with new_host(SQLITE) as host:
        path = host.host.settings.database_url.get_secret_value().removeprefix("sqlite:///")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        trouble = AsyncExitStack()
        trouble.callback(other.close)
        await submits_during(host, trouble)


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[tuple[TestHost, PostgresServer]]:
    """Give a host on a PostgreSQL that a test may stop."""
    server = await asyncio.to_thread(PostgresServer.start, fast=True)
    database = await asyncio.to_thread(server.create)
    settings = make_settings(server.url(database), tmp_path / "secrets.json")
    await asyncio.to_thread(commands.migrate, settings)
    invite = await asyncio.to_thread(commands.create_invite, settings)
    async with open_test_host(settings, (invite,)) as host:
        await publish(host.http, ORIGIN, host.office, invite)
        yield host, server
    await asyncio.to_thread(server.stop)
    shutil.rmtree(server.folder, ignore_errors=True)


async def test_a_server_that_is_down_is_busy_until_it_is_back(
    own: tuple[TestHost, PostgresServer], log: pytest.LogCaptureFixture
) -> None:
    host, server = own
    trouble = AsyncExitStack()
    await asyncio.to_thread(server.pause)
    trouble.push_async_callback(asyncio.to_thread, server.resume)
    await submits_during(host, trouble)
    assert (await host.http.get("/v1/health")).status_code == 200
    assert {record.getMessage() for record in log.records if record.name == "meldpunt"} == {
        "the database has no time: FileNotFoundError"  # its socket
    }


async def test_nobody_notices_that_the_server_restarted(
    own: tuple[TestHost, PostgresServer],
) -> None:
    host, server = own
    talk = await host.report()
    await asyncio.to_thread(server.pause)
    await asyncio.to_thread(server.resume)
    assert (await talk.reporter_puts(talk.by_reporter())).status_code == 201
    await host.report()


async def test_health_is_busy_while_the_server_is_down(
    own: tuple[TestHost, PostgresServer],
) -> None:
    host, server = own
    await asyncio.to_thread(server.pause)
    assert_busy(await host.http.get("/v1/health"))

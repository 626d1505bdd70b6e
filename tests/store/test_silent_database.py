"""Connections to PostgreSQL that fall silent, or end while the operator's commands work."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from meldpunt.server import commands
from meldpunt.server.host import Host
from meldpunt.server.opening import NoAnswerError
from meldpunt.server.store.database import postgresql
from meldpunt.server.store.database.postgresql import PostgresStore
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.database.url import open_store
from tests.support.databases import POSTGRESQL, fetch
from tests.support.hosts import TestHost, make_settings, new_host, open_test_host
from tests.support.postgres import run_in_thread, shared_server
from tests.support.silent_proxy import SilentProxy


@asynccontextmanager
async def behind_proxy() -> AsyncIterator[tuple[TestHost, SilentProxy]]:
    """Give a host whose database is reached through a proxy."""
    folder = Path(tempfile.mkdtemp(prefix="px-"))
    async with new_host(POSTGRESQL) as host:
        url = host.host.settings.database_url.get_secret_value()
        server = shared_server().folder
        proxy = SilentProxy(server)
        settings = make_settings(
            url.partition("?")[0] + f"?host={folder}",
            host.host.settings.secrets_file,
            attachments=host.host.settings.attachments,
        )
        async with proxy.listening(folder), open_test_host(settings, (), host.time) as proxied:
            yield proxied, proxy
    shutil.rmtree(folder)


async def test_connections_that_fall_silent_are_thrown_away_and_nobody_is_refused(
    monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(postgresql, "_STATEMENT_SECONDS", 3.0)
    async with behind_proxy() as (host, proxy):
        together = asyncio.Barrier(4)

        async def hold() -> None:
            """Take a connection of the pool beside others, so that there are several."""
            assert isinstance(host.host.store, PostgresStore)
            async with host.host.store._engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
                await together.wait()

        await asyncio.gather(*(hold() for _ in range(4)))
        talk = host.correspondence()
        await talk.reporter.challenge()
        assert proxy.accepted >= 4
        proxy.fall_silent()
        await talk.submit()  # one attempt waits in vain; then every silent connection is gone
        assert (await talk.reporter_puts(talk.by_reporter())).status_code == 201
    assert not [r for r in log.records if r.name == "meldpunt"]


async def test_a_session_that_its_host_left_in_the_middle_holds_its_locks_for_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with new_host(POSTGRESQL) as host:
        shown = text("SHOW idle_in_transaction_session_timeout")
        assert await host.host.store.write(lambda tx: tx.execute(shown).scalar_one()) == "30s"
        rebuilding = await host.host.store.rebuild(lambda tx: tx.execute(shown).scalar_one())
        assert rebuilding == "0"


async def test_work_on_the_whole_database_takes_as_long_as_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with new_host(POSTGRESQL) as host:
        url = host.host.settings.database_url.get_secret_value()
        monkeypatch.setattr(postgresql, "_STATEMENT_SECONDS", 0.2)
        store = open_store(url)
        try:
            await store.rebuild(lambda tx: tx.execute(text("SELECT pg_sleep(0.5)")))
        finally:
            await store.close()


async def _locked(host: Host, tidying: asyncio.Event, ended: asyncio.Event) -> None:
    """Keep a table from being rewritten until the rewriting session has ended."""
    assert isinstance(host.store, PostgresStore)
    async with host.store._engine.begin() as connection:
        await connection.execute(text("LOCK TABLE box_keys"))
        tidying.set()
        await ended.wait()


def _end_rewriting(url: str) -> None:
    """End the session that rewrites tables, once it is at it."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CLUSTER%'"
    while not fetch(url, end):
        time.sleep(0.05)


async def test_maintain_says_that_the_database_ended_its_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with new_host(POSTGRESQL) as host:
        tidying, ended = asyncio.Event(), asyncio.Event()
        holder = asyncio.create_task(_locked(host.host, tidying, ended))
        await tidying.wait()
        command = asyncio.create_task(
            asyncio.to_thread(run_in_thread, lambda: commands.maintain(host.host.settings))
        )
        await asyncio.to_thread(_end_rewriting, host.host.settings.database_url.get_secret_value())
        with pytest.raises(NoAnswerError):
            await command
        ended.set()
        await holder


async def test_an_invite_whose_commit_went_through_unheard_is_made_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with new_host(POSTGRESQL) as host:
        settings, write = host.host.settings, PostgresStore.write

        async def twice(store: PostgresStore, work: object) -> object:
            await write(store, work)  # type: ignore[arg-type]  # any work
            return await write(store, work)  # type: ignore[arg-type]  # as after a lost answer

        monkeypatch.setattr(PostgresStore, "write", twice)
        invite = await asyncio.to_thread(run_in_thread, lambda: commands.create_invite(settings))
        count = text("SELECT count(*) FROM invites")

        def work(tx: Transaction) -> int:
            return int(tx.execute(count).scalar_one())

        assert (len(invite), await host.host.store.read(work)) == (27, 3)

"""A host on the oldest PostgreSQL that there is here, and what it says of an older one."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server import commands
from meldpunt.server.clock import TimeSource
from meldpunt.server.store.database import migration
from tests.support.correspondence import Correspondence
from tests.support.hosts import make_settings
from tests.support.office import Office
from tests.support.postgres import PostgresServer, find_oldest, shared_server
from tests.support.process import HostProcess, serving
from tests.support.publishing import publish

ORIGIN: Final = "https://oldest.example"
STORAGE: Final = Path(__file__).parents[2] / "docs" / "operations" / "storage.md"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    """Give a host that made its tables on the oldest server."""
    folder = tmp_path_factory.mktemp("oldest")
    server = PostgresServer.start(fast=True, version=find_oldest())
    url = server.url(server.create())
    with serving(folder, database_url=url, origins=(ORIGIN,)) as process:
        yield process
    server.stop()


async def test_a_report_goes_through_its_life_on_the_oldest_server(host: HostProcess) -> None:
    today = TimeSource().today()
    office = Office.make_on(today, origin=ORIGIN)
    async with httpx.AsyncClient(base_url=host.origin, timeout=300) as http:
        invite = await asyncio.to_thread(commands.create_invite, host.settings)
        await publish(http, ORIGIN, office, invite)
        talk = Correspondence(office, http, ORIGIN, lambda: today, office.readers(0, 1))
        await talk.submit()
        await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
        await talk.reporter_says()
        assert (await talk.reporter.get("/v1/report/messages")).status_code == 200
        assert (await talk.handler(0).get(office.inbox)).status_code == 200
        await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
        assert (await talk.reporter.get("/v1/report")).json()["erased"]
        await asyncio.to_thread(commands.maintain, host.settings)  # it rewrites every table


def test_an_older_server_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = migration.OLDEST_POSTGRESQL + 1000
    monkeypatch.setattr(migration, "OLDEST_POSTGRESQL", newer)
    database = shared_server().create()
    settings = make_settings(shared_server().url(database), tmp_path / "secrets.json")
    for command in (commands.migrate, commands.create_invite):
        with pytest.raises(migration.OldServerError, match=rf"tested from version {newer} on"):
            command(settings)
    assert migration.OldServerError in commands.KNOWN_ERRORS
    shared_server().drop(database)


def test_the_documents_name_the_oldest_server_that_is_tested() -> None:
    [named] = re.findall(r"PostgreSQL (\d+) or newer", STORAGE.read_text())
    assert int(named) == migration.OLDEST_POSTGRESQL <= find_oldest()

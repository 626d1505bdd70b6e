"""A real host in this process: the app over ASGI, a real database, and a clock to set."""

import asyncio
import atexit
import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx
from pydantic import SecretStr
from sqlalchemy import select

from meldpunt.protocol.keys import SigningKey
from meldpunt.server import commands
from meldpunt.server.app import create_app
from meldpunt.server.host import Host
from meldpunt.server.settings import Settings
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.tables import metadata
from meldpunt.server.usecases.identity import NoAttachmentsError, check_identity, claim_attachments
from tests.support.caller import Caller
from tests.support.clock import SettableClock
from tests.support.correspondence import Correspondence
from tests.support.databases import POSTGRESQL, SQLITE
from tests.support.office import Office
from tests.support.postgres import run_in_thread, shared_server
from tests.support.publishing import publish

ORIGIN: Final = "https://report.example"
ONION: Final = "http://reportexample.onion"
FRONTEND: Final = "https://frontend.example"
CLIENT: Final = "203.0.113.7"
"""Address of everybody who calls (RFC 5737)."""


@dataclass(frozen=True)
class Template:
    """A database that others are copied from, and what was published in it."""

    database: str
    """Path of a SQLite file, or name of a PostgreSQL database."""
    invites: tuple[str, ...]
    office: Office | None = None


@dataclass
class TestHost:
    """A host, and everything around it that a test may turn."""

    __test__ = False

    host: Host
    http: httpx.AsyncClient
    time: SettableClock
    office: Office
    """Published already, unless the test asked for an empty host."""
    invites: tuple[str, ...]

    def caller(self, key: SigningKey | None = None) -> Caller:
        """Return somebody who signs with a key."""
        return Caller(self.http, ORIGIN, key)

    def handler(self, person: int) -> Caller:
        """Return a handler of the office."""
        return self.caller(self.office.people[person].signing)

    def correspondence(self, *readers: int) -> Correspondence:
        """Return a report, not yet sent, to the first two handlers or to others."""
        chosen = self.office.readers(*(readers or (0, 1)))
        return Correspondence(self.office, self.http, ORIGIN, lambda: self.time.day, chosen)

    async def report(self, *readers: int) -> Correspondence:
        """Return a report that is there."""
        sent = self.correspondence(*readers)
        await sent.submit()
        return sent

    async def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table."""

        def work(tx: Transaction) -> dict[str, list[tuple[Any, ...]]]:
            return {
                table.name: [tuple(row) for row in tx.execute(select(table))]
                for table in metadata.sorted_tables
            }

        return await self.host.store.read(work)


def make_settings(url: str, secrets: Path, **changes: Any) -> Settings:  # noqa: ANN401 (any setting)
    """Return settings of a host with two origins, whose files lie beside its secrets."""
    fields: dict[str, Any] = {
        "database_url": SecretStr(url),
        "secrets_file": secrets,
        "attachments": str(secrets.with_name("attachments")),
        "origins": (ORIGIN, ONION),
        "frontend_origins": (FRONTEND,),
    }
    return Settings(**fields | changes)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="meldpunt-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


_numbers: Final = itertools.count()


def _url(kind: str, database: str) -> str:
    return f"sqlite:///{database}" if kind == SQLITE else shared_server().url(database)


def _template_settings(kind: str, database: str) -> Settings:
    places = {"attachments": str(_folder() / f"{kind}-attachments")}
    return make_settings(_url(kind, database), _folder() / "secrets.json", **places)


def _copy(kind: str, template: str) -> str:
    if kind == POSTGRESQL:
        return shared_server().create(template)
    database = _folder() / f"{next(_numbers)}.db"
    shutil.copy(template, database)
    return str(database)


def _discard(kind: str, database: str) -> None:
    if kind == POSTGRESQL:
        shared_server().drop(database)
    else:
        for suffix in ("", "-wal", "-shm"):
            Path(database + suffix).unlink(missing_ok=True)


@cache
def _empty_template(kind: str) -> Template:
    """Return a database with its tables and some invites."""
    if kind == POSTGRESQL:
        database = shared_server().create()
    else:
        database = str(_folder() / "empty.db")
        sqlite3.connect(database).close()
    settings = _template_settings(kind, database)

    def prepare() -> tuple[str, ...]:
        commands.migrate(settings)
        return tuple(commands.create_invite(settings) for _ in range(2))

    return Template(database, run_in_thread(prepare))


@cache
def _office() -> Office:
    return Office.make()


@cache
def _office_template(kind: str) -> Template:
    """Return a database with an office on it: three handlers, each with a box key."""
    empty = _empty_template(kind)
    database = _copy(kind, empty.database)

    async def prepare() -> None:
        settings = _template_settings(kind, database)
        async with open_test_host(settings, empty.invites) as host:
            await publish(host.http, ORIGIN, _office(), empty.invites[0])

    run_in_thread(lambda: asyncio.run(prepare()))
    return Template(database, empty.invites, _office())


@asynccontextmanager
async def open_test_host(
    settings: Settings, invites: tuple[str, ...], time: SettableClock | None = None
) -> AsyncIterator[TestHost]:
    """Open a host on a database that is ready."""
    clock = time or SettableClock()
    app = create_app(settings, clock=clock.clock)
    host: Host = app.state.host
    with suppress(NoAttachmentsError):  # some tests have an object store that is away
        await claim_attachments(host.store, host.blobs)
    await check_identity(host)
    transport = httpx.ASGITransport(app, client=(CLIENT, 50007))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http:
        yield TestHost(host, http, clock, _office(), invites)
    await host.close()


@asynccontextmanager
async def new_host(kind: str, *, empty: bool = False, **changes: Any) -> AsyncIterator[TestHost]:  # noqa: ANN401 (any setting)
    """Open a host on a database of its own, with the office or without."""
    template = _empty_template(kind) if empty else _office_template(kind)
    database = _copy(kind, template.database)
    attachments = _folder() / f"{next(_numbers)}-attachments"
    try:
        places = {"attachments": str(attachments)} | changes
        settings = make_settings(_url(kind, database), _folder() / "secrets.json", **places)
        async with open_test_host(settings, template.invites) as host:
            yield host
    finally:
        _discard(kind, database)
        shutil.rmtree(attachments, ignore_errors=True)

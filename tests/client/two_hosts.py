"""Two real hosts side by side: one that an office leaves, and one that it moves to."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from pydantic import SecretStr

from meldpunt.client import DraftReport, Transport, fetch_line
from meldpunt.client.transfer.export_file import ExportFile, check_export
from meldpunt.client.transfer.line_transfer import LineTransfer
from meldpunt.protocol.line import VerifiedLine
from meldpunt.server.app import create_app
from meldpunt.server.clock import TimeSource
from meldpunt.server.host import Host
from meldpunt.server.settings import Settings
from meldpunt.server.store.database import migration
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.usecases.lines import invite_hash
from meldpunt.wire.reports import ReporterPublicKeys, ReportPut
from meldpunt.wire.transfer import ImportPut, Record
from tests.client.world import ORIGIN, World, make_world
from tests.support.databases import new_database

NEW_ORIGIN: Final = "https://elsewhere.example"
NEW_INVITE: Final = "an-invite-of-the-new-host"


class Roads(httpx.AsyncBaseTransport):
    """Leads each request to the host it names; a host may be down."""

    def __init__(self, hosts: dict[str, httpx.AsyncBaseTransport]) -> None:
        self.hosts = hosts
        self.down: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        origin = f"{request.url.scheme}://{request.url.host}"
        if origin in self.down:
            raise httpx.ConnectError("down")
        return await self.hosts[origin].handle_async_request(request)


@dataclass
class Move:
    """A world with a second host."""

    world: World
    new: Host
    folder: Path
    roads: Roads
    done: list[tuple[int, int | None]] = field(default_factory=list)

    def transport(self, origin: str = NEW_ORIGIN) -> Transport:
        clock = self.world.clock
        return Transport(origin, self.world.http, monotonic=clock.now, sleep=self.world._sleep)

    def mover(self) -> LineTransfer:
        return LineTransfer(self.world.line_keys, self.world.clock.today())

    @property
    def path(self) -> Path:
        return self.folder / "line.export"

    def progress(self, pages: int, of: int | None) -> None:
        self.done.append((pages, of))

    async def announce(self) -> None:
        await self.mover().announce(self.transport(ORIGIN), self.transport())

    async def export(self) -> int:
        return (await self.mover().export(self.transport(ORIGIN), self.path, self.progress)).pages

    def file(self) -> ExportFile:
        return check_export(self.path, self.world.line_keys)

    async def bring(self, *, invite: str | None = NEW_INVITE) -> VerifiedLine:
        return await self.mover().import_file(
            self.transport(), self.file(), self.progress, invite=invite
        )

    async def all_of_it(self) -> VerifiedLine:
        """Move the line."""
        await self.announce()
        await self.export()
        return await self.bring()

    async def line(self, origin: str = ORIGIN) -> VerifiedLine:
        found = self.transport(origin)
        return await fetch_line(found, self.world.line_keys.line_id, self.world.clock.today())

    def records(self) -> list[dict[str, Any]]:
        """Return every record of the file."""
        lines = self.path.read_text().splitlines()
        return [record for line in lines[1:-1] for record in json.loads(line)["records"]]


@contextlib.asynccontextmanager
async def make_move(folder: Path, kind: str | None = None) -> AsyncIterator[Move]:
    """Start an old host, and a new one on an empty database of some kind."""
    async with make_world(folder) as world:
        with new_database(folder, "new", kind) as url:
            async with _make_move(world, folder, url) as move:
                yield move


@contextlib.asynccontextmanager
async def _make_move(world: World, folder: Path, database_url: str) -> AsyncIterator[Move]:
    settings = Settings(
        database_url=SecretStr(database_url),
        secrets_file=folder / "new-secrets.json",
        origins=(NEW_ORIGIN,),
        attachments=str(folder / "new-attachments"),
    )
    app = create_app(settings, clock=TimeSource(world.clock.now))
    new: Host = app.state.host
    await migration.migrate(new.store)
    await new.blobs.prepare()
    await new.store.write(lambda tx: insert_invite(tx, invite_hash(NEW_INVITE)))
    roads = Roads({ORIGIN: world.wire.app, NEW_ORIGIN: httpx.ASGITransport(app)})
    world.wire.app = roads
    yield Move(world, new, folder, roads)
    await new.close()


def put_of(submission: DraftReport) -> ReportPut:
    """Return the first request of a report."""
    keys = submission.keys
    public = ReporterPublicKeys(signing_key=keys.signing.public_key, box_key=keys.box.public_key)
    return ReportPut(keys=public, message=submission.draft.message)


def import_put(move: Move, records: tuple[Record, ...], *, last: bool = False) -> ImportPut:
    """Return a page as the office brings it."""
    return ImportPut(
        first_key=move.world.line_keys.first_key,
        invite=NEW_INVITE,
        records=records,
        last=last or None,
    )

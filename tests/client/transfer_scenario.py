"""Two real hosts, and a line that moves from the old one to the new one."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from pydantic import SecretStr

from meldpunt.client import DraftReport, Transport, fetch_line
from meldpunt.client.transfer.comparison import HostComparison, compare_hosts
from meldpunt.client.transfer.export_file import ExportFile, check_export
from meldpunt.client.transfer.line_transfer import LineTransfer
from meldpunt.protocol.line import VerifiedLine
from meldpunt.server.app import create_app
from meldpunt.server.clock import TimeSource
from meldpunt.server.host import Host
from meldpunt.server.settings import Settings
from meldpunt.server.store.database import migration
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.usecases.identity import check_identity, claim_attachments
from meldpunt.server.usecases.lines import invite_hash
from meldpunt.wire.reports import ReporterPublicKeys, ReportPut
from meldpunt.wire.transfer import ImportPut, Record
from tests.client.hosted_line import ORIGIN, HostedLine, make_hosted_line
from tests.support.databases import new_database

NEW_ORIGIN: Final = "https://elsewhere.example"
NEW_INVITE: Final = "an-invite-of-the-new-host"


class HostRouter(httpx.AsyncBaseTransport):
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
class TransferScenario:
    """A line on an old host, and the new host to which it moves."""

    hosted: HostedLine
    new: Host
    folder: Path
    router: HostRouter
    done: list[tuple[int, int | None]] = field(default_factory=list)

    def transport(self, origin: str = NEW_ORIGIN) -> Transport:
        clock = self.hosted.clock
        return Transport(origin, self.hosted.http, monotonic=clock.now, sleep=self.hosted._sleep)

    def line_transfer(self) -> LineTransfer:
        return LineTransfer(self.hosted.line_keys, self.hosted.clock.today())

    @property
    def path(self) -> Path:
        return self.folder / "line.export"

    def progress(self, pages: int, of: int | None) -> None:
        self.done.append((pages, of))

    async def announce(self) -> None:
        await self.line_transfer().announce(self.transport(ORIGIN), self.transport())

    async def export(self) -> int:
        return (
            await self.line_transfer().export(self.transport(ORIGIN), self.path, self.progress)
        ).pages

    def file(self) -> ExportFile:
        return check_export(self.path, self.hosted.line_keys)

    async def import_file(self, *, invite: str | None = NEW_INVITE) -> VerifiedLine:
        return await self.line_transfer().import_file(
            self.transport(), self.file(), self.progress, invite=invite
        )

    async def move_line(self) -> VerifiedLine:
        """Move the line."""
        await self.announce()
        await self.export()
        return await self.import_file()

    async def compare(self) -> HostComparison:
        old, new = self.transport(ORIGIN), self.transport()
        return await compare_hosts(old, new, self.hosted.line_keys, self.progress)

    async def leave(self, origin: str = ORIGIN) -> None:
        """Let a host erase what it holds now."""
        here, keys = self.transport(origin), self.hosted.line_keys
        compared = await compare_hosts(here, here, keys, self.progress)
        await self.line_transfer().leave(here, compared)

    async def line(self, origin: str = ORIGIN) -> VerifiedLine:
        found = self.transport(origin)
        return await fetch_line(found, self.hosted.line_keys.line_id, self.hosted.clock.today())

    def records(self) -> list[dict[str, Any]]:
        """Return every record of the file."""
        lines = self.path.read_text().splitlines()
        return [record for line in lines[1:-1] for record in json.loads(line)["records"]]


@contextlib.asynccontextmanager
async def make_transfer_scenario(
    folder: Path, kind: str | None = None
) -> AsyncIterator[TransferScenario]:
    """Start an old host, and a new one on an empty database of some kind."""
    async with make_hosted_line(folder) as hosted:
        with new_database(folder, "new", kind) as url:
            async with _make_transfer_scenario(hosted, folder, url) as transfer:
                yield transfer


@contextlib.asynccontextmanager
async def _make_transfer_scenario(
    hosted: HostedLine, folder: Path, database_url: str
) -> AsyncIterator[TransferScenario]:
    settings = Settings(
        database_url=SecretStr(database_url),
        secrets_file=folder / "new-secrets.json",
        origins=(NEW_ORIGIN,),
        attachments=str(folder / "new-attachments"),
    )
    app = create_app(settings, clock=TimeSource(hosted.clock.now))
    new: Host = app.state.host
    await migration.migrate(new.store)
    await claim_attachments(new.store, new.blobs)
    await check_identity(new)
    await new.store.write(lambda tx: insert_invite(tx, invite_hash(NEW_INVITE)))
    router = HostRouter({ORIGIN: hosted.network.app, NEW_ORIGIN: httpx.ASGITransport(app)})
    hosted.network.app = router
    yield TransferScenario(hosted, new, folder, router)
    await new.close()


def put_of(submission: DraftReport) -> ReportPut:
    """Return the first request of a report."""
    keys = submission.keys
    public = ReporterPublicKeys(signing_key=keys.signing.public_key, box_key=keys.box.public_key)
    return ReportPut(keys=public, message=submission.draft.message)


def import_put(
    transfer: TransferScenario, records: tuple[Record, ...], *, last: bool = False
) -> ImportPut:
    """Return a page as the office brings it."""
    return ImportPut(
        first_key=transfer.hosted.line_keys.first_key,
        invite=NEW_INVITE,
        records=records,
        last=last or None,
    )

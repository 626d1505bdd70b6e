"""Databases that hold one office. Every run of a server gets a new one."""

import asyncio
import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, text

from benchmarks.sending.office import Office, make_settings, open_office
from benchmarks.servers.usage import cpu_seconds
from meldpunt.server.settings import Settings
from meldpunt.server.store.blobs.blob_store import MARK
from meldpunt.server.store.database.url import open_store
from tests.support.postgres import PostgresServer


@dataclass(frozen=True, slots=True)
class Setup:
    """A way to run the host."""

    label: str
    workers: int
    database: "Database"

    @property
    def is_default(self) -> bool:
        """Say whether this is the default of an operator. Only the default has targets."""
        return isinstance(self.database, SqliteDatabase)


@dataclass(slots=True)
class Database(ABC):
    """Makes databases that hold the same office and no report."""

    settings: Settings
    office: Office

    @property
    def attachments(self) -> Path:
        """The folder for attachments."""
        return Path(self.settings.attachments or "")

    def fresh(self) -> Settings:
        """Make a database with the office and nothing else; returns the settings of its host."""
        for piece in self.attachments.iterdir():
            if piece.name != MARK:  # every copy of the database has the same id
                piece.unlink()
        return self._fresh()

    @property
    def url(self) -> str:
        """URL of the newest database."""
        return self.settings.database_url.get_secret_value()

    @abstractmethod
    def _fresh(self) -> Settings: ...

    @abstractmethod
    async def size(self) -> int:
        """Return the bytes of the newest database on the disk, while no host serves it."""

    def cpu_seconds(self) -> float:
        """Return the processor time of the database's own processes, if it has any."""
        return 0.0


def _settings(folder: Path, url: str | None = None) -> Settings:
    made = make_settings(folder, database_url=url)
    return made.model_copy(update={"attachments": str(folder / "attachments")})


@dataclass(slots=True)
class SqliteDatabase(Database):
    """A SQLite file."""

    @classmethod
    async def make(cls, folder: Path) -> "SqliteDatabase":
        """Make a database in a folder of its own."""
        settings = _settings(folder)
        office = await open_office(settings)
        shutil.copy(folder / "host.db", folder / "empty.db")
        return cls(settings, office)

    def _fresh(self) -> Settings:
        folder = self.attachments.parent
        for file in folder.glob("host.db*"):
            file.unlink()
        shutil.copy(folder / "empty.db", folder / "host.db")
        return self.settings

    async def size(self) -> int:
        """Return the bytes of the file; the last process that closed it has emptied its log."""
        return (self.attachments.parent / "host.db").stat().st_size


@dataclass(slots=True)
class PostgresDatabase(Database):
    """A database of a PostgreSQL server that commits durably."""

    server: PostgresServer
    template: str

    @classmethod
    async def make(cls, folder: Path, server: PostgresServer) -> "PostgresDatabase":
        """Make a database on a server."""
        template = await asyncio.to_thread(server.create)
        settings = _settings(folder, server.url(template))
        return cls(settings, await open_office(settings), server, template)

    def _fresh(self) -> Settings:
        if self.name != self.template:
            self.server.drop(self.name)
        url = self.server.url(self.server.create(self.template))
        self.settings = _settings(self.attachments.parent, url)
        return self.settings

    @property
    def name(self) -> str:
        """Name of the newest database."""
        return make_url(self.url).database or ""

    def cpu_seconds(self) -> float:
        """Return the processor time of the server's processes."""
        pid = (self.server.folder / "postmaster.pid").read_text(encoding="ascii").split()[0]
        return cpu_seconds(int(pid))

    async def size(self) -> int:
        """Return the bytes of all tables and indexes, as the server counts them."""
        store = open_store(self.url)
        counted = text("SELECT pg_database_size(current_database())")
        found: int = await store.read(lambda tx: tx.execute(counted).scalar_one())
        await store.close()
        return found

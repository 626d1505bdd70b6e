"""Who migrates, who waits, and what a host says of a database that is not of its release."""

import asyncio
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from meldpunt.server import commands, opening
from meldpunt.server.store.database import migration
from meldpunt.server.store.database.file_lock import InUseError, serving
from meldpunt.server.store.database.migration import NewerDatabaseError, Schema, SchemaState
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.database.url import open_store, sqlite_file
from tests.cli.program import PROGRAM, Program
from tests.support.hosts import make_settings
from tests.support.postgres import shared_server

AT_ONCE = 4
ROOT: Final = Path(__file__).parents[2]
LATER: Final = """
from alembic import op

revision = "9999"
down_revision = "NEWEST"


def upgrade():
    op.execute("CREATE TABLE later (id INTEGER)")
"""


@pytest.fixture
def program(nothing: str, tmp_path: Path) -> Program:
    """Give the operator's program for a database with nothing in it."""
    settings = make_settings(nothing, tmp_path / "secrets.json")
    return Program(tmp_path, settings.to_environment())


def checked(program: Program) -> tuple[int, Any]:
    done = program.run("migrate", "--check", "--json")
    return done.code, done.lines[0]


async def stamp(url: str, revision: str) -> None:
    """Write another revision over that of a database."""
    store = open_store(url)

    def work(tx: Transaction) -> None:
        tx.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608 (our own values)

    await store.write(work)
    await store.close()


def test_processes_that_migrate_at_once_do_it_once(program: Program) -> None:
    """And nobody fails: each of several machines may run it before it serves."""
    processes = [
        subprocess.Popen(
            [*PROGRAM, "migrate", "--json"],
            cwd=program.folder,
            env=program.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(AT_ONCE)
    ]
    said = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0] * AT_ONCE, said
    applied = sorted(out for out, _ in said)
    everything = len(migration.list_revisions())
    assert applied == [b'{"applied": 0}\n'] * (AT_ONCE - 1) + [b'{"applied": %d}\n' % everything]
    assert checked(program) == (0, {"standing": "current", "missing": 0})


_WAITING: Final = text(
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
    " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
)


async def test_on_postgresql_it_waits_for_whoever_is_at_it() -> None:
    """A race that the database itself would refuse is not left to chance."""
    url = shared_server().url(shared_server().create())
    store = open_store(url)
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.connect() as other:
        await other.execute(select(func.pg_advisory_lock(migration._LOCK)))
        migrating = asyncio.create_task(migration.migrate(store))
        while not (await other.execute(_WAITING)).scalar_one():  # noqa: ASYNC110 (the server knows)
            await asyncio.sleep(0.01)
        assert not migrating.done()
        await other.execute(select(func.pg_advisory_unlock(migration._LOCK)))
        assert await migrating == len(migration.list_revisions())
    await engine.dispose()
    await store.close()


def test_checking_an_empty_database_makes_nothing(nothing: str, program: Program) -> None:
    everything = len(migration.list_revisions())
    assert checked(program) == (1, {"standing": "empty", "missing": everything})
    if sqlite_file(nothing):
        assert list(program.folder.iterdir()) == []
    done = program.run("migrate", "--check")
    assert (done.code, done.out) == (1, "The database has no tables yet: run meldpunt migrate.\n")


async def test_a_database_of_a_newer_release_is_left_alone(nothing: str, program: Program) -> None:
    await asyncio.to_thread(program.ok, "migrate")
    await stamp(nothing, "9999")
    assert await asyncio.to_thread(checked, program) == (1, {"standing": "newer", "missing": 0})
    for command in (["migrate"], ["serve", "--port", "9"]):
        done = await asyncio.to_thread(program.run, *command)
        assert done.code == 1
        assert "A newer release has migrated this database" in done.err
    store = open_store(nothing)
    with pytest.raises(NewerDatabaseError):
        await migration.migrate(store)
    await store.close()


def test_a_database_that_is_behind_is_not_served(
    program: Program, nothing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.ok("migrate")
    settings = make_settings(nothing, tmp_path / "secrets.json")
    next_release(monkeypatch, tmp_path / "migrations")
    assert opening.read_schema(settings) == Schema(SchemaState.BEHIND, 1)
    with pytest.raises(opening.NotMigratedError, match="older release"):
        commands.serve(settings, host="127.0.0.1", port=9)
    done = program.here("migrate", "--check")
    assert (done.code, done.out.split(":")[0]) == (1, "The database is 1 migration behind")
    assert program.ok("migrate") == {"applied": 1}
    assert program.here("migrate", "--check").out == "The database is up to date.\n"


def next_release(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Go on with the migrations of a release that has one more."""
    shutil.copytree(ROOT / "migrations", folder)
    script = LATER.replace("NEWEST", migration.list_revisions()[-1])
    (folder / "versions" / "9999_later.py").write_text(script)
    monkeypatch.setattr(migration, "_IN_WHEEL", folder)


def test_a_sqlite_file_is_not_migrated_under_a_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(f"sqlite:///{tmp_path / 'host.db'}", tmp_path / "secrets.json")
    commands.migrate(settings)
    next_release(monkeypatch, tmp_path / "migrations")
    with serving(settings.database_url.get_secret_value()), pytest.raises(InUseError):
        commands.migrate(settings)
    assert commands.migrate(settings) == 1

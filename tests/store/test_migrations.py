"""Migrations make the tables that the code expects, from nothing, on each database."""

import asyncio
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import inspect

import meldpunt
from meldpunt.server.store.database import migration
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.database.migration import Schema, SchemaState
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.database.url import open_store
from meldpunt.server.store.tables import metadata
from tests.support.hosts import TestHost, make_settings
from tests.support.schema import differences, expected_keys, keys

ROOT: Final = Path(__file__).parents[2]
MIGRATE: Final = """
import os
from meldpunt.server import commands
commands.migrate(commands.read_settings())
print(commands.__file__)
"""

BROKEN: Final = """
from alembic import op

revision = "9999"
down_revision = "NEWEST"


def upgrade():
    op.execute("SELECT * FROM no_such_table")
"""


async def test_migrations_make_what_the_code_expects(nothing: str) -> None:
    store = open_store(nothing)
    everything = len(migration.list_revisions())
    assert await migration.read_schema(store) == Schema(SchemaState.EMPTY, everything)
    for applied in (everything, 0):
        assert await migration.migrate(store) == applied
        assert await migration.read_schema(store) == Schema(SchemaState.CURRENT, 0)
        assert await store.read(differences) == []
    await store.close()


async def test_a_difference_would_be_seen(empty_host: TestHost) -> None:
    """The comparison is worth something only if it can fail."""

    def change(tx: Transaction) -> None:
        tx.exec_driver_sql("ALTER TABLE reports ADD COLUMN hidden INTEGER")
        tx.exec_driver_sql("DROP INDEX ix_reports_erase_on")

    assert await empty_host.host.store.read(differences) == []
    await empty_host.host.store.write(change)
    assert len(await empty_host.host.store.read(differences)) == 2


async def test_every_key_is_the_one_that_the_code_expects(empty_host: TestHost) -> None:
    """The comparison does not look at primary keys."""
    store = empty_host.host.store
    assert await store.read(keys) == await store.read(expected_keys)


async def test_no_column_holds_a_time_or_a_text_of_free_length(empty_host: TestHost) -> None:
    """Days, hashes and ciphertext: a time of day or a sentence has no place to stand."""

    def kinds(tx: Transaction) -> set[str]:
        return {
            str(column["type"]).split("(")[0]
            for name in metadata.tables
            for column in inspect(tx).get_columns(name)
        }

    allowed = {"BIGINT", "INTEGER", "BLOB", "BYTEA", "DATE", "BOOLEAN", "VARCHAR"}
    assert await empty_host.host.store.read(kinds) <= allowed


async def test_a_failing_migration_leaves_nothing(
    nothing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", broken)
    (broken / "versions" / "9999_broken.py").write_text(BROKEN.replace("NEWEST", newest()))
    monkeypatch.setattr(migration, "_IN_WHEEL", broken)
    store = open_store(nothing)
    with pytest.raises(Exception, match="no_such_table"):
        await migration.migrate(store)
    assert await store.read(lambda tx: inspect(tx).get_table_names()) == []
    await store.close()


def newest() -> str:
    """Return the number of the newest migration."""
    return max(path.name.split("_")[0] for path in (ROOT / "migrations" / "versions").glob("*.py"))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the wheel's content, and none of the checkout."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(out)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True, timeout=300)
    with zipfile.ZipFile(out / f"meldpunt-{meldpunt.__version__}-py3-none-any.whl") as wheel:
        wheel.extractall(out / "site")
    return out / "site"


async def test_an_installed_wheel_migrates(nothing: str, unpacked: Path, tmp_path: Path) -> None:
    settings = make_settings(nothing, tmp_path / "secrets.json")
    path = os.pathsep.join((str(unpacked), os.environ.get("PYTHONPATH", "")))
    environment = settings.to_environment() | {"PYTHONPATH": path}
    done = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MIGRATE), cwd=tmp_path, env=environment, stdout=subprocess.PIPE
    )
    said, _ = await done.communicate()
    assert done.returncode == 0
    assert str(unpacked) in said.decode(), "the wheel's own code ran"
    store = open_store(nothing)
    assert await migration.read_schema(store) == Schema(SchemaState.CURRENT, 0)
    assert await store.read(differences) == []
    await store.close()


async def test_a_database_of_no_known_kind_is_refused() -> None:
    for url in ("mysql://user:secret@host/x", "nonsense secret", ""):
        with pytest.raises(ValueError, match="A database is") as caught:
            open_store(url)
        assert "secret" not in str(caught.value)


async def test_what_fails_is_not_kept(host: TestHost) -> None:
    """An exception inside a transaction undoes all of it."""
    store: Store = host.host.store

    def half(tx: Transaction) -> None:
        tx.execute(metadata.tables["invites"].insert().values(invite_hash=b"x" * 32))
        raise LookupError

    before = await host.rows()
    with pytest.raises(LookupError):
        await store.write(half)
    assert await host.rows() == before


async def test_tidying_keeps_every_row(host: TestHost) -> None:
    talk = await host.report()
    before = {table: sorted(rows, key=repr) for table, rows in (await host.rows()).items()}
    await host.host.store.tidy()
    after = {table: sorted(rows, key=repr) for table, rows in (await host.rows()).items()}
    assert after == before
    assert (await talk.reporter.read("/v1/report"))["state"] == "received"

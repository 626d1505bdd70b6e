"""Database, secrets file and attachments belong together, and every command looks."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from meldpunt.server.app import create_app, open_host
from meldpunt.server.settings import Settings
from meldpunt.server.usecases.identity import OtherSecretsError, check_identity
from tests.cli.program import Program
from tests.cli.test_operator import refused
from tests.support.databases import POSTGRESQL, SQLITE, change, new_database
from tests.support.hosts import TestHost, make_settings, new_host
from tests.support.object_store import shared_s3

COMMANDS: Final = (
    ("serve", "--port", "9"),
    ("invite",),
    ("maintain",),
    ("limit-line",),
    ("maintain", "--confirm-day", "2030-01-01"),
)


def of(folder: Path, url: str, **changes: object) -> tuple[Program, Settings]:
    """Return the program of a host with files of its own, whose database is ready."""
    folder.mkdir(exist_ok=True)
    settings = make_settings(url, folder / "secrets.json", **changes)
    program = Program(folder, settings.to_environment())
    program.ok("migrate")
    program.ok("invite")  # makes the secrets file
    return program, settings


def refuses_everything(program: Program, code: str) -> str:
    told = {refused(program.here(*command, "--json"), code) for command in COMMANDS}
    assert len(told) == 1
    return told.pop()


@pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL])
def test_the_secrets_file_of_another_host_is_refused(tmp_path: Path, kind: str) -> None:
    with (
        new_database(tmp_path, "one", kind) as url,
        new_database(tmp_path, "two", kind) as other,
    ):
        host, settings = of(tmp_path / "one", url)
        _, another = of(tmp_path / "two", other)
        right = settings.secrets_file.read_bytes()
        settings.secrets_file.write_bytes(another.secrets_file.read_bytes())
        assert "--new-secrets" in refuses_everything(host, "other-secrets")
        assert settings.secrets_file.read_bytes() == another.secrets_file.read_bytes()
        settings.secrets_file.write_bytes(right)
        host.ok("invite")
        # The deliberate way takes the file that is there, and after it only that one.
        settings.secrets_file.write_bytes(another.secrets_file.read_bytes())
        host.ok("maintain", "--new-secrets")
        host.ok("invite")
        settings.secrets_file.write_bytes(right)
        refuses_everything(host, "other-secrets")
        host.ok("maintain", "--new-secrets")  # it was the right one after all
        host.ok("invite")


def test_a_worker_that_starts_on_other_secrets_serves_nobody(tmp_path: Path) -> None:
    """The file is read by each worker again, also by one that starts in the place of another."""
    _, settings = of(tmp_path / "one", f"sqlite:///{tmp_path}/one.db")
    _, another = of(tmp_path / "two", f"sqlite:///{tmp_path}/two.db")

    async def start(where: Settings) -> None:
        app = create_app(where)
        async with app.router.lifespan_context(app):
            pass

    asyncio.run(start(settings))
    with pytest.raises(OtherSecretsError):
        asyncio.run(start(settings.model_copy(update={"secrets_file": another.secrets_file})))


@pytest.fixture
async def host() -> AsyncIterator[TestHost]:
    async with new_host(SQLITE) as opened:
        yield opened


async def test_a_database_of_an_older_release_asks_its_lines(host: TestHost) -> None:
    """Nobody had kept the key there; the line documents name it."""
    url = host.host.settings.database_url.get_secret_value()
    change(url, "UPDATE identity SET receipt_key = NULL")
    opened = open_host(host.host.settings)
    with pytest.raises(OtherSecretsError):  # the office of these tests names a key of nobody
        await check_identity(opened)
    change(url, "UPDATE lines SET moved = true")
    await check_identity(opened)
    await opened.close()


def test_a_folder_of_another_database_is_refused(tmp_path: Path) -> None:
    host, settings = of(tmp_path / "one", f"sqlite:///{tmp_path}/one.db")
    _, another = of(tmp_path / "two", f"sqlite:///{tmp_path}/two.db")
    folder, other = (Path(each.attachments or "") for each in (settings, another))
    shutil.rmtree(folder)
    shutil.copytree(other, folder)
    assert "MELDPUNT_ATTACHMENTS" in refuses_everything(host, "other-database")
    refused(host.here("migrate", "--json"), "other-database")
    assert (folder / ".meldpunt").read_bytes() == (other / ".meldpunt").read_bytes()
    (folder / ".meldpunt").unlink()  # the other database is gone for ever
    host.ok("migrate")
    host.ok("invite")


def test_a_prefix_of_another_database_is_refused(tmp_path: Path) -> None:
    places = shared_s3().settings()
    host, settings = of(tmp_path / "one", f"sqlite:///{tmp_path}/one.db", **places)
    for wrong in (f"{places['attachments']}/elsewhere", "s3://no-such-bucket/prefix"):
        lost = settings.model_copy(update={"attachments": wrong})
        program = Program(tmp_path, lost.to_environment())
        refuses_everything(program, "other-database")
    other = make_settings(f"sqlite:///{tmp_path}/two.db", tmp_path / "s.json", **places)
    done = Program(tmp_path, other.to_environment()).here("migrate", "--json")
    refused(done, "other-database")
    host.ok("invite")


def test_a_copy_of_the_database_brings_its_id_along(tmp_path: Path) -> None:
    """Else a restored backup, or a move to PostgreSQL, would lose its attachments."""
    host, settings = of(tmp_path / "one", f"sqlite:///{tmp_path}/one.db")
    with new_database(tmp_path, "moved", POSTGRESQL) as target:
        host.ok("move-database", "--to", target)
        moved = make_settings(target, settings.secrets_file, attachments=settings.attachments)
        Program(tmp_path, moved.to_environment()).ok("migrate")
        Program(tmp_path, moved.to_environment()).ok("maintain")


def test_an_object_store_that_is_down_leaves_the_database_done(tmp_path: Path) -> None:
    away = shared_s3().settings(s3_endpoint="http://127.0.0.1:9")
    settings = make_settings(f"sqlite:///{tmp_path}/host.db", tmp_path / "secrets.json", **away)
    program = Program(tmp_path, settings.to_environment())
    refused(program.here("migrate", "--json"), "no-attachments")
    assert program.ok("migrate", "--check")["standing"] == "current"


def test_a_database_that_is_not_migrated_is_told_by_every_command(tmp_path: Path) -> None:
    settings = make_settings(f"sqlite:///{tmp_path}/host.db", tmp_path / "secrets.json")
    program = Program(tmp_path, settings.to_environment())
    for command in (*COMMANDS, ("maintain", "--new-secrets")):
        refused(program.here(*command, "--json"), "not-migrated")
    assert os.listdir(tmp_path) == []  # noqa: PTH208 (names alone)

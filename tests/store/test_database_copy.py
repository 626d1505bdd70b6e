"""Moving a living host from SQLite to PostgreSQL: everything or nothing, compared row by row."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Connection,
    Integer,
    LargeBinary,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    update,
)

from meldpunt.server import commands
from meldpunt.server.opening import NoAnswerError
from meldpunt.server.settings import Settings
from meldpunt.server.store.database import copy
from meldpunt.server.store.database.copy import DifferenceError, TargetError
from meldpunt.server.store.database.file_lock import InUseError, serving
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.database.url import open_store
from meldpunt.server.store.stored_day import StoredDay
from meldpunt.server.store.tables import messages, metadata, wraps
from tests.cli.program import Program
from tests.support.databases import SQLITE
from tests.support.frozen import fill
from tests.support.hosts import TestHost, make_settings, new_host, open_test_host
from tests.support.postgres import run_in_thread, shared_server
from tests.support.schema import differences


@pytest.fixture
async def full() -> AsyncIterator[TestHost]:
    """Give a host on SQLite with a row in every table, whatever tables there will be."""
    async with new_host(SQLITE) as host:
        await fill(host)
        await host.host.store.write(fill_the_rest)
        yield host


def fill_the_rest(tx: Transaction) -> None:
    for table in metadata.sorted_tables:
        if not tx.execute(select(func.count()).select_from(table)).scalar_one():
            tx.execute(insert(table).values(some_row(table)))


def some_row(table: Table) -> dict[str, Any]:
    def value(kind: Any) -> Any:  # noqa: ANN401 (a type of SQLAlchemy, and a value of it)
        if isinstance(kind, LargeBinary):
            return b"\x00\xff" * ((kind.length or 300) // 2)
        if isinstance(kind, StoredDay):
            return date(2026, 3, 2)
        if isinstance(kind, Boolean):
            return True
        return (1 << 31) - 1 if isinstance(kind, Integer) else "received"

    return {column.name: value(column.type) for column in table.columns}


@pytest.fixture
def target() -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database."""
    name = shared_server().create()
    yield shared_server().url(name)
    shared_server().drop(name)


_STOPPED = """
import os, signal, sys
from meldpunt.server import commands

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may start the tests without it
made = []

class KnownEvent(commands.Event):
    def __init__(self):
        super().__init__()
        made.append(self)

commands.Event = KnownEvent

def tell(done, every):
    print("told", flush=True)
    if done:
        os.kill(os.getpid(), signal.SIGINT)
        made[0].wait(60)  # the signal reaches the main thread, and not this one

try:
    commands.move_database(commands.read_settings(), sys.argv[1], tell)
except KeyboardInterrupt:
    print("stopped")
"""


def settings_of(host: TestHost) -> Settings:
    return host.host.settings


async def move(host: TestHost, target: str) -> commands.Moved:
    return await asyncio.to_thread(
        commands.move_database, settings_of(host), target, lambda _done, _every: None
    )


async def rows_at(url: str) -> dict[str, set[tuple[Any, ...]]]:
    store = open_store(url)

    def work(tx: Transaction) -> dict[str, set[tuple[Any, ...]]]:
        return {
            table.name: {tuple(row) for row in tx.execute(select(table))}
            for table in metadata.sorted_tables
        }

    found = await store.read(work)
    await store.close()
    return found


async def is_empty(url: str) -> bool:
    store = open_store(url)
    found = await store.read(lambda tx: inspect(tx).get_table_names())
    await store.close()
    return not found


async def test_every_row_of_every_table_arrives(full: TestHost, target: str) -> None:
    before = await full.rows()
    moved = await move(full, target)
    assert all(before.values())
    assert moved.rows == {table: len(rows) for table, rows in before.items()}
    assert await rows_at(target) == {table: set(rows) for table, rows in before.items()}
    assert await full.rows() == before
    store = open_store(target)
    assert await store.read(differences) == []
    await store.close()


async def test_a_host_goes_on_with_it(target: str) -> None:
    """Codes, keys and retries are good as before."""
    async with new_host(SQLITE) as old:
        talk = await old.report()
        sealed = talk.by_handler(0)
        first = await talk.handler_puts(0, sealed)
        page = await talk.reporter.read("/v1/report/messages")
        await move(old, target)
        settings = make_settings(target, settings_of(old).secrets_file)
        async with open_test_host(settings, old.invites, old.time) as new:
            talk.http = new.http
            assert await talk.reporter.read("/v1/report/messages") == page
            again = await talk.handler_puts(0, sealed)
            assert (first.status_code, again.status_code) == (201, 200)
            assert first.content == again.content
            talk.note(sealed)
            await talk.reporter_says()


async def test_a_database_with_tables_is_refused_and_kept(full: TestHost, target: str) -> None:
    await move(full, target)
    store = open_store(target)
    await store.write(lambda tx: tx.execute(delete(wraps)))
    before = await rows_at(target)
    with pytest.raises(TargetError, match="empty"):
        await move(full, target)
    assert await rows_at(target) == before
    for statement in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "CREATE TABLE x ()"):
        await store.write(partial(Connection.exec_driver_sql, statement=statement))
    with pytest.raises(TargetError, match="empty"):
        await move(full, target)
    await store.close()


async def test_a_move_whose_end_nobody_heard_of_is_found_done(full: TestHost, target: str) -> None:
    moved = await move(full, target)
    before = await rows_at(target)
    told: list[tuple[int, int]] = []

    def tell(*steps: int) -> None:
        told.append((steps[0], steps[1]))

    again = await asyncio.to_thread(commands.move_database, settings_of(full), target, tell)
    assert again == moved
    assert told[-1][0] == told[-1][1]
    assert await rows_at(target) == before


async def test_what_stops_in_the_middle_leaves_nothing_and_may_begin_again(
    full: TestHost, target: str
) -> None:
    def stop(done: int, _every: int) -> None:
        if done > 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await asyncio.to_thread(commands.move_database, settings_of(full), target, stop)
    assert await is_empty(target)
    await move(full, target)


async def test_one_that_is_stopped_ends_at_once_and_keeps_nothing(
    full: TestHost, target: str
) -> None:
    settings = settings_of(full).to_environment()
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _STOPPED, target],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.stdout.split() == ["told", "told", "stopped"]
    assert await is_empty(target)
    await move(full, target)


async def test_progress_begins_at_nothing_and_ends_with_everything(
    full: TestHost, target: str
) -> None:
    told: list[tuple[int, int]] = []

    def tell(*steps: int) -> None:
        told.append((steps[0], steps[1]))

    moved = await asyncio.to_thread(commands.move_database, settings_of(full), target, tell)
    every = 2 * sum(moved.rows.values())
    assert (told[0], told[-1]) == ((0, every), (every, every))
    assert told == sorted(told)


async def test_nobody_writes_to_the_old_file_meanwhile(
    full: TestHost, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def write(done: int, _every: int) -> None:
        if done:
            with pytest.raises(NoAnswerError):
                run_in_thread(lambda: commands.create_invite(settings_of(full)))
            written.append(done)

    monkeypatch.setattr("meldpunt.server.store.database.sqlite._BUSY_MS", 50)
    await asyncio.to_thread(commands.move_database, settings_of(full), target, write)
    assert written


async def test_a_file_that_a_host_serves_is_not_moved(full: TestHost, target: str) -> None:
    with (
        serving(settings_of(full).database_url.get_secret_value()),
        pytest.raises(InUseError),
    ):
        await move(full, target)
    assert await is_empty(target)


@pytest.mark.parametrize("change", ["different", "missing", "more"])
async def test_a_row_that_came_out_otherwise_is_found(
    full: TestHost, target: str, change: str
) -> None:
    await move(full, target)
    store = open_store(target)

    def spoil(tx: Transaction) -> None:
        if change == "different":
            row = tx.execute(select(messages.c.id).limit(1)).scalar_one()
            tx.execute(update(messages).where(messages.c.id == row).values(n=messages.c.n + 7))
        if change == "missing":
            row = tx.execute(select(wraps.c.id).limit(1)).scalar_one()
            tx.execute(wraps.delete().where(wraps.c.id == row))
        if change == "more":
            tx.execute(insert(wraps).values(some_row(wraps)))

    def compare(source: Transaction) -> None:
        async def run() -> None:
            steps = copy._Steps(1, lambda *_: None)
            async with AsyncExitStack() as stack:
                other = open_store(target)
                stack.push_async_callback(other.close)
                await other.read(lambda tx: copy.verify_rows(source, tx, steps))

        asyncio.run(run())

    await full.host.store.write(compare)
    await store.write(spoil)
    with pytest.raises(DifferenceError) as caught:
        await full.host.store.write(compare)
    assert str(caught.value).endswith("nothing was kept.")
    await store.close()


def operator(folder: Path) -> Program:
    database, secrets = f"sqlite:///{folder / 'host.db'}", str(folder / "secrets.json")
    return Program(folder, {"MELDPUNT_DATABASE_URL": database, "MELDPUNT_SECRETS_FILE": secrets})


def test_the_command_says_what_to_set_now(tmp_path: Path, target: str) -> None:
    program = operator(tmp_path)
    program.ok("migrate")
    program.ok("invite")
    done = program.run("move-database", "--to", target)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Rows in the new database, each compared with the old one: 2.\n")
    assert f"MELDPUNT_ATTACHMENTS     {tmp_path / 'host-attachments'}" in done.out
    assert "MELDPUNT_SECRETS_FILE" in done.out
    again = program.run("move-database", "--to", target)
    assert (again.code, again.out) == (0, done.out)
    program.ok("invite")
    other = program.run("move-database", "--to", target, "--json")
    assert other.code == 1
    assert "tables already" in other.err


def test_a_program_gets_the_rows_of_each_table(tmp_path: Path, target: str) -> None:
    program = operator(tmp_path)
    program.ok("migrate")
    program.ok("invite")
    moved = program.ok("move-database", "--to", target)
    assert moved["rows"]["invites"] == 1
    assert moved["attachments"] == str(tmp_path / "host-attachments")


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("sqlite:///other.db", "SQLite file to PostgreSQL"),
        ("postgresql://somebody:hunter2@127.0.0.1:9/x", "does not answer"),
        ("mysql://somebody:hunter2@host/x", "A database is"),
    ],
)
def test_a_target_that_cannot_be_is_told(tmp_path: Path, to: str, words: str) -> None:
    program = operator(tmp_path)
    program.ok("migrate")
    done = program.run("move-database", "--to", to)
    assert done.code == 1
    assert words in done.err
    assert "hunter2" not in done.err
    assert not (tmp_path / "other.db").exists()


def test_a_file_that_is_not_migrated_is_not_moved(tmp_path: Path, target: str) -> None:
    done = operator(tmp_path).run("move-database", "--to", target)
    assert done.code == 1
    assert "meldpunt migrate" in done.err

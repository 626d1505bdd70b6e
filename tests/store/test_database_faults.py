"""A database that its machine keeps from its work: 503 or 507 with the reason, and one log line."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.errors import BusyError, DatabaseFailedError, StoredValueError
from meldpunt.server.http.problems import DATABASE_PROBLEMS
from meldpunt.server.store import reports
from meldpunt.server.store.database.postgresql import PostgresStore
from meldpunt.server.store.database.sqlite import SqliteStore, driver_connection
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.group_commit import GroupCommit
from meldpunt.server.usecases import upkeep
from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_problem
from tests.support.clock import FIRST_DAY
from tests.support.databases import POSTGRESQL, change, literal
from tests.support.hosts import TestHost, new_host
from tests.support.postgres import shared_server


def log_size(path: str) -> int:
    return Path(f"{path}-wal").stat().st_size


def told(log: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in log.records if record.name == "meldpunt"]


async def fails(host: TestHost, kind: ProblemType) -> None:
    """Try a report, a visit's message and health; each is refused for this reason."""
    talk = host.correspondence()
    assert_problem(await talk.reporter.put("/v1/report", talk.put()), kind)
    many = [host.correspondence() for _ in range(8)]
    for answer in await asyncio.gather(*(t.reporter.put("/v1/report", t.put()) for t in many)):
        assert_problem(answer, kind)
    assert_problem(await host.http.get("/v1/health"), kind)


async def works(host: TestHost) -> None:
    assert (await host.http.get("/v1/health")).json()["status"] == "ok"
    await host.report()


def test_each_fault_has_its_own_problem() -> None:
    assert len(set(DATABASE_PROBLEMS)) == len(DATABASE_PROBLEMS) == 5
    assert {kind.status for kind in DATABASE_PROBLEMS} == {503, 507}


async def test_a_file_that_cannot_be_written_is_told_and_can_still_be_read(
    sqlite_host: TestHost, log: pytest.LogCaptureFixture
) -> None:
    host = sqlite_host
    talk = await host.report()
    store = host.host.store
    assert isinstance(store, SqliteStore)
    driver_connection(store._written).execute("PRAGMA query_only=ON")
    await fails(host, ProblemType.DATABASE_READ_ONLY)
    assert (await talk.reporter.get("/v1/report")).status_code == 200
    driver_connection(store._written).execute("PRAGMA query_only=OFF")
    await works(host)
    failure, mended = told(log)
    assert failure.startswith("the database fails: The database can be read only.")
    assert failure.endswith("[SQLITE_READONLY]")
    assert mended == "the database works again"


def name_of(host: TestHost) -> str:
    """Return the name of a database on the shared server."""
    url = host.host.settings.database_url.get_secret_value()
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture
async def on_postgresql() -> AsyncIterator[TestHost]:
    async with new_host(POSTGRESQL) as host:
        yield host


async def test_a_server_that_is_read_only_is_told_and_found_again(
    on_postgresql: TestHost, log: pytest.LogCaptureFixture
) -> None:
    host = on_postgresql
    store = host.host.store
    assert isinstance(store, PostgresStore)
    setting = f"ALTER DATABASE {name_of(host)} SET default_transaction_read_only"
    shared_server().execute(f"{setting} = on")  # for new connections
    await store._engine.dispose()
    await fails(host, ProblemType.DATABASE_READ_ONLY)
    shared_server().execute(f"{setting} = off")
    await works(host)
    failure, mended = told(log)
    assert failure.endswith("[25006]")
    assert mended == "the database works again"


async def test_a_database_that_was_renamed_is_told_and_found_again(
    on_postgresql: TestHost, log: pytest.LogCaptureFixture
) -> None:
    host = on_postgresql
    store = host.host.store
    assert isinstance(store, PostgresStore)
    name = name_of(host)
    await store._engine.dispose()
    shared_server().execute(f"ALTER DATABASE {name} RENAME TO {name}_away")
    await fails(host, ProblemType.DATABASE_REPLACED)
    shared_server().execute(f"ALTER DATABASE {name}_away RENAME TO {name}")
    await works(host)
    assert told(log)[0].endswith("[3D000]")
    assert len(told(log)) == 2


async def test_a_group_that_fails_for_its_database_is_not_tried_in_halves() -> None:
    commits = 0

    async def commit(_: list[int]) -> list[int]:
        nonlocal commits
        commits += 1
        raise DatabaseFailedError

    queue = GroupCommit(commit, size=lambda _: 1, capacity=8, capacity_bytes=8)
    waiting = [queue.submit(item) for item in range(8)]
    failed = await asyncio.gather(*waiting, return_exceptions=True)
    await queue.close()
    assert all(isinstance(error, DatabaseFailedError) for error in failed)
    assert commits == 1


async def test_a_stored_header_that_was_overwritten_is_the_hosts_fault_and_stops_no_other(
    host: TestHost, log: pytest.LogCaptureFixture
) -> None:
    talk, other = await host.report(), await host.report()
    url = host.host.settings.database_url.get_secret_value()
    bad = literal(url, b"\xff" * 100)
    where = literal(url, talk.messages[0].message_id)
    change(url, f"UPDATE messages SET header = {bad} WHERE message_id = {where}")  # noqa: S608 (ours)
    asked = await talk.handler(0).get(f"{talk.entry(0)}/messages")
    assert_problem(asked, ProblemType.DATABASE_DAMAGED)
    assert told(log) == ["the database is damaged: a header that was stored cannot be read"]
    assert (await other.handler(0).get(f"{other.entry(0)}/messages")).status_code == 200
    await host.report()


async def test_a_line_that_was_overwritten_is_the_hosts_fault(
    host: TestHost, log: pytest.LogCaptureFixture
) -> None:
    url = host.host.settings.database_url.get_secret_value()
    for column, table in (("document", "line_documents"), ("rotations", "lines")):
        change(url, f"UPDATE {table} SET {column} = {literal(url, b'[1')}")  # noqa: S608 (ours)
    talk = host.correspondence()
    asked = (host.http.get(host.office.path), talk.reporter.put("/v1/report", talk.put()))
    for answer in await asyncio.gather(*asked):
        assert_problem(answer, ProblemType.DATABASE_DAMAGED)
    assert len(told(log)) == 2


async def test_a_withdrawal_is_confirmed_although_a_reader_keeps_the_log(
    sqlite_host: TestHost,
) -> None:
    host = sqlite_host
    talk = await host.report()
    store = host.host.store
    assert isinstance(store, SqliteStore)
    driver_connection(store._written).execute("PRAGMA busy_timeout = 0")
    path = host.host.settings.database_url.get_secret_value().removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM reports").fetchone()
        await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
        with pytest.raises(BusyError):  # maintain tells that the log could not be emptied
            await store.tidy(if_small=True)
    await store.tidy()
    assert log_size(path) == 0


async def test_clean_up_is_done_although_erasing_fails(
    sqlite_host: TestHost, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    host = sqlite_host
    await host.report()

    def fail(*_: object, **__: object) -> None:
        raise DatabaseFailedError

    monkeypatch.setattr(reports, "list_due", fail)
    path = host.host.settings.database_url.get_secret_value().removeprefix("sqlite:///")

    assert log_size(path) > 0
    assert await upkeep.keep_terms_once(host.host, FIRST_DAY) == FIRST_DAY
    assert log_size(path) == 0
    await host.report()
    assert log_size(path) > 0
    with pytest.raises(DatabaseFailedError):
        await upkeep.maintain(host.host)
    assert log_size(path) == 0
    assert any("erasing failed" in line for line in told(log))


BROKEN: dict[str, str] = {
    "reports.received_on": "'2030-02-31'",
    "reports.acknowledged_on": "'yesterday'",
    "reports.closed_on": "x'ff'",
    "reports.erase_on": "17",
    "reports.pauses": "'2030-01-01/soon'",
    "messages.received_on": "'2030-13-01'",
}
"""What a damaged SQLite file can hold in the place of a day."""


@pytest.mark.parametrize("column", [*BROKEN, "no text"])
async def test_a_day_or_text_that_cannot_be_read_is_damage_and_no_defect(
    sqlite_host: TestHost, log: pytest.LogCaptureFixture, column: str
) -> None:
    host, talk = sqlite_host, await sqlite_host.report()
    url = host.host.settings.database_url.get_secret_value()
    table, _, name = column.partition(".")
    value = BROKEN.get(column, "CAST(x'fffe5345435245' AS TEXT)")
    table, name = (table, name) if name else ("reports", "pauses")
    change(url, f"UPDATE {table} SET {name} = {value}")  # noqa: S608 (ours)
    for path in ("/v1/report", "/v1/report/messages"):
        answer = await talk.reporter.get(path)
        if answer.status_code != 200:  # a page of messages needs few days
            assert_problem(answer, ProblemType.DATABASE_DAMAGED)
    assert told(log)
    kind = "text" if column == "no text" else "day"
    expected = f"the database is damaged: a {kind} that was stored cannot be read"
    assert set(told(log)) == {expected}
    assert (await host.http.get("/v1/health")).status_code == 200
    await host.report()  # all else goes on


async def test_a_last_day_that_cannot_be_read_lets_nothing_be_erased(
    sqlite_host: TestHost, log: pytest.LogCaptureFixture
) -> None:
    host = sqlite_host
    await host.report()
    await upkeep.keep_terms_once(host.host, FIRST_DAY)
    host.time.pass_days(365 * 20)
    url = host.host.settings.database_url.get_secret_value()
    change(url, "UPDATE upkeep SET last_day = 'today'")
    assert_problem(await host.http.get("/v1/health"), ProblemType.DATABASE_DAMAGED)
    with pytest.raises(StoredValueError):
        await upkeep.maintain(host.host)
    assert len(await host.host.store.read(_report_ids)) == 1
    assert set(told(log)) == {"the database is damaged: a day that was stored cannot be read"}


def _report_ids(tx: Transaction) -> list[int]:
    return list(tx.exec_driver_sql("SELECT id FROM reports").scalars())


@pytest.mark.parametrize("value", ["'soon'", "CAST(x'ff' AS TEXT)"])
async def test_one_report_that_cannot_be_read_keeps_no_other_from_being_erased(
    sqlite_host: TestHost, value: str
) -> None:
    host = sqlite_host
    for _ in range(25):  # more than one group
        await host.report()
    url = host.host.settings.database_url.get_secret_value()
    some = "SELECT id FROM reports ORDER BY id LIMIT 22"
    change(url, f"UPDATE reports SET pauses = {value} WHERE id IN ({some})")  # noqa: S608 (ours)
    change(url, f"UPDATE reports SET erase_on = '{FIRST_DAY}'")  # noqa: S608
    host.time.pass_days(1)
    with pytest.raises(StoredValueError):
        await upkeep.maintain(host.host)
    assert len(await host.host.store.read(_report_ids)) == 22


async def test_one_withdrawal_whose_headers_cannot_be_read_keeps_no_other(host: TestHost) -> None:
    talks = [await host.report() for _ in range(2)]
    for talk in talks:
        await talk.reporter_says(Tag.WITHDRAWAL, immediate=False)
    url = host.host.settings.database_url.get_secret_value()
    change(
        url,
        f"UPDATE messages SET header = {literal(url, b'[')}"  # noqa: S608 (ours)
        " WHERE report IN (SELECT MIN(id) FROM reports)",
        f"UPDATE reports SET erase_on = '{FIRST_DAY}'",  # noqa: S608
    )
    host.time.pass_days(1)
    with pytest.raises(StoredValueError):
        await upkeep.maintain(host.host)
    erased = "SELECT count(*) FROM reports WHERE erased"
    count = await host.host.store.read(lambda tx: tx.exec_driver_sql(erased).scalar_one())
    assert count == 1

"""A full disk, a moved file or a bad page under a real host: told as what it is, and mended."""

import asyncio
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import httpx
import psutil
import pytest

from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_problem
from tests.support.office import Office
from tests.support.process import HostProcess, serving
from tests.system.test_power_loss import new_report, open_office, talking_to

FAILURE: Final = re.compile(r"ERROR meldpunt: the database fails: .+ \[\w+\]")
BEFORE: Final = 3


@contextmanager
def opened(folder: Path) -> Iterator[tuple[HostProcess, Office]]:
    """Give a host with an office and some reports."""
    with serving(folder) as host:
        office = asyncio.run(open_office(host))
        for _ in range(BEFORE):
            assert submit(host, office).status_code == 201
        yield host, office


def submit(host: HostProcess, office: Office) -> httpx.Response:
    """Send a report once."""

    async def send() -> httpx.Response:
        async with talking_to(host) as http:
            report = new_report(host, http, office)
            return await report.reporter.put("/v1/report", report.put())

    return asyncio.run(send())


def health(host: HostProcess) -> httpx.Response:
    return httpx.get(f"{host.origin}/v1/health", timeout=60)


def limit_files(host: HostProcess, size: int) -> None:
    """Let the host write no file beyond a size: what a full disk is to SQLite."""
    psutil.Process(host.process.pid).rlimit(psutil.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def files(host: HostProcess) -> list[Path]:
    return [host.folder / f"meldpunt.db{suffix}" for suffix in ("", "-wal", "-shm")]


def maintain(host: HostProcess, before: Callable[[], None] | None = None) -> tuple[int, str]:
    """Run `meldpunt maintain`; returns its exit code, and all that it said."""
    ended = subprocess.run(
        [sys.executable, "-m", "meldpunt", "maintain"],
        cwd=host.folder,
        env=dict(os.environ) | host.settings.to_environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
    )
    return ended.returncode, ended.stdout + ended.stderr


def lines(host: HostProcess) -> list[str]:
    """Return what the host logged of its own."""
    output = host.output.read_text()
    assert "Traceback" not in output
    assert "internal failure" not in output
    return [line for line in output.splitlines() if " meldpunt: " in line]


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        found: int = database.execute("SELECT count(*) FROM reports").fetchone()[0]
        return found


def test_a_full_disk_is_told_and_the_host_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with opened(tmp_path) as (host, office):
        limit_files(host, max(path.stat().st_size for path in files(host)))
        for _ in range(3):
            refused = submit(host, office)
            assert_problem(refused, ProblemType.DATABASE_FULL)
            assert refused.status_code == 507
            assert int(refused.headers["retry-after"]) > 0
        assert_problem(health(host), ProblemType.DATABASE_FULL)
        (told,) = lines(host)
        assert FAILURE.fullmatch(told)
        assert "no room" in told
        limit_files(host, resource.RLIM_INFINITY)
        assert health(host).status_code == 200
        assert submit(host, office).status_code == 201
        assert lines(host) == [told, "WARNING meldpunt: the database works again"]


def test_health_fails_before_the_first_report_finds_the_disk_full(tmp_path: Path) -> None:
    with opened(tmp_path) as (host, _):
        sizes = [path.stat().st_size for path in files(host)]
        limit_files(host, max(sizes) + 4096)
        assert_problem(health(host), ProblemType.DATABASE_FULL)
        assert [path.stat().st_size for path in files(host)] == sizes
        limit_files(host, resource.RLIM_INFINITY)
        assert health(host).json()["status"] == "ok"


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_a_file_that_is_moved_away_confirms_nothing_until_it_is_back(
    suffix: str, tmp_path: Path
) -> None:
    path, elsewhere = tmp_path / f"meldpunt.db{suffix}", tmp_path / "elsewhere"
    with opened(tmp_path) as (host, office):
        path.rename(elsewhere)
        for _ in range(2):
            assert_problem(submit(host, office), ProblemType.DATABASE_REPLACED)
        assert_problem(health(host), ProblemType.DATABASE_REPLACED)
        elsewhere.rename(path)
        assert health(host).status_code == 200
        assert submit(host, office).status_code == 201
        told = lines(host)
        assert FAILURE.fullmatch(told[0])
        assert told[1:] == ["WARNING meldpunt: the database works again"]
        host.stop()
    assert count(tmp_path / "meldpunt.db") == BEFORE + 1


def test_another_file_in_its_place_gets_nothing_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "meldpunt.db"
    with opened(tmp_path) as (host, office):
        with (
            closing(sqlite3.connect(path)) as source,
            closing(sqlite3.connect(tmp_path / "b")) as to,
        ):
            source.backup(to)
        path.rename(tmp_path / "old")
        shutil.copy(tmp_path / "b", path)
        assert_problem(submit(host, office), ProblemType.DATABASE_REPLACED)
        assert_problem(health(host), ProblemType.DATABASE_REPLACED)
        assert len(lines(host)) == 1
        host.stop()
        (tmp_path / "meldpunt.db-wal").unlink(missing_ok=True)
        host.start_again()
        assert submit(host, office).status_code == 201
    assert count(path) == BEFORE + 1


def test_a_deleted_log_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    with opened(tmp_path) as (host, office):
        (tmp_path / "meldpunt.db-wal").unlink()
        assert_problem(submit(host, office), ProblemType.DATABASE_REPLACED)
        host.kill()
        host.start_again()
        assert submit(host, office).status_code == 201
        host.stop()
    assert count(tmp_path / "meldpunt.db") == BEFORE + 1


def spoil(path: Path) -> None:
    """Overwrite every page but the first, which says that this is a database."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(16384)
        file.write(b"\xff" * (size - 16384))


def test_a_damaged_file_is_told_by_the_host_and_by_maintain(tmp_path: Path) -> None:
    with opened(tmp_path) as (host, _):
        host.stop()
        spoil(tmp_path / "meldpunt.db")
        code, said = maintain(host)
        assert code == 1
        assert "damaged" in said
        assert "Traceback" not in said


def test_a_page_that_is_overwritten_under_the_host_is_told(tmp_path: Path) -> None:
    with opened(tmp_path) as (host, office):
        assert maintain(host)[0] == 0  # it empties the log, so the host reads the file
        spoil(tmp_path / "meldpunt.db")
        answers = [submit(host, office) for _ in range(3)]
        for answer in answers:
            assert_problem(answer, ProblemType.DATABASE_DAMAGED)
        assert_problem(health(host), ProblemType.DATABASE_DAMAGED)
        (told,) = lines(host)
        assert FAILURE.fullmatch(told)
        assert "damaged" in told


def test_a_file_that_is_no_database_is_told_by_every_command(tmp_path: Path) -> None:
    with opened(tmp_path) as (host, _):
        host.stop()
        for path in files(host):
            path.unlink(missing_ok=True)
        (tmp_path / "meldpunt.db").write_bytes(b"nothing of a database " * 4000)
        code, said = maintain(host)
        assert (code, "Traceback" in said) == (1, False)
        assert "damaged" in said


def test_maintain_tells_of_a_full_disk_and_empties_the_log_all_the_same(tmp_path: Path) -> None:
    with opened(tmp_path) as (host, _):
        database, log, _ = files(host)
        maintain(host)
        assert log.stat().st_size == 0
        with closing(sqlite3.connect(database)) as other:
            other.execute("CREATE TABLE padding (bytes BLOB)")
            other.execute("INSERT INTO padding VALUES (randomblob(4000000))")
            other.commit()
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            other.execute("PRAGMA user_version = 0")
        assert log.stat().st_size > 0
        size = database.stat().st_size  # the log would grow beyond it if the file were rewritten

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        code, said = maintain(host, limit)
        assert code == 1
        assert "no room" in said
        assert "Traceback" not in said
        assert log.stat().st_size == 0

"""`meldpunt serve` with a clock ten years ahead: every report stays."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.support.clock import FIRST_DAY
from tests.support.databases import POSTGRESQL, SQLITE, fetch
from tests.support.hosts import new_host
from tests.support.process import HostProcess, serving

CLOCK = """
import os, time
real = time.time
time.time = lambda: real() + int(os.environ["DAYS_AHEAD"]) * 86400
"""
AHEAD = FIRST_DAY + timedelta(days=3650)
TOLD = "nothing is erased and no bulletin is written"


def on_day(folder: Path, day: date) -> dict[str, str]:
    """Return variables under which a Python process believes that it is that day."""
    (folder / "sitecustomize.py").write_text(CLOCK)
    days = (day - datetime.now(UTC).date()).days
    return {"PYTHONPATH": str(folder), "DAYS_AHEAD": str(days)}


@contextmanager
def served(folder: Path, url: str, day: date, workers: int) -> Iterator[HostProcess]:
    environment = on_day(folder, day)
    with serving(folder, database_url=url, environment=environment, workers=workers) as host:
        yield host


def rows(url: str) -> list[int]:
    tables = ("reports", "messages", "inbox", "bulletins")
    return [fetch(url, f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables]  # noqa: S608 (ours)


@pytest.mark.parametrize(("database", "workers"), [(SQLITE, 1), (POSTGRESQL, 2)])
async def test_a_host_that_starts_ten_years_ahead_erases_nothing(
    database: str, workers: int, tmp_path: Path
) -> None:
    async with new_host(database) as host:
        await host.report()
        url = host.host.settings.database_url.get_secret_value()
        shutil.copy(host.host.settings.secrets_file, tmp_path / "secrets.json")
        await asyncio.to_thread(start_twice, tmp_path, url, workers)


def start_twice(folder: Path, url: str, workers: int) -> None:
    with served(folder, url, FIRST_DAY, workers) as host:
        while not rows(url)[-1]:
            assert host.process.poll() is None
            time.sleep(0.05)
    before = rows(url)
    assert before == [1, 1, 2, 1]
    with served(folder, url, AHEAD, workers) as host:
        while host.output.read_text().count(TOLD) < workers:
            assert host.process.poll() is None
            time.sleep(0.05)
        health = httpx.get(f"{host.origin}/v1/health", timeout=100)
        assert (health.status_code, health.json()["status"]) == (200, "waiting")
        host.stop()
        assert host.output.read_text().count(TOLD) == workers
        assert rows(url) == before

"""What was answered with 201 is there after the worst that can happen to the host's process."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.measures import durability
from benchmarks.sending.office import make_settings, open_office
from tests.support.postgres import PostgresServer

ROUNDS = 12


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """Give a server that writes to the disk as PostgreSQL does by default."""
    server = PostgresServer.start(fast=False)
    yield server
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.mark.timeout(1200)  # a server process is started once a round
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_an_acknowledged_report_survives_kill_9_at_any_moment(
    kind: str, tmp_path: Path, postgres: PostgresServer
) -> None:
    url = None if kind == "sqlite" else postgres.url(await asyncio.to_thread(postgres.create))
    settings = make_settings(tmp_path, database_url=url)
    office = await open_office(settings)
    survival = await durability.survive(settings, office, rounds=ROUNDS, reports=400)
    assert survival.rounds == ROUNDS
    assert survival.acknowledged > ROUNDS  # else nothing was at stake
    assert (survival.lost, survival.refused) == (0, 0)

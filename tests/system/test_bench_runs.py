"""Small runs of what `make bench` measures: each part has its figures, and sees what is wrong."""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import against
from benchmarks.measures import bulletins, growth, order, poll_times, power, starting
from benchmarks.plan import QUICK
from benchmarks.sending.databases import Setup, SqliteDatabase
from benchmarks.sending.hot_paths import PATHS
from benchmarks.sending.loads import ALONE, AT_ONCE
from benchmarks.sending.paths import Paths
from benchmarks.servers.bare_stores import read_rows
from tests.architecture.tree import ROOT
from tests.support.power_loss import File


def test_a_checkout_can_be_compared_with_another_one() -> None:
    plan = replace(QUICK, rounds=1, at_once=64, alone=2)
    rows = against.compare(ROOT, ["sqlite"], plan, lambda _: None).splitlines()
    assert rows[0] == "| new / old | rate | CPU | p50 | p99 | CPU, old and new |"
    assert len(rows) == 2 + 2 * len(PATHS)


def test_what_was_acknowledged_survives_simulated_power_cuts(tmp_path: Path) -> None:
    survival = power.survive(tmp_path, cuts=1, reports=17)
    assert (survival.rounds, survival.lost) == (2, 0)
    assert survival.acknowledged > 0


async def test_a_power_cut_that_loses_synced_writes_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The measurement must see a loss: here nothing that was synced is kept."""
    monkeypatch.setattr(File, "sync", lambda _: None)
    survival = await asyncio.to_thread(power.survive, tmp_path, cuts=1, reports=17)
    assert survival.lost > 0


async def test_growth_measures_polls_and_inboxes_and_only_the_largest_has_a_target(
    tmp_path: Path,
) -> None:
    figures = await growth.measure(
        tmp_path, sizes=(30, 60, 90), polled=25, rounds=1, progress=lambda _: None
    )
    assert [figure.name for figure in figures if figure.must is not None] == [
        "POLL: p50, 90 vs 30 reports",
        "inbox, first page: p50, 90 vs 30 reports",
        "inbox, the first 20 in one state: p50, 90 vs 30 reports",
    ]
    assert len(figures) == 6
    assert all(figure.value for figure in figures)


async def test_the_order_left_is_measured_for_every_size_of_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "ENOUGH", 40)
    figures = await order.measure(tmp_path, rows=40, progress=lambda _: None)
    asked = [figure for figure in figures if figure.must is not None]
    assert [figure.must for figure in asked] == [0.10, 0.05]
    assert len(figures) == 2 + 2 * 4
    assert max(figure.value or 0 for figure in figures) == max(f.value or 0 for f in asked)


async def test_the_times_of_polls_are_compared_pair_by_pair(tmp_path: Path) -> None:
    figures = await poll_times.measure(tmp_path, rounds=1)
    assert [figure.name.partition(": ")[2] for figure in figures] == [
        "no report / nothing new",
        "wrong signature, no report / wrong signature, a report",
    ]
    assert all(figure.value for figure in figures)


def test_the_start_of_the_command_is_measured_beside_an_empty_program() -> None:
    command, least = starting.measure(1)
    assert command.value
    assert least.value
    assert command.value > least.value


async def test_the_servers_compared_do_the_same_durable_work() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = await SqliteDatabase.make(Path(folder))
        paths = Paths.make(Setup("SQLite", 1, database), at_once=4, alone=2)
        run = await paths.host()
        assert run.failed == 0
        assert run.taken.keys() == {(path, n) for path in PATHS for n in (AT_ONCE, ALONE)}
        hosts = await read_rows(database.url)
        await paths.bare(does_least=True)
        bares = await read_rows(database.url)
        await paths.orm()
        orms = await read_rows(database.url)
    assert [len(rows) for rows in hosts] == [6, 12, 12, 24, 12]
    assert [set(rows) for rows in bares] == [set(rows) for rows in hosts]
    assert [set(rows) - set(mine) for rows, mine in zip(orms, hosts, strict=True)] == [set()] * 5
    assert [len(rows) for rows in orms] == [5, 10, 10, 20, 10]


async def test_the_host_and_the_static_server_serve_the_same_bulletins() -> None:
    plan = replace(QUICK, rounds=1, at_once=32)
    with tempfile.TemporaryDirectory() as folder:
        database = await SqliteDatabase.make(Path(folder))
        figures = await bulletins.measure(database, Path(folder), plan, lambda _: None)
    asked = [figure.name for figure in figures if figure.must is not None]
    assert len(asked) == len(set(asked)) == 3
    assert all(figure.value is not None for figure in figures)

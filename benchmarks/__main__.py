"""Measures the host and prints the table of docs/performance.md.

Every figure is a ratio within this run, or a count: absolute speeds of a machine drift by half.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

import uvloop

from benchmarks import durability, growth, inbox, order, paths, server
from benchmarks.disk import make_slow_disk
from benchmarks.figures import Figure, table
from benchmarks.load import send
from benchmarks.office import fetch_challenge, make_settings, open_office, submission
from meldpunt.server.app import open_host

_ROUNDS: Final = 5
_REPORTS: Final = 1600
_MANY, _FULL = 100_000, 1_000_000
_KILLS, _FULL_KILLS = 10, 40
_CREATED: Final = 201
_ORDER_CLASSES: Final = ((1, order.ENOUGH), (3, order.ENOUGH // 8))
"""Size class, and how many reports make enough rows: of 4 KiB in one part, of 64 KiB in nine."""


def _progress(text: str) -> None:
    sys.stderr.write(f"{text}\n")


async def _measure_paths(folder: Path) -> list[Figure]:
    prepared = await paths.Paths.make(folder, reports=_REPORTS)
    figures = await paths.measure(prepared, rounds=_ROUNDS, progress=_progress)
    failed = Figure(
        name="failed submissions and polls at 64 at once",
        value=prepared.failures.count,
        must=0,
        lower_is_better=True,
    )
    return [*figures, *await _measure_disk(prepared), failed]


async def _measure_disk(prepared: paths.Paths) -> list[Figure]:
    """Measure on slower disks: what a group saves, and what one client waits."""
    disk = make_slow_disk(prepared.folder)
    if disk is None:
        _progress("no C compiler: the figures of a slow disk are left out")
        return []
    grouped, alone = [], []
    for number in range(_ROUNDS):
        _progress(f"slow disk, round {number + 1} of {_ROUNDS}")
        for milliseconds, connections in ((5, 64), (1, 1)):
            prepared.fresh_database()
            environment = server.environment(prepared.settings) | disk.variables(milliseconds)
            with server.running(server.HOST, environment) as port:
                challenge = await fetch_challenge(port)
                chosen = prepared.reports[:1000] if connections > 1 else prepared.reports[:200]
                requests = [submission(report, challenge) for report in chosen]
                before = disk.fsyncs
                load = await send(port, requests, connections=connections)
                prepared.failures.note(load, _CREATED, len(requests))
                if connections > 1:
                    grouped.append(len(requests) / (disk.fsyncs - before))
                else:
                    alone.append(load.p50 * 1000)
    return [
        Figure(
            name="submits per fsync when an fsync takes 5 ms", value=median(grouped), must=8, aim=15
        ),
        Figure(
            name="SUBMIT p50 at one client, fsync 1 ms",
            value=median(alone),
            unit=" ms",
            must=2,
            aim=1.75,
            lower_is_better=True,
        ),
    ]


async def _measure_order(folder: Path) -> list[Figure]:
    """Measure what the file tells, at once and after tidying."""
    at_once, tidied = [0.0], [0.0]
    for size_class, reports in _ORDER_CLASSES:
        _progress(f"order in the file, size class {size_class}")
        place = folder / str(size_class)
        place.mkdir()
        settings = make_settings(place)
        office = await open_office(settings, draw=Random(size_class).randbytes)  # noqa: S311
        host = open_host(settings)
        made = await order.fill(host, office, size_class=size_class, count=reports)
        order.empty_log(place / "host.db")
        left = order.order_left(place / "host.db", office, made)
        at_once += [abs(left[table]) for table in order.TABLES if table in left]
        await host.store.tidy()
        left = order.order_left(place / "host.db", office, made)
        tidied += [abs(value) for value in left.values()]
        await host.close()
    return [
        Figure(name=name, value=max(values), must=0.1, aim=0.03, lower_is_better=True)
        for name, values in (
            ("order left in the rows of the file, at once", at_once),
            ("order left in rows and indexes, after tidying", tidied),
        )
    ]


async def _measure_durability(folder: Path, *, kills: int) -> list[Figure]:
    _progress(f"killing the host {kills} times")
    settings = make_settings(folder)
    office = await open_office(settings)
    survival = await durability.survive(settings, office, rounds=kills, reports=600)
    _progress(f"  {survival.acknowledged} reports were acknowledged before a kill")
    lost = survival.lost + survival.refused
    name = f"acknowledged and lost, over {kills} kill -9"
    return [Figure(name=name, value=lost, must=0, lower_is_better=True)]


async def _measure(*, full: bool) -> list[Figure]:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="meldpunt-bench-") as temporary:
        folders = [
            Path(temporary) / name for name in ("paths", "growth", "inbox", "order", "durability")
        ]
        for folder in folders:
            folder.mkdir()
        figures += await _measure_paths(folders[0])
        many = _FULL if full else _MANY
        figures.append(
            await growth.measure(folders[1], many=many, rounds=_ROUNDS, progress=_progress)
        )
        figures += await inbox.measure(folders[2], rounds=_ROUNDS, progress=_progress)
        figures += await _measure_order(folders[3])
        kills = _FULL_KILLS if full else _KILLS
        figures += await _measure_durability(folders[4], kills=kills)
    return figures


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million reports, and more kills")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    options = parser.parse_args()
    figures = uvloop.run(_measure(full=options.full))
    if options.json:
        print(json.dumps([figure.as_json() for figure in figures], indent=2))
    else:
        print(table(figures))


if __name__ == "__main__":
    main()

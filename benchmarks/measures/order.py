"""Measures how much of the order of arrival a database file still shows."""

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.figures import Figure
from benchmarks.measures.btrees import Cell, Value, cells, rank_correlation
from benchmarks.sending.office import Office, Report, make_report, make_settings, open_office
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.sizes import BODY_SIZES
from meldpunt.server.app import open_host
from meldpunt.server.host import Host
from meldpunt.server.store.row_ids import row_id
from meldpunt.server.store.tables import body_parts, inbox, messages, reports, wraps
from meldpunt.server.usecases.reports.submission import submit_report

ENOUGH: Final = 1600
"""How many rows a table or index needs. With fewer rows, chance alone may give a correlation.

The rank correlation of n rows in random order has a standard deviation of 1 / √(n - 1). With 1,600
rows, 0.1 is four standard deviations. One random file in sixteen thousand exceeds that.
"""
_PARTS: Final = (1, 1, 3, 9)
"""How many rows a body of each size class takes."""
TABLES: Final = tuple(t.name for t in (reports, messages, body_parts, wraps, inbox))
"""The tables to which a report adds rows. The other b-trees of a file are indexes."""


async def fill(host: Host, office: Office, *, size_class: int, count: int) -> list[Report]:
    """Store reports one by one; returns them in that order."""
    made = [make_report(office, size_class=size_class) for _ in range(count)]
    for report in made:
        await submit_report(host, report.key.public_key, report.put)
    return made


def empty_log(database: Path) -> None:
    """Write the content of the write-ahead log into the file, and empty the log."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def order_left(database: Path, office: Office, sent: Sequence[Report]) -> dict[str, float]:
    """Return the rank correlation of arrival and position, by table or index with enough rows.

    Args:
        database: A file whose write-ahead log is empty.
        office: The office whose handlers read the reports.
        sent: The reports in their order of arrival.
    """
    arrivals = _arrivals(office, sent)
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for cell in cells(database):
        arrival = _arrival(cell, arrivals)
        if arrival is not None:
            places[cell.tree].append((arrival, cell.position))
    return {tree: rank_correlation(pairs) for tree, pairs in places.items() if len(pairs) >= ENOUGH}


def _arrivals(office: Office, sent: Sequence[Report]) -> dict[Value, int]:
    """Return all values that name a report in a row, with the report's place in the order."""
    arrivals: dict[Value, int] = {}
    for place, report in enumerate(sent):
        names: list[Value] = [
            row_id(report.id),
            row_id(report.put.message.message_id),
            report.key.public_key,
            *(ids.inbox_entry(reader.id, report.id) for reader in office.readers),
        ]
        arrivals |= dict.fromkeys(names, place)
    return arrivals


def _arrival(cell: Cell, arrivals: dict[Value, int]) -> int | None:
    return next((arrivals[value] for value in cell.values if value in arrivals), None)


async def measure(folder: Path, *, rows: int, progress: Callable[[str], None]) -> list[Figure]:
    """Measure what the file shows, first directly after the reports, and then after tidying.

    Args:
        folder: An empty folder.
        rows: How many rows the table of bodies has at least. Below `ENOUGH` nothing is measured.
        progress: Gets a text about each step.
    """
    figures, at_once, tidied = [], [0.0], [0.0]
    counts = [-(-rows // parts) for parts in _PARTS]
    progress(f"order in four files, {sum(counts):,} reports")
    offices = [await _office(folder / str(place)) for place in range(len(counts))]
    async with asyncio.TaskGroup() as group:
        files = [
            group.create_task(_one_file(folder / str(place), office, place, count))
            for place, (office, count) in enumerate(zip(offices, counts, strict=True))
        ]
    for size_class, file in enumerate(files):
        first, then = file.result()
        size = f"{BODY_SIZES[size_class] // 1024} KiB"
        at_once += [abs(first[table]) for table in TABLES if table in first]
        tidied += [abs(value) for value in then.values()]
        for when, left in (("at once", first), ("tidied", then)):
            value = abs(left[body_parts.name])
            figures.append(Figure(name=f"order of bodies of {size}, {when}", value=value))
    worst = (
        ("order left in the rows of the file, at once", max(at_once), 0.10, 0.05),
        ("order left in rows and indexes, after tidying", max(tidied), 0.05, 0.03),
    )
    return [
        *(
            Figure(name=name, value=value, must=must, aim=aim, lower_is_better=True)
            for name, value, must, aim in worst
        ),
        *figures,
    ]


async def _office(folder: Path) -> Office:
    """Open an office in a new folder, one at a time: Alembic migrates one database at a time."""
    await asyncio.to_thread(folder.mkdir)
    draw = Random(int(folder.name)).randbytes  # noqa: S311 (the same at every run)
    return await open_office(make_settings(folder), draw=draw)


async def _one_file(
    folder: Path, office: Office, size_class: int, count: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Fill a file with reports; returns the order that is left at once, and after tidying."""
    host = open_host(make_settings(folder))
    made = await fill(host, office, size_class=size_class, count=count)
    empty_log(folder / "host.db")
    at_once = order_left(folder / "host.db", office, made)
    await host.store.tidy()
    tidied = order_left(folder / "host.db", office, made)
    await host.close()
    return at_once, tidied

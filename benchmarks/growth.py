"""Measures POLL with many reports and with few reports."""

import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import server
from benchmarks.figures import Figure
from benchmarks.load import send
from benchmarks.office import fetch_challenge, make_report, make_settings, open_office, submission
from benchmarks.office import poll as poll_request

_KEYS: Final = {"id": "?1", "report_id": "?2", "signing_key": "?3", "birth_signing_key": "?3"}

Progress = Callable[[str], None]


def another_report(connection: sqlite3.Connection, **values: str) -> str:
    """Return the statement that adds a report like an existing report.

    Its parameters are a row id (63 bits), a report id (32 bytes) and a signing key (32 bytes).

    Args:
        connection: A connection to a host's database.
        values: SQL for the columns that differ from the existing report.
    """
    names = [
        name for (name,) in connection.execute("SELECT name FROM pragma_table_info('reports')")
    ]
    taken = {name: name for name in names} | _KEYS | values
    columns, chosen = ", ".join(names), ", ".join(taken[name] for name in names)
    return f"INSERT INTO reports ({columns}) SELECT {chosen} FROM reports LIMIT 1"  # noqa: S608 (our own names)


def _fill(database: Path, count: int) -> None:
    """Add reports with random keys, otherwise like an existing report."""
    keys = sorted(int.from_bytes(secrets.token_bytes(8), "big") >> 1 for _ in range(count))
    rows = ((key, secrets.token_bytes(32), secrets.token_bytes(32)) for key in keys)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(another_report(connection), rows)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def measure(
    folder: Path, *, sizes: tuple[int, ...], polled: int, rounds: int, progress: Progress
) -> list[Figure]:
    """Return how much longer a poll takes with many reports than with few, for one client.

    Args:
        folder: An empty folder.
        sizes: Numbers of reports in a database, the smallest first.
        polled: How many polls to send to each database.
        rounds: How often the databases take turns.
        progress: Gets a text about each step.
    """
    settings = make_settings(folder)
    office = await open_office(settings)
    reports = [make_report(office) for _ in range(polled)]
    database = folder / "host.db"
    with server.running(server.HOST, server.environment(settings)) as port:
        challenge = await fetch_challenge(port)
        await send(port, [submission(report, challenge) for report in reports])
    copies = {}
    for count in sizes:
        progress(f"making a database of {count:,} reports")
        copies[count] = Path(shutil.copy(database, folder / f"{count}.db"))
        _fill(copies[count], count - polled)
    latencies: dict[int, list[float]] = {count: [] for count in sizes}
    requests = [poll_request(report, challenge) for report in reports]
    for number in range(rounds):
        progress(f"poll among many, round {number + 1} of {rounds}")
        for count, copy in copies.items():
            chosen = make_settings(folder, database_url=f"sqlite:///{copy}")
            with server.running(server.HOST, server.environment(chosen)) as port:
                load = await send(port, requests, connections=1)
            assert load.statuses[200] == len(requests)
            latencies[count].append(load.p50)
    few, *others = sizes
    return [
        Figure(
            name=f"POLL p50, {many:,} vs {few:,} reports",
            value=median(
                slow / quick for quick, slow in zip(latencies[few], latencies[many], strict=True)
            ),
            unit="×",
            must=2,
            aim=1.5,
            lower_is_better=True,
        )
        for many in others
    ]

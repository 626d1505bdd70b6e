"""POLL with many reports and with few."""

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

FEW: Final = 10_000
_POLLED: Final = 2000
_FILLER: Final = """\
INSERT INTO reports SELECT ?1, ?2, line_id, ?3, ?3, ?4, reporter_key_id, document_hash,
  received_on, acknowledged_on, feedback_on, closed_on, withdrawn_on, immediate, pauses,
  message_count, erase_on, erased, other_lines, answer_by
FROM reports LIMIT 1"""


def _fill(database: Path, count: int) -> None:
    """Add reports of random keys, like one that is there."""
    keys = sorted(int.from_bytes(secrets.token_bytes(8), "big") >> 1 for _ in range(count))
    rows = ((k, secrets.token_bytes(32), secrets.token_bytes(32), bytes(1216)) for k in keys)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(_FILLER, rows)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def measure(
    folder: Path, *, many: int, rounds: int, progress: Callable[[str], None]
) -> Figure:
    """Return how much longer a poll takes with many reports than with 10,000, at one client."""
    settings = make_settings(folder)
    office = await open_office(settings)
    polled = [make_report(office) for _ in range(_POLLED)]
    database = folder / "host.db"
    with server.running(server.HOST, server.environment(settings)) as port:
        challenge = await fetch_challenge(port)
        await send(port, [submission(report, challenge) for report in polled])
    sizes = {}
    for count in (FEW, many):
        progress(f"making a database of {count:,} reports")
        sizes[count] = Path(shutil.copy(database, folder / f"{count}.db"))
        _fill(sizes[count], count - _POLLED)
    latencies: dict[int, list[float]] = {count: [] for count in sizes}
    requests = [poll_request(report, challenge) for report in polled]
    for number in range(rounds):
        progress(f"poll among many, round {number + 1} of {rounds}")
        for count, copy in sizes.items():
            chosen = make_settings(folder, database_url=f"sqlite:///{copy}")
            with server.running(server.HOST, server.environment(chosen)) as port:
                load = await send(port, requests, connections=1)
            assert load.statuses[200] == len(requests)
            latencies[count].append(load.p50)
    ratios = [slow / quick for quick, slow in zip(*latencies.values(), strict=True)]
    return Figure(
        name=f"POLL p50, {many:,} vs {FEW:,} reports",
        value=median(ratios),
        unit=" ×",
        must=2,
        aim=1.5,
        lower_is_better=True,
    )

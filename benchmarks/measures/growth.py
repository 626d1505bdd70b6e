"""Measures POLL and INBOX with many reports and with few reports, for one client.

All reports are in the inbox of one handler, who reads each of them.
"""

import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.figures import Figure
from benchmarks.sending.filling import FEW, fill
from benchmarks.sending.load import send
from benchmarks.sending.office import (
    Office,
    Report,
    fetch_challenge,
    make_report,
    make_settings,
    open_office,
    poll,
    request,
    submission,
)
from benchmarks.servers import server

_POLL: Final = "POLL"
_PAGES: Final = {
    "inbox, first page": "",
    f"inbox, the first {FEW} in one state": "&state=received",
}

Progress = Callable[[str], None]
Latencies = dict[str, dict[int, list[float]]]
"""Median seconds, by what was asked and by the number of reports, one for each round."""


async def measure(
    folder: Path, *, sizes: tuple[int, ...], polled: int, rounds: int, progress: Progress
) -> list[Figure]:
    """Return how much longer answers take with many reports than with few.

    Args:
        folder: An empty folder.
        sizes: Numbers of reports in a database, the smallest first. The targets are for the last.
        polled: How many requests of each kind to send to each database.
        rounds: How often the databases take turns.
        progress: Gets a text about each step.
    """
    settings = make_settings(folder)
    office = await open_office(settings)
    reports = [make_report(office) for _ in range(polled)]
    with server.running(server.HOST, server.environment(settings)) as port:
        challenge = await fetch_challenge(port)
        await send(port, [submission(report, challenge) for report in reports])
    copies = {}
    for count in sizes:
        progress(f"making a database of {count:,} reports")
        copies[count] = Path(shutil.copy(folder / "host.db", folder / f"{count}.db"))
        fill(copies[count], office.readers[0].id, count - polled)
    asked = _requests(office, reports, challenge)
    latencies: Latencies = defaultdict(lambda: defaultdict(list))
    for number in range(rounds):
        progress(f"among many reports, round {number + 1} of {rounds}")
        for count, copy in copies.items():
            for name, p50 in (await _ask(folder, copy, asked)).items():
                latencies[name][count].append(p50)
    return [figure for name in asked for figure in _figures(name, sizes, latencies[name])]


def _requests(office: Office, reports: list[Report], challenge: str) -> dict[str, list[bytes]]:
    """Return as many requests of each kind as there are reports."""
    key = office.readers[0].signing
    pages = {
        name: [request("GET", office.inbox + wanted, key=key, challenge=challenge)] * len(reports)
        for name, wanted in _PAGES.items()
    }
    return {_POLL: [poll(report, challenge) for report in reports], **pages}


async def _ask(folder: Path, database: Path, asked: dict[str, list[bytes]]) -> dict[str, float]:
    """Return the median seconds of each kind of request."""
    chosen = make_settings(folder, database_url=f"sqlite:///{database}")
    found = {}
    with server.running(server.HOST, server.environment(chosen)) as port:
        for name, requests in asked.items():
            load = await send(port, requests, connections=1)
            assert load.statuses[200] == len(requests)
            found[name] = load.p50
    return found


def _figures(name: str, sizes: tuple[int, ...], latencies: dict[int, list[float]]) -> list[Figure]:
    few, *others = sizes
    figures = []
    for many in others:
        pairs = zip(latencies[few], latencies[many], strict=True)
        must, aim = (1.5, 1.1) if many == sizes[-1] else (None, None)
        figures.append(
            Figure(
                name=f"{name}: p50, {many:,} vs {few:,} reports",
                value=median(slow / quick for quick, slow in pairs),
                unit="×",
                must=must,
                aim=aim,
                lower_is_better=True,
            )
        )
    return figures

"""SUBMIT on a slow disk: how much groups of reports save, and how long one client waits."""

from pathlib import Path
from statistics import median

from benchmarks.figures import Figure
from benchmarks.measures.disk import SlowDisk, make_slow_disk
from benchmarks.plan import Plan
from benchmarks.sending.databases import Database
from benchmarks.sending.load import send
from benchmarks.sending.office import Report, fetch_challenge, make_report, submission
from benchmarks.servers import server

_CREATED = 201


async def measure(database: Database, folder: Path, plan: Plan) -> list[Figure]:
    """Return the figures of a slow disk; none if the system has no C compiler."""
    disk = make_slow_disk(folder)
    if disk is None:
        return []
    reports = [make_report(database.office) for _ in range(plan.slow)]
    few = reports[: -(-plan.slow // 5)]
    grouped, alone = [], []
    for _ in range(plan.seldom):
        _, fsyncs = await _submit(database, disk, reports, milliseconds=5, connections=64)
        grouped.append(len(reports) / fsyncs)
        p50, _ = await _submit(database, disk, few, milliseconds=1, connections=1)
        alone.append(p50 * 1000)
    grouping = "submits per fsync when an fsync takes 5 ms"
    waiting = "SUBMIT p50 at one client, fsync 1 ms"
    return [
        Figure(name=grouping, value=median(grouped), must=15, aim=20),
        Figure(
            name=waiting, value=median(alone), unit="ms", must=2.2, aim=1.9, lower_is_better=True
        ),
    ]


async def _submit(
    database: Database,
    disk: SlowDisk,
    reports: list[Report],
    *,
    milliseconds: float,
    connections: int,
) -> tuple[float, int]:
    """Submit reports on a slow disk; returns the median seconds and the number of fsyncs."""
    environment = server.environment(database.fresh()) | disk.variables(milliseconds)
    with server.running(server.HOST, environment) as port:
        challenge = await fetch_challenge(port)
        requests = [submission(report, challenge) for report in reports]
        before = disk.fsyncs
        load = await send(port, requests, connections=connections)
        fsyncs = disk.fsyncs - before
    assert load.statuses[_CREATED] == len(requests)
    return load.p50, fsyncs

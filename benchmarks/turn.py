"""One turn of a comparison of two checkouts: serves the hot paths once, and prints JSON.

`python -m benchmarks.turn sqlite 640 60`, in the environment of the checkout to measure. This
module and what it imports use only what both checkouts have.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Final

import uvloop

from benchmarks.sending.databases import Database, PostgresDatabase, Setup, SqliteDatabase
from benchmarks.sending.loads import Prepared, Run, serve_host
from tests.support.postgres import PostgresServer

SQLITE, POSTGRESQL = "sqlite", "postgresql"
LABELS: Final = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}


Measured = dict[str, dict[str, float]]
"""Rate, processor time and latencies, by path and number of connections (`SUBMIT, 64`)."""


def measured(run: Run) -> Measured:
    """Return requests per second, and seconds of processor time and latency for a request."""
    return {
        f"{path}, {connections}": {
            "rate": taken.load.rate,
            "cpu": taken.cpu,
            "p50": taken.load.p50,
            "p99": taken.load.p99,
        }
        for (path, connections), taken in run.taken.items()
    }


def main() -> None:
    """Read database, number of reports at 64 connections and at one; print the figures."""
    kind, at_once, alone = sys.argv[1:]
    run = uvloop.run(_serve(kind, int(at_once), int(alone)))
    assert not run.failed, f"{run.failed} requests failed"
    json.dump(measured(run), sys.stdout)


async def _serve(kind: str, at_once: int, alone: int) -> Run:
    with tempfile.TemporaryDirectory(prefix="meldpunt-bench-") as folder:
        database = await _open(kind, Path(folder))
        prepared = Prepared.make(database.office, at_once=at_once, alone=alone)
        return await serve_host(Setup(LABELS[kind], 1, database), prepared)


async def _open(kind: str, folder: Path) -> Database:
    if kind == SQLITE:
        return await SqliteDatabase.make(folder)
    return await PostgresDatabase.make(folder, PostgresServer.start(fast=False))


if __name__ == "__main__":
    main()

"""The parts of a run. Each part measures one thing, and its failure stops no other part."""

import asyncio
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure
from benchmarks.measures import (
    bulletins,
    comparing,
    durability,
    growth,
    order,
    poll_times,
    power,
    slow,
    starting,
    uploads,
)
from benchmarks.plan import Plan
from benchmarks.sending.databases import Database, PostgresDatabase, Setup, SqliteDatabase
from benchmarks.sending.load import send
from benchmarks.sending.office import (
    fetch_challenge,
    make_report,
    make_settings,
    open_office,
    submission,
)
from benchmarks.servers import server
from tests.support.postgres import PostgresServer


class Bench:
    """One run, in a folder of its own."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan = plan
        self.failed = 0
        """Requests over 64 connections to which the host gave a wrong answer or none."""
        self._folder = folder
        self._started = time.monotonic()
        self._postgres: PostgresServer | None = None
        self._databases: dict[str, Database] = {}

    async def measure(self, parts: Iterable[str]) -> list[Figure]:
        """Run parts, and return their figures; a part that fails gives a figure without a value.

        Args:
            parts: Names from `PARTS`.
        """
        figures: list[Figure] = []
        compared = False
        for name in parts:
            try:
                found = await PARTS[name](self)
                figures += found
                compared |= bool(found) and name in COMPARING
            except Exception as error:  # noqa: BLE001 (the other parts go on after any error)
                traceback.print_exc()
                figures.append(Figure(name=f"{name}: {type(error).__name__}", value=None))
        if compared:
            text = "failed requests, all paths and databases"
            figures.append(Figure(name=text, value=self.failed, must=0, lower_is_better=True))
        if self._postgres is not None:
            await asyncio.to_thread(self._postgres.stop)
        return figures

    def tell(self, text: str) -> None:
        """Write to standard error what happens, and how long the run has taken."""
        sys.stderr.write(f"[{time.monotonic() - self._started:4.0f} s] {text}\n")

    def folder(self, name: str) -> Path:
        """Return a new folder."""
        made = self._folder / name
        made.mkdir()
        return made

    async def sqlite(self) -> Database:
        """Return the SQLite file that the parts share."""
        if "sqlite" not in self._databases:
            self._databases["sqlite"] = await SqliteDatabase.make(self.folder("sqlite"))
        return self._databases["sqlite"]

    async def server(self) -> PostgresServer:
        """Return the PostgreSQL server that the parts share, with its default settings."""
        if self._postgres is None:
            self.tell("starting PostgreSQL")
            self._postgres = await asyncio.to_thread(PostgresServer.start, fast=False)
        return self._postgres

    async def postgresql(self) -> Database:
        """Return the PostgreSQL database that the parts share."""
        if "postgresql" not in self._databases:
            made = await PostgresDatabase.make(self.folder("postgresql"), await self.server())
            self._databases["postgresql"] = made
        return self._databases["postgresql"]


async def _compare(bench: Bench, setup: Setup, rounds: int) -> list[Figure]:
    figures, failed = await comparing.measure(setup, replace(bench.plan, rounds=rounds), bench.tell)
    bench.failed += failed
    return figures


async def _sqlite(bench: Bench) -> list[Figure]:
    return await _compare(bench, Setup("SQLite", 1, await bench.sqlite()), bench.plan.rounds)


async def _postgresql(bench: Bench) -> list[Figure]:
    return await _compare(
        bench, Setup("PostgreSQL", 1, await bench.postgresql()), bench.plan.seldom
    )


async def _postgresql_2(bench: Bench) -> list[Figure]:
    if not bench.plan.shared:
        bench.tell("PostgreSQL, 2 workers: left out of a quick run")
        return []
    setup = Setup("PostgreSQL, 2 workers", 2, await bench.postgresql())
    return await _compare(bench, setup, bench.plan.shared)


async def _slow(bench: Bench) -> list[Figure]:
    bench.tell("a slow disk")
    return await slow.measure(await bench.sqlite(), bench.folder("slow"), bench.plan)


async def _uploads(bench: Bench) -> list[Figure]:
    return await uploads.measure(await bench.sqlite(), bench.plan, bench.tell)


async def _bulletins(bench: Bench) -> list[Figure]:
    folder = bench.folder("bulletins")
    return await bulletins.measure(await bench.sqlite(), folder, bench.plan, bench.tell)


async def _growth(bench: Bench) -> list[Figure]:
    plan = bench.plan
    return await growth.measure(
        bench.folder("growth"),
        sizes=plan.sizes,
        polled=plan.polled,
        rounds=plan.rounds,
        progress=bench.tell,
    )


async def _poll_times(bench: Bench) -> list[Figure]:
    bench.tell("times of polls with and without a report")
    return await poll_times.measure(bench.folder("poll-times"), bench.plan.timed)


async def _order(bench: Bench) -> list[Figure]:
    return await order.measure(bench.folder("order"), rows=bench.plan.ordered, progress=bench.tell)


async def _disk(bench: Bench) -> list[Figure]:
    """Return the bytes on the disk of a report, with a 4 KiB body, two readers and all indexes."""
    figures = []
    for label, database in (
        ("SQLite", await bench.sqlite()),
        ("PostgreSQL", await bench.postgresql()),
    ):
        bench.tell(f"bytes on disk, {label}")
        reports = [make_report(database.office) for _ in range(bench.plan.at_once)]
        settings = database.fresh()
        empty = await database.size()
        with server.running(server.HOST, server.environment(settings)) as port:
            challenge = await fetch_challenge(port)
            await send(port, [submission(report, challenge) for report in reports])
        value = (await database.size() - empty) / len(reports)
        figures.append(Figure(name=f"bytes on disk of a report, {label}", value=round(value)))
    return figures


async def _kills(bench: Bench) -> list[Figure]:
    figures = []
    for label in ("SQLite", "PostgreSQL"):
        bench.tell(f"killing the host {bench.plan.kills} times, {label}")
        url = None
        if label == "PostgreSQL":
            postgres = await bench.server()
            url = postgres.url(await asyncio.to_thread(postgres.create))
        settings = make_settings(bench.folder(f"kills-{label}"), database_url=url)
        settings = settings.model_copy(update={"attachments": str(bench.folder(f"files-{label}"))})
        office = await open_office(settings)
        survival = await durability.survive(
            settings, office, rounds=bench.plan.kills, reports=bench.plan.submitted
        )
        figures += durability.figures(survival, f"kill -9, {label}")
    return figures


async def _power(bench: Bench) -> list[Figure]:
    plan = bench.plan
    bench.tell(f"cutting the power at {plan.cuts} moments")
    survival = await asyncio.to_thread(
        power.survive, bench.folder("power"), cuts=plan.cuts, reports=plan.recorded
    )
    return durability.figures(survival, "power loss, SQLite and attachments")


async def _starting(bench: Bench) -> list[Figure]:
    bench.tell("starting the command")
    return await asyncio.to_thread(starting.measure, bench.plan.rounds)


COMPARING: Final = ("sqlite", "postgresql", "postgresql-2")
PARTS: Final[dict[str, Callable[[Bench], Awaitable[list[Figure]]]]] = {
    **dict(zip(COMPARING, (_sqlite, _postgresql, _postgresql_2), strict=True)),
    "slow-disk": _slow,
    "uploads": _uploads,
    "bulletins": _bulletins,
    "many-reports": _growth,
    "poll-times": _poll_times,
    "disk": _disk,
    "order": _order,
    "kills": _kills,
    "power": _power,
    "start": _starting,
}

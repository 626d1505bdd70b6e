"""SUBMIT and POLL of the host, of bare servers and of the usual ORM server, one after the other."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import bare, orm, server
from benchmarks.figures import Figure
from benchmarks.load import Load, send
from benchmarks.office import (
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
from meldpunt.server.settings import Settings

_OK, _CREATED = 200, 201
HOST, BARE, VERIFYING, ORM = "host", "bare", "verifying", "orm"
_ORM_SHARE: Final = 8
"""The ORM server gets one request in this many: it is that much slower."""


class Failures:
    """Counts answers that are not the wished-for status."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, load: Load, wished: int, sent: int) -> None:
        """Count what failed of a load."""
        self.count += sent - load.statuses[wished]


@dataclass(slots=True)
class Paths:
    """A host's folder with an office, and reports that are ready."""

    folder: Path
    settings: Settings
    office: Office
    reports: list[Report]
    failures: Failures
    rows: list[bytes]
    """The same reports as the bare server takes them; filled by the first round."""

    @classmethod
    async def make(cls, folder: Path, *, reports: int) -> "Paths":
        """Make an office, and reports for it."""
        settings = make_settings(folder)
        office = await open_office(settings)
        shutil.copy(folder / "host.db", folder / "empty.db")
        made = [make_report(office) for _ in range(reports)]
        return cls(folder, settings, office, made, Failures(), [])

    def fresh_database(self) -> Path:
        """Return a database with the office alone."""
        database = self.folder / "host.db"
        for file in self.folder.glob("host.db*"):
            file.unlink()
        return Path(shutil.copy(self.folder / "empty.db", database))

    async def signed_round(
        self, app: str, reports: Sequence[Report], variables: Mapping[str, str] | None = None
    ) -> tuple[Load, Load]:
        """Submit and poll on a fresh database, with every request signed."""
        self.fresh_database()
        environment = {**server.environment(self.settings), **(variables or {})}
        with server.running(app, environment) as port:
            challenge = await fetch_challenge(port)
            submissions = [submission(report, challenge) for report in reports]
            polls = [poll(report, challenge) for report in reports] * 2
            submitted, polled = await send(port, submissions), await send(port, polls)
        if app == server.HOST:
            self.failures.note(submitted, _CREATED, len(submissions))
            self.failures.note(polled, _OK, len(polls))
        return submitted, polled

    async def bare_round(self, *, verifying: bool) -> tuple[Load, Load]:
        """Submit and poll the same rows on the bare server."""
        if not self.rows:
            self.rows = list(bare.ready_made(self.folder / "host.db"))
        environment = {bare.DATABASE: str(self.fresh_database())}
        if verifying:
            environment[bare.VERIFYING] = "1"
        submissions = [request("PUT", "/", body=rows) for rows in self.rows]
        keys = (report.key.public_key.hex() for report in self.reports)
        polls = [request("GET", f"/?{key}") for key in keys] * 2
        with server.running(bare.APP, environment) as port:
            return await send(port, submissions), await send(port, polls)


async def measure(paths: Paths, *, rounds: int, progress: Callable[[str], None]) -> list[Figure]:
    """Compare the servers, each in every round; returns the medians of each round's ratios."""
    ratios: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds):
        progress(f"submit and poll, round {number + 1} of {rounds}")
        loads = {HOST: await paths.signed_round(server.HOST, paths.reports)}
        loads[BARE] = await paths.bare_round(verifying=False)
        loads[VERIFYING] = await paths.bare_round(verifying=True)
        few = paths.reports[: len(paths.reports) // _ORM_SHARE]
        loads[ORM] = await paths.signed_round(orm.APP, few)
        for name, (submitted, polled) in loads.items():
            ratios[f"SUBMIT {name}"].append(loads[HOST][0].rate / submitted.rate)
            ratios[f"POLL {name}"].append(loads[HOST][1].rate / polled.rate)
            progress(f"  {name}: {submitted.rate:.0f} and {polled.rate:.0f} a second")
    figures = []
    for path, must, aim in (("SUBMIT", 0.45, 0.65), ("POLL", 0.45, 0.70)):
        figures += [
            Figure(
                name=f"{path} vs bare ASGI, the same durable work or query",
                value=median(ratios[f"{path} {BARE}"]),
                must=must,
                aim=aim,
            ),
            Figure(
                name=f"{path} vs bare ASGI that verifies as many signatures",
                value=median(ratios[f"{path} {VERIFYING}"]),
            ),
            Figure(
                name=f"{path} vs the same service with ORM sessions",
                value=median(ratios[f"{path} {ORM}"]),
                unit=" ×",
                must=4,
                aim=6,
            ),
        ]
    return figures

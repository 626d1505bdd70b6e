"""What a city, a country and a continent ask of hosts, and what that takes: a simulation.

It draws weeks (`demand.py`) with the costs of results.json, and puts their busiest minutes before
cores (`queueing.py`). `capacity_page.py` writes what comes out into docs/capacity.md.
"""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from benchmarks.scale.demand import CHALLENGE, KINDS, LOOK, READ, Flood, Week
from benchmarks.scale.queueing import Job, Served, arrivals, serve
from benchmarks.sending.hot_paths import INBOX, PATHS

_CHALLENGE_SECONDS: Final = 0.05e-3
"""Processor time of a challenge (docs/performance.md)."""
_JOBS: Final = 50_000
"""How many requests are put before a host's processes, at the rate of the busiest minute."""
_LONGEST: Final = 3600.0
"""For how many seconds that rate lasts at most."""
_TUESDAY_MORNING: Final = (24 + 9) * 60
"""The flood comes when handlers are at work as well: the worst moment."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A host, or many, for so many people."""

    name: str
    live: int
    """Reports that all hosts hold together."""
    database: str
    hosts: int = 1
    """Among how many hosts the lines are spread. Each has bulletins of its own."""


SCALES: Final = (
    Scale("a city", 10_000, "SQLite"),
    Scale("a country", 1_000_000, "PostgreSQL"),
    Scale("a continent", 100_000_000, "PostgreSQL", hosts=100),
)


@dataclass(frozen=True, slots=True)
class Costs:
    """Measured processor time for a request, in seconds, and bytes on disk of a message."""

    host: Mapping[str, float]
    database: Mapping[str, float]
    message: float

    @classmethod
    def read(cls, results: Sequence[Mapping[str, Any]], database: str) -> "Costs":
        """Take the costs from the results of `make bench`."""
        found = {str(result["name"]): float(result["value"] or 0) for result in results}
        host = {path: found[f"{path}, {database}: CPU, 64"] / 1000 for path in PATHS}
        name = "{}, {}: CPU of the database, 64"
        own = {path: found.get(name.format(path, database), 0.0) / 1000 for path in PATHS}
        return cls(
            {**host, READ: host[INBOX], CHALLENGE: _CHALLENGE_SECONDS},
            {**own, READ: own[INBOX], CHALLENGE: 0.0},
            found[f"bytes on disk of a report, {database}"],
        )


@dataclass(frozen=True, slots=True)
class Peak:
    """The busiest minute of a simulated time, over all hosts."""

    counts: Mapping[str, int]
    costs: Costs
    hosts: int

    def rate(self, *kinds: str) -> float:
        """Return requests of these kinds a second."""
        return sum(self.counts[kind] for kind in kinds) / 60

    @property
    def load(self) -> float:
        """Return how many cores the hosts keep busy."""
        return sum(self.rate(kind) * self.costs.host[kind] for kind in KINDS)

    @property
    def database_load(self) -> float:
        """Return how many cores the databases keep busy, beside the hosts."""
        return sum(self.rate(kind) * self.costs.database[kind] for kind in KINDS)

    @property
    def processes(self) -> int:
        """Return how many processes one host needs, so that each is at most half busy."""
        return max(1, math.ceil(2 * self.load / self.hosts))

    def serve(self, processes: int, chance: random.Random) -> Served:
        """Put one host's requests before its processes; times vary around the measured ones."""
        rates = {kind: self.rate(kind) / self.hosts for kind in KINDS}
        seconds = _JOBS / max(sum(rates.values()), 1.0)
        jobs = [
            Job(at, chance.expovariate(1 / self.costs.host[kind]))
            for kind, rate in rates.items()
            for at in arrivals(rate, min(seconds, _LONGEST), chance)
        ]
        return serve(sorted(jobs, key=lambda job: job.at), processes)


@dataclass(frozen=True, slots=True)
class Simulated:
    """One scale: its average, its busiest minute, and that of the first hour of a flood."""

    scale: Scale
    costs: Costs
    mean: Mapping[str, float]
    """Requests a second."""
    ordinary: Peak
    flood: Peak


def simulate(scale: Scale, costs: Costs, chance: random.Random) -> Simulated:
    """Draw an ordinary week, and one with a flood."""
    drawn = list(Week(scale.live).draw(chance))
    mean = {
        kind: sum(minute[kind] for minute in drawn) / len(drawn) / 60 for kind in (*KINDS, LOOK)
    }
    flood = Week(scale.live, Flood(_TUESDAY_MORNING)).draw(chance)
    first_hour = islice(flood, _TUESDAY_MORNING, _TUESDAY_MORNING + 60)
    peaks = (_busiest(minutes, scale, costs) for minutes in (drawn, first_hour))
    return Simulated(scale, costs, mean, *peaks)


def _busiest(minutes: Iterable[Mapping[str, int]], scale: Scale, costs: Costs) -> Peak:
    peaks = (Peak(counts, costs, scale.hosts) for counts in minutes)
    return max(peaks, key=lambda peak: peak.load)

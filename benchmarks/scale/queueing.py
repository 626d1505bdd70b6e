"""A queue before several cores: a discrete-event simulation, and the theory that checks it."""

import heapq
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Final

from benchmarks.sending.load import percentile

_SMALL: Final = 30.0
"""Below this mean, numbers are drawn one by one; above it, the normal curve is close enough."""


@dataclass(frozen=True, slots=True)
class Job:
    """A request: when it comes, and how long it keeps a core busy, in seconds."""

    at: float
    takes: float


@dataclass(frozen=True, slots=True)
class Served:
    """What a queue did with all jobs."""

    waits: list[float]
    """Seconds from the arrival of each job until a core begins with it."""
    stays: list[float]
    """Seconds from the arrival of each job until it is done."""
    busy: float
    """Seconds of all cores together."""
    until: float
    """When the last job was done."""

    @property
    def utilisation(self) -> float:
        """Seconds of one core that were busy in a second, on average over all jobs."""
        return self.busy / self.until if self.until else 0.0

    @property
    def mean_wait(self) -> float:
        """Seconds that a job waits on average."""
        return mean(self.waits)

    @property
    def p99(self) -> float:
        """Seconds that 99 of 100 jobs do not exceed, wait and work together."""
        return percentile(self.stays, 99)


def serve(jobs: Sequence[Job], cores: int) -> Served:
    """Serve jobs in their order of arrival: each takes the core that is free first."""
    free_at = [0.0] * cores
    waits, stays, busy, until = [], [], 0.0, 0.0
    for job in jobs:
        begun = max(job.at, free_at[0])
        done = begun + job.takes
        heapq.heapreplace(free_at, done)
        waits.append(begun - job.at)
        stays.append(done - job.at)
        busy += job.takes
        until = max(until, done)
    return Served(waits, stays, busy, until)


def arrivals(rate: float, seconds: float, chance: random.Random) -> list[float]:
    """Draw moments at which independent clients come, `rate` a second on average."""
    count = poisson(rate * seconds, chance)
    return sorted(chance.uniform(0, seconds) for _ in range(count))


def poisson(expected: float, chance: random.Random) -> int:
    """Draw how many of many independent clients come."""
    if expected > _SMALL:
        return max(0, round(chance.gauss(expected, math.sqrt(expected))))
    limit, product, count = math.exp(-expected), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def erlang_c(load: float, cores: int) -> float:
    """Return the probability that a job must wait: Erlang's formula for M/M/c.

    Args:
        load: Arrivals a second times the mean seconds of a job; less than `cores`.
        cores: How many jobs run at the same time.
    """
    blocked = 1.0  # Erlang B, by its recursion over the number of cores
    for number in range(1, cores + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - load / cores * (1 - blocked))


def mean_wait(rate: float, takes: float, cores: int) -> float:
    """Return the mean seconds of waiting in M/M/c."""
    load = rate * takes
    return erlang_c(load, cores) * takes / (cores - load)

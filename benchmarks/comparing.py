"""Compares the host with the other servers, each in every round, on every kind of database."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median
from typing import Final

from benchmarks.databases import Setup
from benchmarks.figures import Figure, Place
from benchmarks.paths import ALONE, AT_ONCE, PATHS, POLL, SUBMIT, Paths, Run, Taken
from benchmarks.plan import Plan

HOST, BARE, LEAST, ORM = "host", "bare", "least", "orm"
_OTHERS: Final = {
    BARE: "bare ASGI, the same durable work or query",
    LEAST: "bare ASGI that does the least the protocol asks",
    ORM: "the same service with ORM sessions",
}
_SHORT: Final = {BARE: "bare", LEAST: "least", ORM: "ORM"}
_TARGETS: Final = {
    (SUBMIT, BARE): (0.45, 0.65),
    (POLL, BARE): (0.45, 0.70),
    (SUBMIT, ORM): (4, 6),
    (POLL, ORM): (4, 6),
}
MILLISECONDS: Final = 1000
_MIB: Final = 1024 * 1024

Runs = dict[str, list[Run]]
"""The runs of each server, one for each round."""
Progress = Callable[[str], None]


async def measure(setup: Setup, plan: Plan, progress: Progress) -> tuple[list[Figure], int]:
    """Compare the servers on one setup; returns the figures, and the host's failed requests.

    Args:
        setup: The setup of the host and the bare server. Other servers run only on the default.
        plan: How much to send.
        progress: Gets a text about each step.
    """
    prepared = Paths.make(setup, at_once=plan.at_once, alone=plan.alone)
    servers: dict[str, Callable[[], Awaitable[Run]]] = {
        HOST: prepared.host,
        BARE: partial(prepared.bare, does_least=False),
    }
    if setup.is_default:
        servers |= {LEAST: partial(prepared.bare, does_least=True), ORM: prepared.orm}
    runs: Runs = defaultdict(list)
    for number in range(plan.rounds):
        for name, serve in servers.items():
            progress(f"{setup.label}, round {number + 1} of {plan.rounds}: {name}")
            run = await serve()
            runs[name].append(run)
            progress(f"  {_rates(run)} requests a second")
    figures = [figure for path in PATHS for figure in _of_path(path, setup, runs)]
    memory = median(run.memory for run in runs[HOST]) / _MIB
    figures.append(Figure(name=f"memory of the host, {setup.label}", value=memory, unit="MiB"))
    return figures, sum(run.failed for run in runs[HOST])


def _rates(run: Run) -> str:
    return ", ".join(
        f"{path} {run.taken[path, AT_ONCE].load.rate:,.0f}"
        for path in PATHS
        if (path, AT_ONCE) in run.taken
    )


def ratios(runs: Runs, other: str, kind: tuple[str, int]) -> list[float]:
    """Return, for each round, the host's rate divided by the rate of another server."""
    return [
        host.taken[kind].load.rate / run.taken[kind].load.rate
        for host, run in zip(runs[HOST], runs[other], strict=True)
        if kind in run.taken
    ]


def _of_path(path: str, setup: Setup, runs: Runs) -> list[Figure]:
    row = f"{path}, {setup.label}"
    figures = []
    for connections in (AT_ONCE, ALONE):
        kind = path, connections
        for other, text in _OTHERS.items():
            found = ratios(runs, other, kind) if other in runs else []
            if found:
                figures.append(_ratio(setup, path, connections, other, text, median(found)))
        taken = [run.taken[kind] for run in runs[HOST]]
        for name, read in _TIMES.items():
            if connections == ALONE and "CPU" in name:
                continue  # too few requests for the system's clock
            value = median(read(each) for each in taken) * MILLISECONDS
            if value:
                place = Place(row, f"{name}, {connections}")
                figures.append(Figure(name=_name(row, place), value=value, unit="ms", place=place))
    return figures


_TIMES: Final[dict[str, Callable[[Taken], float]]] = {
    "p50": lambda taken: taken.load.p50,
    "p99": lambda taken: taken.load.p99,
    "CPU": lambda taken: taken.cpu,
    "CPU of the database": lambda taken: taken.database_cpu,
}


def _name(row: str, place: Place) -> str:
    return f"{row}: {place.column}"


def _ratio(
    setup: Setup, path: str, connections: int, other: str, text: str, value: float
) -> Figure:
    targets = _TARGETS if connections == AT_ONCE and setup.is_default else {}
    must, aim = targets.get((path, other), (None, None))
    name = f"{path} vs {text}"
    if must is None:
        name = f"{path}, {setup.label}: vs {text}, {connections}"
    place = Place(f"{path}, {setup.label}", f"vs {_SHORT[other]}, {connections}")
    unit = "×" if other == ORM else ""
    return Figure(name=name, value=value, unit=unit, must=must, aim=aim, place=place)

"""Compares the host with the other servers, in turns, on every kind of database.

Rates of a shared machine drift within seconds, and processor time for a request does not. So the
host is compared with the least server by processor time, and with the others by rate.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median
from typing import Final

from benchmarks.figures import Figure, Place
from benchmarks.plan import Plan
from benchmarks.sending.databases import Setup
from benchmarks.sending.hot_paths import INBOX, PATHS, POLL, REPLY, SUBMIT
from benchmarks.sending.loads import ALONE, AT_ONCE, Run, Taken
from benchmarks.sending.paths import Paths

HOST, BARE, LEAST, ORM = "host", "bare", "least", "orm"
MILLISECONDS: Final = 1000
_MIB: Final = 1024 * 1024
_CPU, _RATE = "CPU", "rate"
_COMPARED: Final = {
    (_CPU, LEAST): "least, CPU",
    (_RATE, LEAST): "least, rate",
    (_RATE, BARE): "bare, rate",
    (_RATE, ORM): "the same service with ORM sessions, rate",
}
"""How the host is compared, and with which server."""
_TARGETS: Final = {
    (SUBMIT, _CPU, LEAST): (0.62, 0.75),
    (POLL, _CPU, LEAST): (0.70, 0.85),
    (REPLY, _CPU, LEAST): (0.55, 0.70),
    (INBOX, _RATE, BARE): (0.35, 0.50),
    (SUBMIT, _RATE, ORM): (6, 8),
    (POLL, _RATE, ORM): (6, 8),
}
"""What the host must reach and aims at, on the default of an operator, over 64 connections."""

Runs = dict[str, list[Run]]
"""The runs of each server, one for each round in which it has a turn."""
Kind = tuple[str, int]
"""A path and a number of connections."""
Progress = Callable[[str], None]


async def measure(setup: Setup, plan: Plan, progress: Progress) -> tuple[list[Figure], int]:
    """Compare the servers on one setup; returns the figures, and the host's failed requests.

    Args:
        setup: The setup of the host and the least server. Others run only on the default.
        plan: How much to send.
        progress: Gets a text about each step.
    """
    prepared = Paths.make(setup, at_once=plan.at_once, alone=plan.alone)
    servers: dict[str, Callable[[], Awaitable[Run]]] = {
        HOST: prepared.host,
        LEAST: partial(prepared.bare, does_least=True),
    }
    if setup.is_default:
        servers |= {BARE: partial(prepared.bare, does_least=False), ORM: prepared.orm}
    runs: Runs = defaultdict(list)
    for number in range(plan.rounds):
        for name, serve in servers.items():
            if name == ORM and number >= plan.seldom:
                continue
            progress(f"{setup.label}, round {number + 1} of {plan.rounds}: {name}")
            run = await serve()
            runs[name].append(run)
            progress(f"  {_rates(run)} requests a second")
    figures = [figure for path in PATHS for figure in _of_path(path, setup, runs)]
    if not setup.is_default:
        figures.append(_tail(setup, runs[HOST]))
    memory = median(run.memory for run in runs[HOST]) / _MIB
    figures.append(Figure(name=f"memory of the host, {setup.label}", value=memory, unit="MiB"))
    return figures, sum(run.failed for run in runs[HOST])


def _rates(run: Run) -> str:
    return ", ".join(
        f"{path} {run.taken[path, AT_ONCE].load.rate:,.0f}"
        for path in PATHS
        if (path, AT_ONCE) in run.taken
    )


def rate_ratios(runs: Runs, other: str, kind: Kind) -> list[float]:
    """Return, for each round, the host's rate divided by the rate of another server."""
    return [host.load.rate / compared.load.rate for host, compared in _in_turns(runs, other, kind)]


def cpu_ratios(runs: Runs, other: str, kind: Kind) -> list[float]:
    """Return, for each round, another server's processor time divided by the host's.

    It is the share of the host's time that the other server needs for the same request.
    """
    return [compared.cpu / host.cpu for host, compared in _in_turns(runs, other, kind)]


def _in_turns(runs: Runs, other: str, kind: Kind) -> list[tuple[Taken, Taken]]:
    """Return what host and other server took in each round in which the other one had its turn."""
    if other not in runs:
        return []
    is_whole = other != ORM  # which may have fewer rounds
    rounds = zip(runs[HOST], runs[other], strict=is_whole)
    return [(host.taken[kind], run.taken[kind]) for host, run in rounds if kind in run.taken]


def _of_path(path: str, setup: Setup, runs: Runs) -> list[Figure]:
    figures = []
    for connections in (AT_ONCE, ALONE):
        kind = path, connections
        for what, other in _COMPARED:
            if what == _CPU and connections == ALONE:
                continue  # too few requests for the system's clock
            found = (cpu_ratios if what == _CPU else rate_ratios)(runs, other, kind)
            if found:
                figures.append(_ratio(setup, kind, (what, other), median(found)))
        figures += _times(kind, setup, [run.taken[kind] for run in runs[HOST]])
    return figures


_TIMES: Final[dict[str, Callable[[Taken], float]]] = {
    "p50": lambda taken: taken.load.p50,
    "p99": lambda taken: taken.load.p99,
    "CPU": lambda taken: taken.cpu,
    "CPU of the database": lambda taken: taken.database_cpu,
}


def _times(kind: Kind, setup: Setup, taken: list[Taken]) -> list[Figure]:
    path, connections = kind
    figures = []
    for name, read in _TIMES.items():
        if connections == ALONE and "CPU" in name:
            continue
        value = median(read(each) for each in taken) * MILLISECONDS
        if value:
            place = Place(f"{path}, {setup.label}", f"{name}, {connections}")
            figures.append(Figure(name=_name(place), value=value, unit="ms", place=place))
    return figures


def _name(place: Place) -> str:
    return f"{place.row}: {place.column}"


def _ratio(setup: Setup, kind: Kind, how: tuple[str, str], value: float) -> Figure:
    path, connections = kind
    what, other = how
    shown = other.upper() if other == ORM else other
    place = Place(f"{path}, {setup.label}", f"{what} vs {shown}, {connections}")
    targets = _TARGETS if connections == AT_ONCE and setup.is_default else {}
    must, aim = targets.get((path, *how), (None, None))
    name = _name(place) if must is None else f"{path} vs {_COMPARED[how]}"
    unit = "×" if other == ORM else ""
    return Figure(name=name, value=value, unit=unit, must=must, aim=aim, place=place)


def _tail(setup: Setup, runs: list[Run]) -> Figure:
    """Return how much longer the slowest polls take than most; only one worker has a target."""
    loads = [run.taken[POLL, AT_ONCE].load for run in runs]
    must, aim = (3, 2) if setup.workers == 1 else (None, None)
    return Figure(
        name=f"POLL p99 / p50, {setup.label}",
        value=median(load.p99 / load.p50 for load in loads),
        unit="×",
        must=must,
        aim=aim,
        lower_is_better=True,
    )

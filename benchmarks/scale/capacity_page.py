"""Writes what the simulation of capacity gives into docs/capacity.md.

`python -m benchmarks.scale.capacity_page` does it from results.json; `make bench` does it after a
run.
"""

import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import amount, between_marks, markdown
from benchmarks.scale.capacity import SCALES, Costs, Peak, Simulated, simulate
from benchmarks.scale.demand import CHALLENGE, KINDS, LOOK, PARAMETERS, READ, value
from benchmarks.sending.hot_paths import INBOX, PATHS, POLL, REPLY, SUBMIT, UPLOAD
from meldpunt.protocol.verify.bulletin import TAG_SIZE, padded_count

PAGE: Final = Path("docs", "capacity.md")
_NAMES: Final = {
    SUBMIT: "new reports",
    REPLY: "further messages",
    POLL: "signed polls",
    READ: "messages read",
    INBOX: "pages of inboxes",
    UPLOAD: "parts of files, 1 MB",
    CHALLENGE: "challenges, at most",
    LOOK: "quiet looks",
}
_ENTRIES, _ENTRY, _MESSAGE, _PART = 20, 2600, 11_500, 1_000_000
"""Entries of a page, and bytes of an entry, of a message of 4 KiB in JSON, of a part of a file."""
_WITH_NEWS: Final = 0.0272
"""Share of live reports that get something on a working day (`bulletin_year.py`)."""
_WINDOW: Final = 106
"""Days of a look in the middle of a month: those of this month and of the three before."""
_SEED: Final = 1
_MEGA, _GIGA, _TERA = 1e6, 1e9, 1e12

Column = Callable[[Simulated], str]


def write_page(results: Sequence[Mapping[str, Any]], root: Path) -> None:
    """Simulate, and write the tables between the marks of the page of a checkout."""
    page = root / PAGE
    text = page.read_text(encoding="utf-8")
    page.write_text(between_marks(text, tables(results)), encoding="utf-8")


def tables(results: Sequence[Mapping[str, Any]]) -> str:
    """Return all tables: what one machine takes, the parameters, and each scale."""
    chance = random.Random(_SEED)  # noqa: S311 (the same weeks in every run)
    costs = {label: Costs.read(results, label) for label in ("SQLite", "PostgreSQL")}
    found = [simulate(scale, costs[scale.database], chance) for scale in SCALES]
    asked = [[_NAMES[kind], *(_asked(kind, each) for each in found)] for kind in (*KINDS, LOOK)]
    takes = [[name, *(tell(each) for each in found)] for name, tell in _TAKES.items()]
    head = ["", *(f"{scale.name}, {scale.live:,} live reports" for scale in SCALES)]
    return "\n\n".join(
        (
            "### What one core takes",
            _one_core(costs),
            "### What people are assumed to do",
            markdown([["", "", "source"], *_parameters()]),
            "### What they ask in a second: on average, in the busiest minute, in that of a flood",
            markdown([head, *asked]),
            "### What that takes in the busiest minute",
            markdown([head, *takes]),
        )
    )


def _one_core(costs: Mapping[str, Costs]) -> str:
    head = ["", *(f"CPU on {label}" for label in costs), "of PostgreSQL itself", "a core takes"]
    rows = [head]
    for path in PATHS:
        host = [each.host[path] for each in costs.values()]
        own = costs["PostgreSQL"].database[path]
        times = [amount(1000 * seconds, "ms") for seconds in (*host, own)]
        rows.append([path, *times, f"{amount(1 / max(host), '')} a second"])
    return markdown(rows)


def _parameters() -> list[list[str]]:
    return [[each.meaning, amount(each.value, ""), each.source] for each in PARAMETERS.values()]


def _asked(kind: str, found: Simulated) -> str:
    rates = (found.mean[kind], found.ordinary.rate(kind), found.flood.rate(kind))
    return " / ".join(map(_two_digits, rates))


def _two_digits(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"  # noqa: PLR2004 (two digits)


def _p99(when: str) -> Column:
    def tell(found: Simulated) -> str:
        peak = found.ordinary if when == "ordinary" else found.flood
        served = peak.serve(found.ordinary.processes, random.Random(_SEED))  # noqa: S311 (as above)
        return amount(1000 * served.p99, "ms")

    return tell


def _in_database(found: Simulated) -> float:
    messages = value("reporter messages") + value("handler messages")
    return found.scale.live * messages * found.costs.message


def _in_files(found: Simulated) -> float:
    return found.scale.live * value("files") * value("file") * _PART


def _bits(peak: Peak) -> str:
    taken = peak.rate(UPLOAD) * _PART + peak.rate(SUBMIT, REPLY) * _MESSAGE
    given = peak.rate(INBOX) * _ENTRIES * _ENTRY + peak.rate(READ) * _MESSAGE
    return " / ".join(f"{_two_digits(8 * size / _MEGA)} Mbit/s" for size in (taken, given))


def day_bytes(live: int) -> int:
    """Return the bytes of a bulletin of one day, on a host with so many reports."""
    return padded_count(math.ceil(live * _WITH_NEWS)) * TAG_SIZE


def _host_day(found: Simulated) -> int:
    return day_bytes(found.scale.live // found.scale.hosts)


def _window(found: Simulated) -> float:
    return _host_day(found) * _WINDOW


def _looks(found: Simulated) -> str:
    rates = (found.ordinary.rate(LOOK), found.flood.rate(LOOK))
    usual, flood = (_two_digits(8 * rate * _window(found) / _GIGA) for rate in rates)
    return f"{usual} Gbit/s, in a flood {flood}"


def _busy(cores: float) -> str:
    return _two_digits(cores) if cores else "none"


_TAKES: Final[dict[str, Column]] = {
    "hosts": lambda found: f"{found.scale.hosts:,}",
    "processes of each host, so that they are at most half busy": lambda found: (
        f"{found.ordinary.processes:,}"
    ),
    "cores that all hosts keep busy": lambda found: _busy(found.ordinary.load),
    "cores that all hosts keep busy in a flood": lambda found: _busy(found.flood.load),
    "cores that PostgreSQL keeps busy": lambda found: _busy(found.ordinary.database_load),
    "cores of PostgreSQL in a flood": lambda found: _busy(found.flood.database_load),
    "p99 of answers, wait and work": _p99("ordinary"),
    "p99 of answers in a flood, with as many processes": _p99("flood"),
    "durable writes a second": lambda found: (
        f"{_two_digits(found.ordinary.rate(SUBMIT, REPLY, UPLOAD))}, "
        f"in a flood {_two_digits(found.flood.rate(SUBMIT, REPLY, UPLOAD))}"
    ),
    "database": lambda found: amount(_in_database(found) / _GIGA, "GB"),
    "files": lambda found: amount(_in_files(found) / _TERA, "TB"),
    "network in / out": lambda found: _bits(found.ordinary),
    "network in / out, in a flood": lambda found: _bits(found.flood),
    "bulletin of a day, of one host": lambda found: f"{_host_day(found):,} bytes",
    f"bulletins of a look, {_WINDOW} days": lambda found: amount(_window(found) / _MEGA, "MB"),
    "bulletins for all looks": _looks,
}
"""What a scale takes, in the busiest minute unless a row says otherwise."""


def main() -> None:
    """Write the page from the committed results."""
    root = Path(__file__).parents[2]
    write_page(json.loads((root / "benchmarks" / "results.json").read_bytes()), root)


if __name__ == "__main__":
    main()

"""Simulates a year of bulletins, and counts what their number and lengths tell.

    python -m benchmarks.scale.bulletin_year

A host with a real database writes the files of a year. Which reports get something is drawn at
random: 2 % of all live reports a day on average, much on working days and little at weekends.
"""

import asyncio
import math
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.figures import markdown
from benchmarks.sending.office import make_settings
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.bulletin import TAG_SIZE, bulletin_tag, is_day, padded_count
from meldpunt.server.app import open_host
from meldpunt.server.host import Host
from meldpunt.server.store.bulletins import BulletinRow
from meldpunt.server.store.database import migration
from meldpunt.server.usecases.bulletins import day_size, read_day, write_day

FIRST: Final = date(2027, 1, 1)
DAYS: Final = 365
LIVE: Final = (100, 10_000, 1_000_000)
"""How many reports are open at the same time, all year."""
_YEARS: Final = 200
"""How many years of traffic the lengths are drawn for."""
_WEEKEND: Final = 5
_WORKING, _RESTING = 0.0272, 0.002
"""Share of the live reports that get something on a working day, and on another one: 2 % a day."""


@dataclass(frozen=True, slots=True)
class Year:
    """What one simulated year shows to everybody, and what it hides."""

    live: int
    real: list[int]
    """How many reports got something, day by day; nobody sees it."""
    names: list[str]
    """The names in the index."""
    lengths: list[int]
    """Bytes of the files of days."""
    ranks: list[float]
    """Where the real tags of some days lie in their files, from 0 to 1; nobody sees it."""
    first_bytes: Counter[int]
    """The first bytes of all tags of some days."""

    @property
    def changes(self) -> int:
        """How often the length changes from one day to the next."""
        return sum(a != b for a, b in zip(self.lengths, self.lengths[1:], strict=False))


def drawn(live: int, chance: random.Random) -> list[int]:
    """Draw how many reports get something on each day of a year."""
    return [_binomial(live, _share(day), chance) for day in _days()]


def _days() -> Iterator[date]:
    return (FIRST + timedelta(days=i) for i in range(DAYS))


def _share(day: date) -> float:
    return _WORKING if day.weekday() < _WEEKEND else _RESTING


def _binomial(count: int, share: float, chance: random.Random) -> int:
    """Return how many of `count` reports get something; by the normal curve where it is close."""
    spread = math.sqrt(count * share * (1 - share))
    if spread < 5:  # noqa: PLR2004 (few enough to draw each)
        return sum(chance.random() < share for _ in range(count))
    return min(count, max(0, round(chance.gauss(count * share, spread))))


def lengths(real: Sequence[int]) -> list[int]:
    """Return the lengths in bytes of the files of a year, by the host's own rule."""
    rows: list[BulletinRow] = []
    found = []
    for day, count in zip(_days(), real, strict=True):
        found.append(day_size(rows[-90:], day, count) * TAG_SIZE)
        empty = ids.Hash(bytes(32))
        row = BulletinRow(name=str(day), position=0, count=0, hash=empty, least=padded_count(count))
        rows.append(row)
    return found


def bits(series: Sequence[Sequence[int]]) -> float:
    """Return the entropy of a list of series: how much a year's lengths tell, in bits."""
    counts = Counter(map(tuple, series)).values()
    return sum(n / len(series) * math.log2(len(series) / n) for n in counts)


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[Host]:
    host = open_host(make_settings(folder))
    try:
        await migration.migrate(host.store)
        yield host
    finally:
        await host.close()


async def simulate(live: int, folder: Path, chance: random.Random) -> Year:
    """Let a host write the files of a year."""
    real = drawn(live, chance)
    ranks: list[float] = []
    first_bytes: Counter[int] = Counter()
    async with _open(folder) as host:
        keys = [os.urandom(16) for _ in range(max(real))]
        for number, (day, count) in enumerate(zip(_days(), real, strict=True)):
            tags = {bulletin_tag(key, day) for key in keys[:count]}
            await write_day(host, day, tags)
            if number % 7 == 0:
                content = await read_day(host, str(day))
                every = [content[i : i + TAG_SIZE] for i in range(0, len(content), TAG_SIZE)]
                first_bytes.update(tag[0] for tag in every)
                ranks += [i / (len(every) - 1) for i, tag in enumerate(every) if tag in tags]
        index = await host.bulletins.index()
    return Year(
        live=live,
        real=real,
        names=[row.name for row in index],
        lengths=[row.count * TAG_SIZE for row in index if is_day(row.name)],
        ranks=ranks,
        first_bytes=first_bytes,
    )


def _row(year: Year, told: float) -> list[str]:
    weekends = [
        n for n, day in zip(year.lengths, _days(), strict=True) if day.weekday() >= _WEEKEND
    ]
    spans = f"{min(year.real):,} / {median(year.real):,.0f} / {max(year.real):,}"
    seen = ", ".join(f"{n:,}" for n in sorted(set(year.lengths)))
    weekend = ", ".join(f"{n:,}" for n in sorted(set(weekends)))
    cells = (spans, len(year.names), seen, weekend, year.changes, f"{told:.2f}")
    return [f"{year.live:,}", *map(str, cells)]


async def _main() -> None:
    chance = random.Random(1)  # noqa: S311 (the same years in every run)
    rows = [
        [
            "live reports",
            "reports with news a day: least / median / most",
            "files",
            "lengths of days, bytes",
            "of weekends",
            "changes of length",
            f"bits that the lengths of {_YEARS} years tell",
        ]
    ]
    for live in LIVE:
        with tempfile.TemporaryDirectory() as folder:
            year = await simulate(live, Path(folder), chance)
        told = bits([lengths(drawn(live, chance)) for _ in range(_YEARS)])
        rows.append(_row(year, told))
    sys.stdout.write(markdown(rows) + "\n")


if __name__ == "__main__":
    asyncio.run(_main())

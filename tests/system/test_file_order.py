"""A stolen database file does not tell in which order reports came, nor what was erased.

Randomness and day are fixed, so that a file is the same at every run. What is measured over many
seeds, with the chances of a single one, stands in docs/performance.md.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import pytest

from benchmarks.measures.btrees import cells, rank_correlation
from benchmarks.measures.order import ENOUGH, TABLES, empty_log, fill, order_left
from benchmarks.sending.office import Office, Report, make_settings, open_office
from meldpunt.server.app import open_host
from meldpunt.server.clock import TimeSource
from meldpunt.server.host import Host
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.reports import find_report_by_key
from meldpunt.server.usecases.reports.messages import erase

MOST: Final = 0.1
ROWS: Final = 2 * ENOUGH
"""With no order left, chance alone would have to be more than five deviations off to reach 0.1."""
OF_LINES: Final = (
    "alembic",
    "box_keys",
    "handlers",
    "identity",
    "line_documents",
    "lines",
    "texts",
)
CLOCK: Final = TimeSource(lambda: 1_800_000_000)
SEED: Final = 20
PARTS: Final = {0: 1, 1: 1, 2: 3, 3: 9}
"""Rows that a body of each size class takes: at most 8 KiB in one."""


@dataclass
class Disk:
    """A host, and the files it leaves."""

    host: Host
    office: Office
    database: Path

    @property
    def log(self) -> bytes | None:
        """The write-ahead log; None if there is no such file."""
        file = self.database.with_name(f"{self.database.name}-wal")
        return file.read_bytes() if file.exists() else None

    @property
    def files(self) -> bytes:
        """Everything on the disk that is the database's."""
        names = sorted(self.database.parent.glob(f"{self.database.name}*"))
        return b"".join(name.read_bytes() for name in names)


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Disk]:
    settings = make_settings(tmp_path)
    office = await open_office(settings, draw=Random(SEED).randbytes, today=CLOCK.today())  # noqa: S311 (the same at every run)
    host = open_host(settings, clock=CLOCK)
    yield Disk(host, office, tmp_path / "host.db")
    await host.close()


@pytest.mark.parametrize("size_class", PARTS)
async def test_rows_do_not_lie_in_the_order_in_which_they_came(disk: Disk, size_class: int) -> None:
    count = -(-ROWS // PARTS[size_class])
    sent = await fill(disk.host, disk.office, size_class=size_class, count=count)
    empty_log(disk.database)
    at_once = order_left(disk.database, disk.office, sent)
    assert "body_parts" in at_once
    assert {name: at_once[name] for name in TABLES if abs(at_once.get(name, 0)) > MOST} == {}

    await disk.host.store.tidy()
    tidied = order_left(disk.database, disk.office, sent)
    assert tidied.keys() == at_once.keys()
    assert {name: value for name, value in tidied.items() if abs(value) > MOST} == {}


async def test_every_table_and_index_that_a_report_fills_is_judged(disk: Disk) -> None:
    sent = await fill(disk.host, disk.office, size_class=0, count=ENOUGH)
    await disk.host.store.tidy()
    filled = {cell.tree for cell in cells(disk.database)}
    others = filled - order_left(disk.database, disk.office, sent).keys()
    assert {tree for tree in others if not any(name in tree for name in OF_LINES)} == set()


async def test_the_hourly_tidying_mixes_the_few_rows_of_a_small_file(disk: Disk) -> None:
    sent = await fill(disk.host, disk.office, size_class=0, count=200)
    arrivals = {report.key.public_key: place for place, report in enumerate(sent)}

    def left() -> float:
        """Return the worst of the indexes: by the key in force, and by the first one."""
        empty_log(disk.database)
        pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for cell in cells(disk.database):
            for value in cell.values:
                if cell.tree not in TABLES and isinstance(value, bytes) and value in arrivals:
                    pairs[cell.tree].append((arrivals[value], cell.position))
        assert [len(found) for found in pairs.values()] == [len(sent)] * 2
        return max(abs(rank_correlation(found)) for found in pairs.values())

    assert left() > 0.9  # one index page: why a small file is tidied every hour
    await disk.host.store.tidy(if_small=True)
    assert left() < 0.3  # four standard deviations of 200 rows


async def test_tidying_and_closing_leave_no_log(disk: Disk) -> None:
    await fill(disk.host, disk.office, size_class=1, count=20)
    assert disk.log
    await disk.host.store.tidy()
    assert disk.log == b""
    await fill(disk.host, disk.office, size_class=1, count=20)
    assert disk.log
    await disk.host.close()
    assert disk.log is None


async def test_what_is_erased_is_on_no_page_of_file_or_log(disk: Disk) -> None:
    kept = await fill(disk.host, disk.office, size_class=3, count=10)
    gone = (await fill(disk.host, disk.office, size_class=3, count=5))[0]
    kept += await fill(disk.host, disk.office, size_class=1, count=10)
    assert {needle for needle in content(gone) if needle not in disk.files} == set()

    def work(tx: Transaction) -> None:
        report = find_report_by_key(tx, gone.key.public_key)
        assert report is not None
        erase(tx, report, today=disk.host.clock.today())

    await disk.host.store.write(work)
    await disk.host.store.tidy()
    files = disk.files
    assert {needle for needle in content(gone) if needle in files} == set()
    for report in kept:
        assert all(needle in files for needle in content(report))


async def test_erasing_alone_overwrites_the_pages(disk: Disk) -> None:
    (gone,) = await fill(disk.host, disk.office, size_class=2, count=1)
    await fill(disk.host, disk.office, size_class=0, count=30)
    empty_log(disk.database)

    def work(tx: Transaction) -> None:
        report = find_report_by_key(tx, gone.key.public_key)
        assert report is not None
        erase(tx, report, today=disk.host.clock.today())

    await disk.host.store.write(work)
    await asyncio.to_thread(empty_log, disk.database)
    data = disk.database.read_bytes()  # free pages and free places included: nothing was rewritten
    assert {needle for needle in content(gone) if needle in data} == set()


def content(report: Report) -> set[bytes]:
    """Return pieces of a report that are on a disk only where it is: of each page's worth, two."""
    message = report.put.message
    pieces = {message.header[-40:], message.signature, *(wrap.wrap[-32:] for wrap in message.wraps)}
    step = 4096
    return pieces | {message.body[at : at + 32] for at in range(64, len(message.body), step)}

"""Measures how fast the host serves a bulletin from its own process, and the memory it takes."""

import os
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.sending.databases import Database
from benchmarks.sending.load import send
from benchmarks.sending.office import request
from benchmarks.servers import server, static, usage
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.bulletin import MIN_TAGS, TAG_SIZE, bulletin_hash
from meldpunt.server.clock import TimeSource
from meldpunt.server.settings import Settings
from meldpunt.server.store.bulletins import BulletinRow, insert_bulletins
from meldpunt.server.store.database.url import open_store

_LARGE: Final = 32_768
"""Tags of a day at a million reports."""
_SIZES: Final = (MIN_TAGS, _LARGE)
_OK: Final = 200
_MIB: Final = 1024 * 1024
_REQUESTS: Final = {MIN_TAGS: 8, _LARGE: 2}
"""How many requests a round sends, for each report that other parts submit."""
HOST, DISK, MEMORY, INDEX = "host", "disk", "memory", "index"


async def measure(
    database: Database, folder: Path, plan: Plan, progress: Callable[[str], None]
) -> list[Figure]:
    """Compare the host with a bare server that serves the same bytes as a static file."""
    rates: dict[tuple[str, int], list[float]] = defaultdict(list)
    grown: list[int] = []
    for number in range(plan.rounds):
        progress(f"bulletins, round {number + 1} of {plan.rounds}")
        counts = {tags: plan.at_once * _REQUESTS[tags] for tags in _SIZES}
        contents = {tags: make_tags(tags) for tags in _SIZES}
        grown += await _by_host(database.fresh(), contents, counts, rates)
        for tags, content in contents.items():
            file = folder / f"{tags}"
            _write(file, content)
            await _by_static(file, tags, counts[tags], rates)
        told = ", ".join(
            f"{name} {tags}: {found[-1]:,.0f}" for (name, tags), found in rates.items()
        )
        progress(f"  {told} requests a second")
    return [*_figures(rates), *_memory(grown)]


def make_tags(count: int) -> bytes:
    """Return tags that look random, in order."""
    return b"".join(sorted({os.urandom(TAG_SIZE) for _ in range(count + 64)})[:count])


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


async def _by_host(
    settings: Settings,
    contents: dict[int, bytes],
    counts: dict[int, int],
    rates: dict[tuple[str, int], list[float]],
) -> list[int]:
    """Serve with the host; returns how many bytes the large bulletin made it grow, if it can tell.

    Args:
        settings: Of a host with an empty database.
        contents: The bulletin of each size; each has a day of its own.
        counts: How many requests to send for each size.
        rates: Gets the rates.
    """
    today = TimeSource().today()
    days = {tags: (today - timedelta(days=n)).isoformat() for n, tags in enumerate(contents, 1)}
    store = open_store(settings.database_url.get_secret_value())
    rows = [_row(place, days[tags], contents[tags]) for place, tags in enumerate(days)]
    await store.write(lambda tx: insert_bulletins(tx, rows))
    await store.close()
    growth: list[int] = []
    with server.started(server.HOST, server.environment(settings)) as running:
        for tags, day in days.items():
            asked = request("GET", f"/v1/bulletins/{day}")
            await _rate(running.port, asked, counts[tags])
            can_tell = usage.forget_peak(running.pid)
            before = usage.memory(running.pid)
            rates[HOST, tags].append(await _rate(running.port, asked, counts[tags]))
            if tags == _LARGE and can_tell:
                growth.append(usage.peak_memory(running.pid) - before)
        index = request("GET", "/v1/bulletins")
        rates[INDEX, MIN_TAGS].append(await _rate(running.port, index, counts[_LARGE]))
    return growth


def _row(place: int, day: str, content: bytes) -> BulletinRow:
    count = len(content) // TAG_SIZE
    return BulletinRow(
        name=day,
        position=place,
        count=count,
        hash=ids.Hash(bulletin_hash(day, content)),
        tags=content,
        least=count,
    )


async def _by_static(
    file: Path, tags: int, count: int, rates: dict[tuple[str, int], list[float]]
) -> None:
    with server.running(static.APP, {static.FILE: str(file)}) as port:
        await _rate(port, request("GET", static.FROM_DISK), count)
        for name, path in ((DISK, static.FROM_DISK), (MEMORY, static.FROM_MEMORY)):
            rates[name, tags].append(await _rate(port, request("GET", path), count))


async def _rate(port: int, asked: bytes, count: int) -> float:
    load = await send(port, [asked] * count)
    assert load.statuses[_OK] == count
    return load.rate


def _figures(rates: dict[tuple[str, int], list[float]]) -> list[Figure]:
    figures = []
    for tags in _SIZES:
        size = f"bulletin of {tags * TAG_SIZE:,} bytes"
        own = rates[HOST, tags]
        disk, memory = (
            median(a / b for a, b in zip(own, rates[name, tags], strict=True))
            for name in (DISK, MEMORY)
        )
        figures += [
            Figure(name=f"{size} vs bare static file", value=disk, must=0.8, aim=0.95),
            Figure(name=f"{size} vs the same bytes in memory", value=memory),
            Figure(name=f"rate of a {size}", value=median(own), unit="/s"),
        ]
    value = median(rates[INDEX, MIN_TAGS])
    return [*figures, Figure(name="rate of the index of bulletins", value=value, unit="/s")]


def _memory(grown: list[int]) -> list[Figure]:
    if not grown:
        return []
    name = f"memory that bulletins of {_LARGE * TAG_SIZE:,} bytes add, 64 connections"
    value = max(median(grown), 0) / _MIB
    return [Figure(name=name, value=value, unit="MiB", must=16, aim=8, lower_is_better=True)]

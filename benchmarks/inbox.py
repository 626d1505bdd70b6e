"""Measures a large and a small inbox: the first page, a page with a filter, and a later page."""

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import server
from benchmarks.figures import Figure
from benchmarks.growth import another_report
from benchmarks.load import send
from benchmarks.office import (
    Office,
    fetch_challenge,
    make_report,
    make_settings,
    open_office,
    request,
    submission,
)
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.ids import SHORT_ID_SIZE, HandlerId

FEW: Final = 20
_ASKED: Final = 300
_MIDDLE: Final = encode_base64url(b"\x80" + bytes(SHORT_ID_SIZE - 1))
_FIRST: Final = "first page"
_TARGETS: Final = {
    _FIRST: "",
    f"first page of the {FEW} in one state": "&state=received",
    "page of 50 in the middle": f"&cursor={_MIDDLE}",
}
_LIMITED: Final = 2
"""How many of these pages have a target. A longer page only explains the cost of an entry."""
_CLOSED: Final = dict.fromkeys(("acknowledged_on", "feedback_on", "closed_on"), "received_on")
_ENTRIES: Final = """\
INSERT INTO inbox (handler_id, state, entry, report, message_count) VALUES (?, 'closed', ?, ?, 1)"""


def fill(database: Path, reader: HandlerId, count: int) -> None:
    """Add closed reports, otherwise like an existing report, to a handler's inbox."""
    ids = [int.from_bytes(secrets.token_bytes(8), "big") >> 1 for _ in range(count)]
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        reports = ((key, secrets.token_bytes(32), secrets.token_bytes(32)) for key in sorted(ids))
        connection.executemany(another_report(connection, **_CLOSED), reports)
        entries = ((reader, secrets.token_bytes(SHORT_ID_SIZE), key) for key in ids)
        connection.executemany(_ENTRIES, entries)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _open(folder: Path, count: int) -> tuple[str, Office]:
    """Make a database whose inbox has `count` reports; returns its URL and its office."""
    settings = make_settings(folder)
    office = await open_office(settings)
    with server.running(server.HOST, server.environment(settings)) as port:
        challenge = await fetch_challenge(port)
        await send(port, [submission(make_report(office), challenge) for _ in range(FEW)])
    if count > FEW:
        fill(folder / "host.db", office.handlers[0].id, count - FEW)
    return settings.database_url.get_secret_value(), office


async def _ask(folder: Path, url: str, office: Office) -> dict[str, float]:
    """Return the median seconds of each kind of page."""
    settings = make_settings(folder, database_url=url)
    found = {}
    with server.running(server.HOST, server.environment(settings)) as port:
        challenge = await fetch_challenge(port)
        for name, wanted in _TARGETS.items():
            target = office.inbox + wanted
            asked = request("GET", target, key=office.handlers[0].signing, challenge=challenge)
            load = await send(port, [asked] * _ASKED, connections=1)
            assert load.statuses[200] == _ASKED
            found[name] = load.p50
    return found


async def measure(
    folder: Path, *, rounds: int, progress: Callable[[str], None], many: int
) -> list[Figure]:
    """Return how much longer pages of a large inbox take than the only page of a small inbox."""
    progress(f"making an inbox of {many:,} reports")
    folders = folder / "few", folder / "many"
    for made in folders:
        made.mkdir()
    small, large = await _open(folders[0], FEW), await _open(folders[1], many)
    ratios: dict[str, list[float]] = {name: [] for name in _TARGETS}
    for number in range(rounds):
        progress(f"inbox, round {number + 1} of {rounds}")
        quick = await _ask(folder, *small)
        slow = await _ask(folder, *large)
        for name, found in ratios.items():
            found.append(slow[name] / quick[_FIRST])
    return [
        Figure(
            name=f"inbox {name}, {many:,} vs {FEW} reports",
            value=median(found),
            unit="×",
            must=2 if place < _LIMITED else None,
            aim=1.5 if place < _LIMITED else None,
            lower_is_better=True,
        )
        for place, (name, found) in enumerate(ratios.items())
    ]

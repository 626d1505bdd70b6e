"""Fills a host's database with many reports, so that what it takes to look among them shows."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from meldpunt.protocol.verify.ids import SHORT_ID_SIZE, HandlerId

FEW: Final = 20
"""How many entries the first page of an inbox has."""
_KEYS: Final = {"id": "?1", "report_id": "?2", "signing_key": "?3", "birth_signing_key": "?3"}
_CLOSED: Final = dict.fromkeys(("acknowledged_on", "feedback_on", "closed_on"), "received_on")
_ENTRIES: Final = """\
INSERT INTO inbox (handler_id, state, entry, report, message_count) VALUES (?, 'closed', ?, ?, 1)"""


def fill(database: Path, reader: HandlerId, count: int) -> None:
    """Add closed reports, otherwise like an existing report, to a handler's inbox."""
    keys = sorted(int.from_bytes(secrets.token_bytes(8), "big") >> 1 for _ in range(count))
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(_another_report(connection), _named(keys))
        entries = sorted(secrets.token_bytes(SHORT_ID_SIZE) for _ in keys)
        secrets.SystemRandom().shuffle(keys)  # entries are in another order than reports
        rows = ((reader, entry, key) for entry, key in zip(entries, keys, strict=True))
        connection.executemany(_ENTRIES, rows)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _named(keys: list[int]) -> Iterator[tuple[int, bytes, bytes]]:
    return ((key, secrets.token_bytes(32), secrets.token_bytes(32)) for key in keys)


def _another_report(connection: sqlite3.Connection) -> str:
    """Return the statement that adds a closed report like an existing report.

    Its parameters are a row id (63 bits), a report id (32 bytes) and a signing key (32 bytes).
    """
    names = [
        name for (name,) in connection.execute("SELECT name FROM pragma_table_info('reports')")
    ]
    taken = {name: name for name in names} | _KEYS | _CLOSED
    columns, chosen = ", ".join(names), ", ".join(taken[name] for name in names)
    return f"INSERT INTO reports ({columns}) SELECT {chosen} FROM reports LIMIT 1"  # noqa: S608 (our own names)

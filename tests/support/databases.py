"""Which database a run is on.

By default what a database could change runs on both, and all else on SQLite, which starts in no
time. `pytest --database=postgresql` starts every host on PostgreSQL, `--database=sqlite` on SQLite.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from tests.support.postgres import shared_server

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
DATABASES: Final = (SQLITE, POSTGRESQL)

_chosen: list[str] = []


def choose(kind: str | None) -> None:
    """Put every host on one kind of database."""
    _chosen[:] = [] if kind is None else [kind]


def is_left_out(kind: object) -> bool:
    """Say whether something is a kind of database that this run does without."""
    return bool(_chosen) and kind in DATABASES and kind not in _chosen


def usual() -> str:
    """Return the kind for hosts that no database changes."""
    return _chosen[0] if _chosen else SQLITE


@contextmanager
def new_database(folder: Path, name: str = "host", kind: str | None = None) -> Iterator[str]:
    """Give the URL of a database with nothing in it: on SQLite a file in a folder."""
    if (kind or usual()) == SQLITE:
        yield f"sqlite:///{folder / name}.db"
        return
    server = shared_server()
    database = server.create()
    yield server.url(database)
    server.drop(database)


def change(url: str, *statements: str) -> None:
    """Run statements behind a host's back."""
    if not url.startswith("sqlite:"):
        shared_server().execute(*statements, database=_name(url))
        return
    with closing(sqlite3.connect(_path(url), timeout=100)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def fetch(url: str, query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds behind a host's back."""
    if not url.startswith("sqlite:"):
        return shared_server().fetch(query, database=_name(url))
    with closing(sqlite3.connect(_path(url), timeout=100)) as connection:
        return connection.execute(query).fetchall()


def literal(url: str, value: bytes) -> str:
    """Return how bytes are written in a statement."""
    return f"x'{value.hex()}'" if url.startswith("sqlite:") else f"'\\x{value.hex()}'"


def _path(url: str) -> str:
    return url.removeprefix("sqlite:///")


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]

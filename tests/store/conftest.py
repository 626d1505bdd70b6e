"""Fixtures of the store's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fixtures import database, empty_host, host, log
from tests.support.hosts import SQLITE
from tests.support.postgres import shared_server

__all__ = ["database", "empty_host", "host", "log", "nothing"]


@pytest.fixture
def nothing(database: str, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database with nothing in it."""
    if database == SQLITE:
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    name = shared_server().create()
    yield shared_server().url(name)
    shared_server().drop(name)

"""Fixtures of the store's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import new_database
from tests.support.fixtures import database, empty_host, host, log, sqlite_host

__all__ = ["database", "empty_host", "host", "log", "nothing", "sqlite_host"]


@pytest.fixture
def nothing(database: str, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database with nothing in it."""
    with new_database(tmp_path, "new", database) as url:
        yield url

"""Hosts as fixtures: import them in a folder's conftest."""

import logging
from collections.abc import AsyncIterator

import pytest

from tests.support.databases import DATABASES, SQLITE, usual
from tests.support.hosts import TestHost, new_host

__all__ = ["database", "empty_host", "file_host", "host", "log", "sqlite_host"]


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Give the kind of each database in turn."""
    kind: str = request.param
    return kind


@pytest.fixture
async def host(database: str) -> AsyncIterator[TestHost]:
    """Give a host with an office of three handlers, on each database."""
    async with new_host(database) as opened:
        yield opened


@pytest.fixture
async def empty_host(database: str) -> AsyncIterator[TestHost]:
    """Give a host with nothing but two invites, on each database."""
    async with new_host(database, empty=True) as opened:
        yield opened


@pytest.fixture
async def file_host() -> AsyncIterator[TestHost]:
    """Give a host for what is asked of SQLite's own steps and files, whatever the run is on."""
    async with new_host(SQLITE) as opened:
        yield opened


@pytest.fixture
async def sqlite_host() -> AsyncIterator[TestHost]:
    """Give a host for what no database changes."""
    async with new_host(usual()) as opened:
        yield opened


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Catch every log line of every library but the client's."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx")
    return caplog

"""Fixtures of the host's tests."""

import asyncio

import pytest

from tests.support.clock import Seconds
from tests.support.fixtures import database, empty_host, file_host, host, log, sqlite_host

__all__ = ["database", "empty_host", "file_host", "host", "log", "sqlite_host"]


@pytest.fixture
async def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    """Let a test say when the time of its event loop passes."""
    made = Seconds()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", made.now)
    return made

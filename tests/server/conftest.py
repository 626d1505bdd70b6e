"""Fixtures of the host's tests."""

from tests.support.fixtures import database, empty_host, file_host, host, log, sqlite_host

__all__ = ["database", "empty_host", "file_host", "host", "log", "sqlite_host"]

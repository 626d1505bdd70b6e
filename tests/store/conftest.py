"""Fixtures of the store's tests."""

from tests.support.fixtures import database, empty_host, host, log

__all__ = ["database", "empty_host", "host", "log"]

"""A test that did not run is a failure: a missing database or Node must be loud, not skipped."""

import os
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import settings

from meldpunt.cli.speech.spoken import begin_english
from tests.support import databases, postgres

# No deadline: an Argon2id call takes as long as a busy machine makes it take. The examples are the
# same every time; `make test ARGS=--hypothesis-profile=search` takes new ones.
settings.register_profile("meldpunt", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("meldpunt")

# The program speaks Dutch on a Dutch system, and on a Dutch line where the system says nothing.
# Tests that want either say so.
os.environ["LC_MESSAGES"] = "en_US.UTF-8"
os.environ.pop("LC_ALL", None)


@pytest.fixture(autouse=True)
def _english() -> None:
    """Begin each test as a program begins: what another one spoke in this process is over."""
    begin_english()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the database that every host of a run uses."""
    parser.addoption(
        "--database",
        choices=databases.DATABASES,
        help="put every host on it; by default what a database could change runs on both",
    )

    parser.addoption(
        "--oldest-postgresql",
        action="store_true",
        help="take the oldest PostgreSQL of this system, not the one that the tests bring",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose the database."""
    databases.choose(config.getoption("--database"))
    if config.getoption("--oldest-postgresql"):
        postgres.choose_oldest()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is for the other database."""
    other = [item for item in items if _is_of_another_database(item)]
    if other:
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if item not in set(other)]


def _is_of_another_database(item: pytest.Item) -> bool:
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return any(isinstance(value, str) and databases.is_left_out(value) for value in values)


NOT_RUN: Final = ("skipped", "xfailed", "xpassed")
STILL_TO_COME: Final = "tests/programmes/"
"""Tests there may be expected to fail, strictly: they name what a programme still waits for."""


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a session that would pass although a test was left out."""
    if session.exitstatus == pytest.ExitCode.OK and any(_not_run(session.config)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that did not run."""
    left_out = sorted(set(_not_run(terminalreporter.config)))
    if left_out:
        terminalreporter.section("left out: every test runs, or the session fails", red=True)
        terminalreporter.write_line("\n".join(left_out))


def _not_run(config: pytest.Config) -> Iterator[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        for outcome in NOT_RUN:
            for report in reporter.stats.get(outcome, ()):
                if outcome != "xfailed" or not report.nodeid.startswith(STILL_TO_COME):
                    yield report.nodeid

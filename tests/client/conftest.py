"""Fixtures of the SDK's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.client.handing import Handing, make_handing
from tests.client.two_hosts import Move, make_move
from tests.client.two_lines import Lines, make_lines
from tests.client.world import World, make_world
from tests.support.databases import DATABASES


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Give a host with an empty database, and everybody around it."""
    async with make_world(tmp_path) as made:
        yield made


@pytest.fixture(params=DATABASES)
async def move(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Move]:
    """Give an old host, and a new one on each database."""
    async with make_move(tmp_path, request.param) as made:
        yield made


@pytest.fixture
async def lines(tmp_path: Path) -> AsyncIterator[Lines]:
    """Give two lines on one host, and the names of a line that is not there."""
    async with make_lines(tmp_path) as made:
        yield made


@pytest.fixture
async def handing(tmp_path: Path) -> AsyncIterator[Handing]:
    """Give two lines on one host, and a report on the first that may go to the second."""
    async with make_handing(tmp_path) as made:
        yield made

"""Fixtures of the SDK's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.client.world import World, make_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Give a host with an empty database, and everybody around it."""
    async with make_world(tmp_path) as made:
        yield made

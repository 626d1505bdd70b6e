"""Fixtures of the SDK's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.client.handover_scenario import HandoverScenario, make_handover_scenario
from tests.client.hosted_line import HostedLine, make_hosted_line
from tests.client.transfer_scenario import TransferScenario, make_transfer_scenario
from tests.client.two_lines import Lines, make_lines
from tests.support.databases import DATABASES


@pytest.fixture
async def hosted(tmp_path: Path) -> AsyncIterator[HostedLine]:
    """Give a host with an empty database, and a line to open on it."""
    async with make_hosted_line(tmp_path) as made:
        yield made


@pytest.fixture(params=DATABASES)
async def transfer(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[TransferScenario]:
    """Give an old host, and a new one on each database."""
    async with make_transfer_scenario(tmp_path, request.param) as made:
        yield made


@pytest.fixture
async def lines(tmp_path: Path) -> AsyncIterator[Lines]:
    """Give two lines on one host, and the names of a line that is not there."""
    async with make_lines(tmp_path) as made:
        yield made


@pytest.fixture
async def scenario(tmp_path: Path) -> AsyncIterator[HandoverScenario]:
    """Give two lines on one host, and a report on the first that may go to the second."""
    async with make_handover_scenario(tmp_path) as made:
        yield made

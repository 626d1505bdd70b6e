"""Checks that the host logs nothing, and no secret."""

from typing import Final

import pytest

from tests.support.hosts import CLIENT

SECRET: Final = "geheimzinnigwoord"
"""Every test request contains it; no log line may."""


def assert_nothing_logged(log: pytest.LogCaptureFixture) -> None:
    """Check that the host logged nothing, and nobody logged the secret or the client's address."""
    assert not [record for record in log.records if record.name.startswith("meldpunt")]
    assert SECRET not in log.text
    assert CLIENT not in log.text

"""What must be written nowhere."""

from typing import Final

import pytest

from tests.support.hosts import CLIENT

SECRET: Final = "geheimzinnigwoord"
"""Stands in everything that is sent, and must come back nowhere."""


def silent(log: pytest.LogCaptureFixture) -> None:
    """Check that the host wrote nothing, and nobody wrote the secret or the client's address."""
    assert not [record for record in log.records if record.name.startswith("meldpunt")]
    assert SECRET not in log.text
    assert CLIENT not in log.text

"""Packages that tests need: who may not install them is told what to do."""

import os

import pytest

from tests.support import debian

ABSENT = "meldpunt-no-such-package"


def test_without_root_the_message_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(debian.MissingPackageError, match=f"apt-get install .*{ABSENT}"):
        debian.install(ABSENT)


def test_a_program_that_is_there_installs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "install", pytest.fail)
    assert debian.find_program("sh", package=ABSENT) == debian.find_program("sh", package=ABSENT)

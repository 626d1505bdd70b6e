"""The locks: all that pyproject.toml asks for, pinned by hash, installable from anywhere."""

import re
import tomllib
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import ROOT

PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SERVER: Final = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["server"]
ASKED: Final = {
    "server.txt": SERVER,
    "dev.txt": SERVER + PROJECT["optional-dependencies"]["dev"],
    "build.txt": (ROOT / "requirements" / "build.in").read_text().splitlines(),
}


def pins(lock: str) -> dict[str, str]:
    """Return name → version of a lock."""
    text = (ROOT / "requirements" / lock).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_holds_what_is_asked_for(lock: str) -> None:
    pinned = pins(lock)
    for line in ASKED[lock]:
        if line.startswith("#"):
            continue
        asked = Requirement(line)
        version = pinned.get(canonicalize_name(asked.name))
        assert version is not None, f"{asked.name} is missing: make lock"
        assert version in asked.specifier, f"{asked.name} is too old: make lock"


@pytest.mark.parametrize("lock", ASKED)
def test_every_pin_has_a_hash_and_no_other_line_stands_in_a_lock(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text().replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    pin = re.compile(r"[a-z0-9.-]+==\S+( ; [^#]+?)? +(--hash=sha256:[0-9a-f]{64} *)+")
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_developing_uses_the_versions_that_run() -> None:
    assert pins("server.txt").items() <= pins("dev.txt").items()
    assert pins("build.txt").items() <= pins("dev.txt").items()

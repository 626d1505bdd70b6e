"""The locks: all that pyproject.toml asks for, pinned by hash, installable from anywhere."""

import json
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
    "clean.txt": PROJECT["dependencies"] + PROJECT["optional-dependencies"]["clean"],
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
    assert pins("clean.txt").items() <= pins("dev.txt").items()
    assert pins("build.txt").items() <= pins("dev.txt").items()


def test_the_lock_of_the_web_names_no_host_and_every_package_has_a_hash() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if "node_modules/" in name}
    fetched = [each for each in packages.values() if not each.get("link")]
    assert fetched
    assert [each for each in fetched if not each.get("integrity", "").startswith("sha512-")] == []
    assert [each for each in fetched if "resolved" in each] == []


def test_the_web_asks_for_exact_versions() -> None:
    for path in (ROOT / "web" / "package.json", *(ROOT / "web").glob("[a-z]*/package.json")):
        asked = json.loads(path.read_text())
        wanted = {**asked.get("dependencies", {}), **asked.get("devDependencies", {})}
        assert [
            name for name, version in wanted.items() if not re.fullmatch(r"\d[\d.]*", version)
        ] == []

"""What loads with what: the SDK without a server's packages, the host without a cipher."""

import json
import subprocess
import sys
from typing import Final

import pytest

from tests.architecture.tree import PACKAGE

LOAD: Final = """
import importlib, json, pkgutil, sys

asked = json.loads(sys.argv[1])

def is_in(name, places):
    return any(name == place or name.startswith(place + ".") for place in places)

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if is_in(name, asked["gone"]):
            raise ModuleNotFoundError("blocked: " + name, name=name)

sys.meta_path.insert(0, Blocked())
for root in asked["roots"]:
    package = importlib.import_module(root)
    for module in pkgutil.walk_packages(getattr(package, "__path__", ()), root + "."):
        importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""
"""Imports every module under the roots in a process where `gone` cannot be imported."""

SERVER_PACKAGES: Final = (
    *("alembic", "asyncpg", "fastapi", "greenlet", "httptools"),
    *("sqlalchemy", "starlette", "uvicorn", "uvloop"),
)
CIPHER_PACKAGES: Final = (
    *("argon2", "cryptography", "nacl.hash", "nacl.public", "nacl.pwhash"),
    *("nacl.secret", "nacl.signing", "nacl.utils"),
)


def load(*roots: str, gone: tuple[str, ...]) -> set[str]:
    """Load all modules of `roots` without what is `gone`; return every module then loaded."""
    asked = json.dumps({"roots": roots, "gone": gone})
    done = subprocess.run(
        [sys.executable, "-c", LOAD, asked],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("root", ["meldpunt.client", "meldpunt.cli"])
def test_the_sdk_and_the_command_load_without_the_server_extra(root: str) -> None:
    modules = load(root, gone=(*SERVER_PACKAGES, "meldpunt.server"))
    assert root in modules


def test_the_host_loads_without_any_cipher_or_the_rest_of_the_protocol() -> None:
    beside_verify = tuple(
        f"meldpunt.protocol.{path.stem}"
        for path in (PACKAGE / "protocol").iterdir()
        if path.stem not in {"__init__", "__pycache__", "verify"}
    )
    assert beside_verify
    modules = load(
        "meldpunt.server",
        "meldpunt.wire",
        "meldpunt.protocol.verify",
        gone=(*CIPHER_PACKAGES, *beside_verify, "meldpunt.client", "meldpunt.cli"),
    )
    assert "meldpunt.server" in modules


def test_the_rule_fires_when_the_host_loads_a_cipher() -> None:
    with pytest.raises(AssertionError, match=r"blocked: nacl\.secret"):
        load("nacl.secret", gone=CIPHER_PACKAGES)

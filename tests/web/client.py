"""The client in TypeScript as tests in Python use it: a process that takes commands."""

from contextlib import AbstractContextManager
from typing import Final

import pytest

from tests.web import node
from tests.web.script import Script, ScriptFailure, running_script

TEXT: Final = "Er klopt iets niet met de facturen van maart. “Écht” 😀"
WRITTEN: Final = {"text": TEXT, "language": "nl"}


WebClient = Script
"""A reporter's client in a process of its own, web/sdk/tests/client.js."""

ClientFailure = ScriptFailure
"""What the client told instead of an answer; `error` has its name, code, kind and reason."""


def web_client() -> AbstractContextManager[WebClient]:
    """Start a client, and end it."""
    return running_script(node.TESTS / "client.js")


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

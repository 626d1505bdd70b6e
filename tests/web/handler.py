"""A handler's client in TypeScript as tests use it, and the command line on its key file."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from meldpunt.cli import main
from meldpunt.cli.keyfile.contents import HandlerContent, read_content
from meldpunt.cli.keyfile.keystore import KeyFile
from meldpunt.client import DraftReport, HandlerEntry
from meldpunt.protocol.verify import ids
from tests.web import node
from tests.web.office import WebOffice
from tests.web.script import Script, ScriptFailure, running_script

PASSPHRASE: Final = "correct horse báttery staple"
TEXT: Final = "Er klopt iets niet met de facturen van maart. 😀"


@dataclass
class WebHandler:
    """Carla, who handles reports of an office with a client in TypeScript."""

    office: WebOffice
    script: Script
    file: Path
    entry: HandlerEntry

    @property
    def id(self) -> ids.HandlerId:
        return self.entry.id

    def do(self, command: str, **given: object) -> Any:  # noqa: ANN401 (of the command)
        return self.script.do(command, **given)

    def act(self, act: str, *given: object) -> Any:  # noqa: ANN401 (of the act)
        """Do one thing with the report that was read last."""
        return self.do("act", act=act, given=given)

    def read(self) -> Any:  # noqa: ANN401 (as the client shows it)
        """Read the one report in the inbox."""
        [listed] = self.do("inbox")
        return self.do("read", entry=listed["id"])

    def content(self) -> HandlerContent:
        """Return what her key file holds, as the command line reads it."""
        return read_content(HandlerContent, KeyFile.open(self.file, PASSPHRASE).content, self.file)

    def open(self) -> Any:  # noqa: ANN401 (as the client shows it)
        """Forget everything, and open the key file again."""
        return self.do("open", file=str(self.file), passphrase=PASSPHRASE)

    async def report(self, *people: int, text: str = TEXT) -> DraftReport:
        """Let a reporter in Python report to her, and to some of the others."""
        reporter = self.office.reporter()
        handlers = (self.office.handlers[person].keys.handler_id for person in people)
        line = await reporter.line()
        made = await reporter.prepare(line, text, language="nl", readers=[self.id, *handlers])
        await reporter.send(made)
        return made


@asynccontextmanager
async def web_handler(office: WebOffice, folder: Path) -> AsyncIterator[WebHandler]:
    """Open an office's line with Carla on it, whose keys are published."""
    with running_script(node.TESTS / "handler.js") as script:
        file = folder / "carla.key"
        person = {"name": "Carla", "role": "adviser", "passphrase": PASSPHRASE}
        entry = script.do("make", address=office.address, file=str(file), **person)
        file.chmod(0o600)
        handler = WebHandler(office, script, file, HandlerEntry.from_value(entry))
        await office.open_line(handler.entry)
        script.do("publish")
        yield handler


async def command(*arguments: str | Path, file: Path) -> dict[str, Any]:
    """Run the command line with a key file; return the last line of its JSON."""

    def run() -> dict[str, Any]:
        read, write = os.pipe()
        os.write(write, PASSPHRASE.encode())
        os.close(write)
        options = ("--key-file", str(file), "--passphrase-fd", str(read))
        done = CliRunner().invoke(main, [*map(str, arguments), *options, "--json"])
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    return await asyncio.to_thread(run)


def said(text: str) -> dict[str, str]:
    """Return what a handler writes."""
    return {"text": text, "language": "nl"}


def refusal(handler: WebHandler, command: str, **given: object) -> object:
    """Give a command that fails; return its reason, kind or code."""
    with pytest.raises(ScriptFailure) as caught:
        handler.do(command, **given)
    error = caught.value.error
    assert error["sentence"]
    assert error["hint"]
    return error.get("reason") or error.get("kind") or error["code"]

"""A line of a preset on a real host: its office filled in its own name, contacts and people."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest

from meldpunt.client.line_folder.filling import add_handler, fill_in, open_places
from meldpunt.protocol.verify.line_document import Function
from meldpunt.server.commands import create_invite
from tests.cli.command_line import CommandLine, Secret, open_command_line
from tests.presets.contents import LANGUAGES, stand_in

DUTCH: Final = "nl"
Node = dict[str, Any]


@dataclass
class PresetLine:
    """A line of one preset, and whoever works with it."""

    cli: CommandLine
    people: Mapping[str, Function]
    known: set[str] = field(default_factory=set)

    def walk(self, *labels: str) -> Node:
        """Go through the guide without any key, by the first words of each choice."""
        guide = self.cli.json("line", "guide", self.cli.address)["guide"]
        nodes = {node["id"]: node for node in guide["nodes"]}
        node: Node = guide["nodes"][0]
        for label in labels:
            found = [c["to"] for c in node["choices"] if dutch(c["label"]).startswith(label)]
            assert len(found) == 1, (label, [dutch(c["label"]) for c in node["choices"]])
            node = nodes[found[0]]
        return node

    def send(self, kind: str, /, *options: str, **answers: object) -> str:
        """Send a report of a kind with these answers, as a program would; returns its code."""
        path = self.cli.file("answers.json", json.dumps({"kind": kind, "answers": answers}))
        told = ("--show-receipt", "--no-confirm", "--json", *options, "--answers")
        shown = self.cli.ok("report", "send", self.cli.address, *told, path)
        return str(json.loads(shown.splitlines()[0])["receipt"])

    def entries(self, name: str) -> list[str]:
        """Return the reports in an inbox, by the handler's names for them."""
        found = self.cli.json("handler", "inbox", *self.cli.key(name))["entries"]
        return [str(entry["entry"]) for entry in found]

    def newest(self, name: str) -> str:
        """Return the report that came into an inbox since this was last asked."""
        [new] = set(self.entries(name)) - self.known
        self.known.add(new)
        return new

    def read(self, name: str, entry: str) -> str:
        """Return what a handler reads of a report."""
        return self.cli.ok("handler", "read", *self.cli.key(name), entry)

    def says(self, name: str, what: str, entry: str, text: str, *options: str) -> None:
        """Let a handler write with a command such as `acknowledge`."""
        self.cli.ok("handler", what, *self.cli.key(name), *options, entry, "-", text=text)

    def status(self, receipt: str) -> str:
        """Return what a reporter sees of the steps and clocks, in Dutch."""
        own = (self.cli.address, "--language", DUTCH, "--receipt-fd", Secret(receipt))
        return self.cli.ok("report", "status", *own)


def dutch(translations: list[dict[str, str]]) -> str:
    """Return the Dutch text."""
    return next(each["text"] for each in translations if each["language"] == DUTCH)


def contacts(node: Node) -> list[str]:
    """Return the Dutch names of whom a node leads to."""
    return [dutch(contact["name"]) for contact in node.get("contacts", ())]


@contextlib.contextmanager
def one_host(factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """Start one host for all tests of a file."""
    with (
        pytest.MonkeyPatch.context() as patch,
        open_command_line(factory.mktemp("host"), patch) as cli,
    ):
        yield cli


def open_preset_line(
    host: CommandLine, preset: str, people: Mapping[str, Function], address_form: str = "je"
) -> PresetLine:
    """Open a line of a preset with these people, as an office does; their keys are published."""
    folder = host.folder / f"{preset}-{address_form}"
    folder.mkdir()
    cli = replace(host, folder=folder, address="")
    cli.address = str(
        cli.json("line", "create-key", "--host", cli.origin, *cli.key("line"))["address"]
    )
    entries = [cli.new_handler(name) for name in people]
    line = folder / "line"
    cli.ok("line", "create", "--preset", preset, "--to", line, "--address-form", address_form)
    _fill_in(line, people)
    listed = [part for entry in entries for part in ("--handler", entry)]
    invite = ("--invite-fd", Secret(create_invite(cli.settings)))
    cli.ok("line", "publish", *cli.key("line"), *listed, *invite, "--yes", line)
    for name in people:
        cli.ok("handler", "publish-keys", *cli.key(name))
    return PresetLine(cli, people)


def _fill_in(folder: Path, people: Mapping[str, Function]) -> None:
    """Fill in what an office fills in: its own name, contacts and people."""
    while places := open_places(folder):
        name = next(each for each in reversed(places[0].name) if each not in LANGUAGES)
        fill_in(folder, places[0], stand_in(name))
    for name, function in people.items():
        add_handler(folder, name=name, function=function)

"""Every command that a document names exists, with the options that it is given there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import pytest

from meldpunt.cli import main
from tests.architecture.tree import ROOT
from tests.docs.markdown import codes, prose, shell_lines
from tests.docs.test_documents import DOCUMENTS

_CALL: Final = re.compile(r"(?<![\w./@:-])meldpunt(?:-host)? (?!meldpunt\b)([a-z][^|;)#<>&]*)")
"""A call and its words, up to where the shell begins something else.

`docker exec meldpunt meldpunt invite` names a container first.
"""
_OPTION: Final = re.compile(r"(?<=\s)--[a-z][a-z-]*")


def calls(text: str) -> Iterator[str]:
    """Give the words after `meldpunt` of each call, in blocks for a shell and in code type."""
    for line in (*shell_lines(text), *(code.replace("\n", " ") for code in codes(prose(text)))):
        yield from _CALL.findall(line)


def wrong(call: str) -> str | None:
    """Say what is wrong with a call; None if nothing is."""
    command: click.Command = main
    for word in call.split():
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), word)
        if found is None:
            return f"no command {word}"
        command = found
    known = {name for parameter in command.params for name in parameter.opts}
    known |= {name for parameter in command.params for name in parameter.secondary_opts}
    unknown = set(_OPTION.findall(call)) - known - {"--help"}
    return f"no option {sorted(unknown)}" if unknown else None


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_a_document_names_exists_with_its_options(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert {call: wrong(call) for call in calls(text) if wrong(call)} == {}


def test_documents_name_commands_for_everybody() -> None:
    found = {call.split()[0] for path in DOCUMENTS for call in calls(path.read_text())}
    assert found >= {"line", "handler", "report", "recovery", "serve", "backup", "restore"}


def test_a_false_command_and_a_false_option_are_found() -> None:
    text = "`meldpunt line opne`\n```\ntrue && meldpunt-host maintain \\\n  --now | cat\n```"
    assert [wrong(call) for call in calls(text)] == ["no option ['--now']", "no command opne"]
    assert wrong("report send ADDRESS --reader 'A. Jansen'") is None

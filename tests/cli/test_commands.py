"""The table of commands: complete, true, and all that help and completion load."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import pytest

from meldpunt.cli import main
from meldpunt.cli.command_table import COMMANDS
from meldpunt.cli.handler.commands.inbox import STATES
from meldpunt.cli.line.commands.document import FUNCTIONS
from meldpunt.cli.terminal.command import Command, command
from meldpunt.cli.terminal.declaration import Options, embedded, flag, option
from meldpunt.cli.terminal.lazy_group import CommandRow, GroupRow, Row
from meldpunt.cli.terminal.options import KeyFileOptions
from meldpunt.cli.terminal.output import Output
from meldpunt.protocol.verify.line_document import Function
from meldpunt.protocol.verify.log.clocks import State
from tests.architecture.tree import ROOT

HEAVY: Final = frozenset(
    {"PIL", "_argon2_cffi_bindings", "alembic", "argon2", "asyncio", "cryptography", "fastapi"}
    | {"httpx", "nacl", "pikepdf", "pydantic", "pydantic_core", "rich", "segno"}
    | {"shamir_mnemonic", "sqlalchemy", "ssl", "starlette", "uvicorn"}
)
"""What takes time to load, and what help and completion have no use for."""

OWN: Final = 25
"""Modules of the program itself that help and completion may load; there are some 400."""

LOADED: Final = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
from meldpunt.cli import main
main(prog_name="meldpunt")
"""


def rows(found: tuple[Row, ...], *above: str) -> Iterator[tuple[tuple[str, ...], CommandRow]]:
    """Return every command of the table, with the groups above it."""
    for row in found:
        if isinstance(row, GroupRow):
            yield from rows(row.rows, *above, row.name)
        else:
            yield above, row


ROWS: Final = list(rows(COMMANDS))


def loaded(*arguments: str, **environment: str) -> tuple[set[str], str]:
    """Run the program; return the modules that it loaded, and its output."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env={**os.environ, **environment},
    )
    return set(json.loads(done.stderr.splitlines()[-1])), done.stdout


def complete(words: str) -> tuple[set[str], str]:
    """Ask for the completion of the last word, as bash does."""
    count = str(len(words.split(" ")) - 1)
    return loaded(_MELDPUNT_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count)


def heavy(modules: set[str]) -> set[str]:
    """Return the heavy packages among loaded modules."""
    return {module.partition(".")[0] for module in modules} & HEAVY


def own(modules: set[str]) -> list[str]:
    """Return the modules of the program among loaded ones."""
    return sorted(module for module in modules if module.startswith("meldpunt"))


@pytest.mark.parametrize(("above", "row"), ROWS, ids=lambda each: getattr(each, "name", ""))
def test_the_table_says_what_each_command_says_of_itself(
    above: tuple[str, ...], row: CommandRow
) -> None:
    found = row.load()
    assert isinstance(found, Command)
    assert found.get_short_help_str(1000) == row.short_help
    found.load_work()
    at_the_top = "line" if row.name in {"page", "verify-page"} else "host"
    room = "handler" if above[:1] == ("recovery",) else above[0] if above else at_the_top
    room = "opening" if row.name == "open" else room
    assert row.place.startswith(f"{room}.commands")
    assert found.work.startswith(f"{room}.")


def test_no_name_stands_twice_in_a_group() -> None:
    names = [(*above, row.name) for above, row in ROWS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("group", [[], ["report"], ["handler"], ["handler", "consultation"]])
def test_help_lists_every_command_and_loads_none(group: list[str]) -> None:
    modules, output = loaded(*group, "--help")
    for above, row in ROWS:
        if list(above) == group:
            assert f"\n  {row.name} " in output
    assert heavy(modules) == set()
    assert len(own(modules)) <= OWN, own(modules)


@pytest.mark.parametrize(("above", "row"), ROWS, ids=lambda each: getattr(each, "name", ""))
def test_the_help_of_a_command_loads_no_more_than_its_declaration(
    above: tuple[str, ...], row: CommandRow
) -> None:
    modules, output = loaded(*above, row.name, "--help")
    assert row.short_help.split()[0] in output
    assert heavy(modules) == set()
    assert len(own(modules)) <= OWN, own(modules)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("meldpunt ", ["handler", "report", "serve"]),
        ("meldpunt rep", ["report"]),
        ("meldpunt report ", ["send", "take-back"]),
        ("meldpunt handler consultation e", ["end"]),
        ("meldpunt handler inbox --", ["--key-file", "--overdue"]),
        ("meldpunt handler inbox --state c", ["closed"]),
        ("meldpunt report send --lea", ["--leave-out"]),
        ("meldpunt serve --o", ["--origin"]),
    ],
)
def test_completion_offers_commands_and_options_and_loads_little(
    words: str, offered: list[str]
) -> None:
    modules, output = complete(words)
    assert {f"plain,{name}" for name in offered} <= set(output.splitlines())
    assert heavy(modules) == set()
    assert len(own(modules)) <= OWN, own(modules)


def test_bash_completes_after_the_documented_line() -> None:
    page = (ROOT / "docs/command-line.md").read_text()
    [line] = re.findall(r"^echo '(eval .*bash_source.*)' >> ~/.bashrc$", page, re.MULTILINE)
    asked = "COMP_WORDS=(meldpunt report sta) COMP_CWORD=2; _meldpunt_completion meldpunt"
    done = subprocess.run(
        ["/bin/bash", "--norc", "-c", f'{line}\n{asked}\necho "${{COMPREPLY[@]}}"'],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    assert done.stdout == "status\n", done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_documented_shell_gets_a_script(shell: str) -> None:
    modules, output = loaded(_MELDPUNT_COMPLETE=f"{shell}_source")
    assert "_MELDPUNT_COMPLETE" in output
    assert heavy(modules) == set()


def test_an_unknown_command_is_answered_with_a_near_one() -> None:
    with pytest.raises(click.UsageError) as raised:
        main.main(["report", "statsu"], standalone_mode=False)
    assert "status" in raised.value.format_message()


def test_the_choices_of_options_are_all_there_are() -> None:
    assert tuple(state.value for state in State) == STATES
    assert tuple(function.value for function in Function) == FUNCTIONS


def test_a_field_that_does_not_say_how_it_is_typed_is_refused_at_import() -> None:
    with pytest.raises(TypeError, match=r"limit does not say how it is typed"):

        class Search(Options):
            words: str | None = option("--words", click.STRING, "What to look for.")
            limit: int


def test_two_options_of_one_name_are_refused_at_import() -> None:
    with pytest.raises(TypeError, match="one name"):

        class Search(Options):
            path: bool = flag("--path", "Show paths.")
            key_file: KeyFileOptions = embedded(KeyFileOptions)


def test_work_that_takes_other_options_is_refused() -> None:
    @command(work="report.visit:status", example="meldpunt search")
    class Search(Options):
        """Search."""

    assert isinstance(Search.command, Command)
    with pytest.raises(TypeError, match="does not take Search"):
        Search.command.load_work()


def test_options_arrive_under_the_names_of_their_fields() -> None:
    class Search(Options):
        """Search."""

        loud: bool = flag("--shout", "Loudly.")
        key_file: KeyFileOptions = embedded(KeyFileOptions)

    found: list[object] = []

    class Searching(Command):
        def load_work(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 (a double)
            return lambda output, options: found.extend((output, options))

    made = Searching(Search, "nowhere:nothing", [])
    made.main(["--key-file", "a.key", "--shout"], standalone_mode=False)
    expected = KeyFileOptions(path=Path("a.key"), passphrase_source=None)
    assert isinstance(found[0], Output)
    assert found[1:] == [Search(loud=True, key_file=expected)]

"""Groups of commands that load a command only when somebody calls it.

A row of the table holds what help and completion need, so these load no command. The program
imports a command's module when the command runs, or for the command's own help.
"""

import importlib
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import click
from click.shell_completion import CompletionItem

_ROOT: Final = "meldpunt.cli"


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One command in the table."""

    name: str
    place: str
    """The class that declares the command, such as `report.commands.visit:Send`."""
    short_help: str
    """The first sentence of its help."""

    def load(self) -> click.Command:
        """Import the command."""
        found: click.Command = load(self.place).command
        found.name = self.name
        return found


def declared_in(module: str, *rows: tuple[str, str, str]) -> tuple[CommandRow, ...]:
    """Return rows for commands of one module: name, class of options, first sentence of help."""
    return tuple(CommandRow(name, f"{module}:{kind}", told) for name, kind, told in rows)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of commands in the table."""

    name: str
    help: str
    rows: "tuple[CommandRow | GroupRow, ...]"

    @property
    def short_help(self) -> str:
        """The first sentence of its help."""
        return click.Command(None, help=self.help).get_short_help_str(len(self.help))

    def load(self) -> click.Group:
        """Make the group, without importing its commands."""
        return LazyGroup(self.rows, name=self.name, help=self.help)


Row = CommandRow | GroupRow


def load(place: str) -> Any:  # noqa: ANN401 (whatever is there)
    """Import the object that a place such as `report.visit:reply` names, in `meldpunt.cli`."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(f"{_ROOT}.{module}"), name)


class LazyGroup(click.Group):
    """A group whose commands come from rows of the table."""

    def __init__(self, rows: tuple[Row, ...], **settings: Any) -> None:  # noqa: ANN401 (click's own)
        self.rows = rows
        super().__init__(commands=_Commands(rows), **settings)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands in the group's help, from the table alone."""
        del ctx
        rows = sorted(self.rows, key=lambda row: row.name)
        limit = formatter.width - 6 - max(len(row.name) for row in rows)
        with formatter.section("Commands"):
            formatter.write_dl([(row.name, _shortened(row, limit)) for row in rows])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem[str]]":
        """Complete the name of a command, from the table alone."""
        found = [row for row in self.rows if row.name.startswith(incomplete)]
        names = [CompletionItem(row.name, help=row.short_help) for row in found]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]


def _shortened(row: Row, limit: int) -> str:
    return click.Command(row.name, help=row.short_help).get_short_help_str(limit)


class _Commands(MutableMapping[str, click.Command]):
    """The commands of a group by name. A look-up loads the command."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self._rows = {row.name: row for row in rows}

    def __getitem__(self, name: str) -> click.Command:
        return self._rows[name].load()

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __setitem__(self, name: str, command: click.Command) -> NoReturn:
        raise TypeError("A command is added in the table of commands.")

    def __delitem__(self, name: str) -> NoReturn:
        raise TypeError("A command is removed in the table of commands.")

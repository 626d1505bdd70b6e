"""`meldpunt handler label` and `taken-down`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, embedded, option, repeated
from meldpunt.cli.terminal.options import (
    EXAMPLE_ENTRY,
    KeyFileOptions,
    entry_argument,
    language_option,
    proxy_option,
    unsent_option,
)

if TYPE_CHECKING:
    from meldpunt.protocol.verify import ids


@command(
    work="handler.labels:label",
    example=f"meldpunt handler label --key-file jansen.key {EXAMPLE_ENTRY} --outcome apology",
    takes_entry=True,
)
class HandlerLabelOptions(Options):
    """Write down labels of a report for the handlers: category, outcome, who, what next.

    The other readers see them; the reporter does not. A category or outcome is one that the line's
    procedure lists, by its id. Of each label the newest counts. If two of you write one side by
    side, both are shown until somebody decides. `meldpunt handler read` shows what is to do in a
    step: --done ticks it, by its id.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    category: str | None = option("--category", click.STRING, "What it is about.", metavar="ID")
    outcome: str | None = option("--outcome", click.STRING, "What came of it.", metavar="ID")
    assignee: str | None = option("--assignee", click.STRING, "Who does it.", metavar="NAME")
    next_step: str | None = option("--next-step", click.STRING, "What is next.", metavar="TEXT")
    done: tuple[str, ...] = repeated(
        "--done", click.STRING, "Tick a task of the line's checklists.", metavar="ID"
    )
    undone: tuple[str, ...] = repeated("--undone", click.STRING, "Take a tick away.", metavar="ID")
    removed: tuple[str, ...] = repeated(
        "--remove", click.STRING, "Take a label away, such as outcome.", metavar="FIELD"
    )
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    entry: "ids.EntryId" = entry_argument()


@command(
    work="handler.labels:taken_down",
    example=f"meldpunt handler taken-down --key-file jansen.key {EXAMPLE_ENTRY}",
    takes_entry=True,
)
class HandlerTakenDownOptions(Options):
    """Tell a reporter that their story is taken down.

    Do that first, everywhere. Whoever takes the consent to tell their story on back, is promised a
    day, and this message says that it is kept. In a closed report the inbox shows that day until a
    handler answers: take the story down before you answer anything else.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    language: str | None = language_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    entry: "ids.EntryId" = entry_argument()

"""`meldpunt handler label`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, embedded, option, repeated
from meldpunt.cli.terminal.options import (
    EXAMPLE_ENTRY,
    KeyFileOptions,
    entry_argument,
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
    side, both are shown until somebody decides.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    category: str | None = option("--category", click.STRING, "What it is about.", metavar="ID")
    outcome: str | None = option("--outcome", click.STRING, "What came of it.", metavar="ID")
    assignee: str | None = option("--assignee", click.STRING, "Who does it.", metavar="NAME")
    next_step: str | None = option("--next-step", click.STRING, "What is next.", metavar="TEXT")
    removed: tuple[str, ...] = repeated(
        "--remove", click.STRING, "Take a label away, such as outcome.", metavar="FIELD"
    )
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    entry: "ids.EntryId" = entry_argument()

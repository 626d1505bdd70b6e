"""`meldpunt report check-in` and `story`."""

from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from meldpunt.cli.report.commands.visit import next_readers
from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import (
    Options,
    argument,
    flag,
    optional_argument,
    repeated,
)
from meldpunt.cli.terminal.options import (
    EXAMPLE_LINE,
    ReaderOptions,
    address_argument,
    language_option,
    proxy_option,
    receipt_option,
    unsent_option,
)
from meldpunt.cli.terminal.parameter_types import TEXT

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress

ANSWERS: Final = ("good", "not-good", "disadvantaged")


@command(
    work="report.check_in:check_in",
    example=f"meldpunt report check-in {EXAMPLE_LINE} not-good",
)
class ReportCheckInOptions(Options):
    """Say how you are: good, not-good, or disadvantaged because you reported.

    A line asks this on some days, and you can say it on any other. FILE holds what you want to
    add, - is standard input. With `disadvantaged` a closed report is taken up again, and the line's
    clock for that begins. You can leave out who reads now, and ask for somebody else.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    choice: ReaderOptions = next_readers()
    another: bool = flag("--another-reader", "Ask that somebody else reads this too.")
    asked: tuple[str, ...] = repeated(
        "--ask-for",
        click.STRING,
        "Ask that this handler of the line reads too, by id or full name. Who reads now decides.",
        metavar="HANDLER",
    )
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    answer: str = argument("ANSWER", click.Choice(ANSWERS))
    file: IO[bytes] | None = optional_argument("[FILE]", TEXT)


@command(work="report.check_in:story", example=f"meldpunt report story {EXAMPLE_LINE} --withdraw")
class ReportStoryOptions(Options):
    """Say whether your story may be told on, or take that back.

    Nobody may tell it without your consent. The newest word counts.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    give: bool = flag("--give", "The story may be told on, without names.")
    withdraw: bool = flag("--withdraw", "The story may no longer be told.")
    language: str | None = language_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()

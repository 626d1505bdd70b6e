"""`meldpunt report refer`, `hand-over` and `take-back`: other lines."""

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from meldpunt.cli.report.commands.visit import keep_proof_option
from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import (
    Options,
    embedded,
    flag,
    option,
    optional_argument,
    repeated,
    switch,
)
from meldpunt.cli.terminal.options import (
    EXAMPLE_LINE,
    NewCodeOptions,
    ReaderOptions,
    address_argument,
    language_option,
    proxy_option,
    receipt_option,
    text_argument,
    unsent_option,
    yes_option,
)
from meldpunt.cli.terminal.parameter_types import ADDRESS, LINE, TEXT

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress
    from meldpunt.protocol.verify import ids


@command(work="report.referral:refer", example=f"meldpunt report refer {EXAMPLE_LINE}")
class ReportReferOptions(Options):
    """Turn to another line that a handler suggested, in a report of its own.

    ADDRESS is that of the line where your report is. The other line and the summary are shown
    first; FILE holds your own words instead of the summary. Nothing is sent before you say so.
    The same code opens the new report there; hosts cannot see that the two belong together.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    target: "LineAddress | None" = option(
        "--to",
        ADDRESS,
        "Which line, where handlers suggested several; the one suggested last by default.",
    )
    look: bool = flag("--look", "Only show that line, and the summary for it.")
    choice: ReaderOptions = embedded(
        ReaderOptions,
        readers="Who is to read it there, by id or full name; once for each. Drawn by lot by"
        " default.",
        left_out="Who there must not read it, now and later. The readers are told.",
    )
    new_code: bool = flag(
        "--new-code",
        "Take a new receipt code there, instead of having one code for both: who finds the one code"
        " opens both reports.",
    )
    tell: bool | None = switch(
        "--tell/--no-tell",
        "Whether the line that suggested it is told that you did. Asked by default.",
    )
    yes: bool = yes_option()
    code: NewCodeOptions = embedded(NewCodeOptions)
    proxy: str | None = proxy_option()
    file: IO[bytes] | None = optional_argument("[FILE]", TEXT)


@command(
    work="report.handover:hand_over",
    example=f"meldpunt report hand-over {EXAMPLE_LINE} \\\n    --to {EXAMPLE_LINE} letter.txt",
)
class ReportHandOverOptions(Options):
    """Ask another line of the same host to take your report up.

    FILE holds a letter to the readers of both lines; - is standard input. The other line, its
    terms, who there would read, and what, is shown first. They have two to three weeks to answer:
    until they take it up, the line that has it now stays responsible, and after that it reads no
    more. Your code stays the same. Look how it stands with meldpunt report status.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    target: "LineAddress | ids.LineId | None" = option(
        "--to",
        LINE,
        "Address or id of the line that is to take it, on the same host; by default the one that a"
        " handler proposed last.",
    )
    choice: ReaderOptions = embedded(
        ReaderOptions,
        readers="Who there may read it and decide, by id or full name; once for each. Drawn by lot"
        " by default; on a line that had this report before, those who could read it there.",
        left_out="Who of either line must not read it, now and later. The readers are told.",
    )
    messages: tuple[str, ...] = repeated(
        "--message",
        click.STRING,
        "Which messages they may read of what was said so far, by the number that meldpunt report"
        " read shows or by id; once for each. All that you wrote or may read by default.",
        metavar="NUMBER",
    )
    yes: bool = yes_option()
    kept_path: Path | None = keep_proof_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    file: IO[bytes] = text_argument()


@command(
    work="report.handover:take_back",
    example=f"meldpunt report take-back {EXAMPLE_LINE} why.txt",
)
class ReportTakeBackOptions(Options):
    """Take back that another line may take your report up, as long as it has not.

    FILE says so to those who have the report; - is standard input. The line that was asked reads
    no more of it; what it has read by then it has read.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    language: str | None = language_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    file: IO[bytes] = text_argument()

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

    ADDRESS is the line that has your report. You see the other line and the summary first. FILE
    holds your own words instead of the summary. Nothing is sent before you agree. The same code
    opens the new report there. Hosts cannot see by keys that the two belong together.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    target: "LineAddress | None" = option(
        "--to",
        ADDRESS,
        "Which line, if handlers suggested several. By default the one suggested last.",
    )
    look: bool = flag("--look", "Only show that line, and the summary for it.")
    choice: ReaderOptions = embedded(
        ReaderOptions,
        readers="A handler who is to read it there, by id or full name; once for each. By default"
        " the lot draws.",
        left_out="A handler there who must never read it. The readers see whom you leave out.",
    )
    new_code: bool = flag(
        "--new-code",
        "Take a new receipt code there, instead of one code for both. Somebody who finds the one"
        " code opens both reports.",
    )
    tell: bool | None = switch(
        "--tell/--no-tell",
        "Whether to tell the line that suggested it. By default you are asked.",
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

    FILE holds a letter to the readers of both lines; - is standard input. First you see the other
    line, its terms, its readers, and which messages they would read. They have two to three weeks
    to answer. Until they accept, the line that has your report stays responsible. After that, it
    reads no more. Your code stays the same. meldpunt report status shows the state of the handover.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    target: "LineAddress | ids.LineId | None" = option(
        "--to",
        LINE,
        "Address or id of the line that is to take it, on the same host. By default the line that"
        " a handler proposed last.",
    )
    choice: ReaderOptions = embedded(
        ReaderOptions,
        readers="A handler there who may read it and decide, by id or full name; once for each. By"
        " default the lot draws. A line that had this report before keeps its earlier readers.",
        left_out="A handler of either line who must never read it. The readers see it.",
    )
    messages: tuple[str, ...] = repeated(
        "--message",
        click.STRING,
        "A message that they may read, by its id or the number that meldpunt report read shows;"
        " once for each. By default all that you wrote or may read.",
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

    FILE tells the handlers who have the report; - is standard input. The line that was asked reads
    no more of it. It keeps what it has read before.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    language: str | None = language_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    file: IO[bytes] = text_argument()

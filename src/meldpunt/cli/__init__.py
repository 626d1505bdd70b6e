"""The `meldpunt` command: for reporters, handlers, offices and operators of a host."""

import click

from meldpunt import __version__
from meldpunt.cli.command_table import COMMANDS
from meldpunt.cli.terminal.program import Program

__all__ = ["main"]

main = Program(
    COMMANDS,
    name="meldpunt",
    help="""Report, read reports, run a line or a host: what is reported only its handlers can read.

    Exit status: 0 done, 1 refused or failed, 2 used wrongly.
    """,
    epilog="\b\nExamples:\n"
    "  meldpunt demo\n"
    "  meldpunt line show https://report.example/v1/lines/…\n"
    "  meldpunt report send https://report.example/v1/lines/… report.txt\n"
    "  meldpunt report status https://report.example/v1/lines/…",
)
main = click.version_option(__version__)(main)

"""The `meldpunt` command: for reporters, handlers, offices and operators of a host."""

import click

from meldpunt import __version__
from meldpunt.cli.handler.handover import handler
from meldpunt.cli.handler.recovery import recovery
from meldpunt.cli.host.operator import demo, invite, maintain, migrate, move_database, serve
from meldpunt.cli.line.transfer import line
from meldpunt.cli.report.handover import report
from meldpunt.cli.terminal.ending import Program

__all__ = ["main"]


@click.group(
    cls=Program,
    epilog="\b\nExamples:\n"
    "  meldpunt demo\n"
    "  meldpunt line show https://report.example/v1/lines/…\n"
    "  meldpunt report send https://report.example/v1/lines/… report.txt\n"
    "  meldpunt report status https://report.example/v1/lines/…",
)
@click.version_option(__version__)
def main() -> None:
    """Report, read reports, run a line or a host: what is reported only its handlers can read.

    Exit status: 0 done, 1 refused or failed, 2 used wrongly.
    """


for _command in (
    handler,
    line,
    recovery,
    report,
    demo,
    invite,
    maintain,
    migrate,
    move_database,
    serve,
):
    main.add_command(_command)

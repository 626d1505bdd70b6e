"""`meldpunt report look`."""

from typing import TYPE_CHECKING

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, flag
from meldpunt.cli.terminal.options import (
    EXAMPLE_LINE,
    address_argument,
    proxy_option,
    receipt_option,
)

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress


@command(work="report.look:look", example=f"meldpunt report look {EXAMPLE_LINE}")
class ReportLookOptions(Options):
    """Ask whether something came, without telling the host for which report.

    First the program fetches the same public files for everybody. Only then does it ask for the
    receipt code, which stays on this device. The files hold the days that are over. So you learn
    tomorrow what comes today. They say on which days something came, or a promised day passed.
    `report read` shows what.
    """

    address: "LineAddress" = address_argument()
    receipt_source: str | None = receipt_option()
    further_back: bool = flag(
        "--further-back", "Fetch whole years too, beside this month and the three before it."
    )
    proxy: str | None = proxy_option()

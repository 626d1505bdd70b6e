"""`meldpunt line guide`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, flag, option
from meldpunt.cli.terminal.options import EXAMPLE_LINE, address_argument, proxy_option
from meldpunt.cli.terminal.parameter_types import FILE, FOLDER, LANGUAGE

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress


@command(
    work="line.guide:guide",
    example=f"meldpunt line guide {EXAMPLE_LINE} --posters posters --page https://speak.example",
)
class LineGuideOptions(Options):
    """Say where somebody can go: whom to call, at which hours, and where to report.

    It needs no key and no code. In a terminal it asks what the matter is, one question after the
    other. --html writes all of it as one page to print. --posters writes a poster for each advice,
    with a QR code that leads to that advice on the reporter's page.
    """

    language: str | None = option(
        "--language", LANGUAGE, "One of the line's languages; the first by default."
    )
    whole: bool = flag("--all", "Print the whole guide, and ask nothing.")
    html: Path | None = option("--html", FILE, "Write a page to print.", metavar="FILE")
    posters: Path | None = option(
        "--posters", FOLDER, "Write posters into this folder.", metavar="FOLDER"
    )
    page: str | None = option(
        "--page",
        click.STRING,
        "Address of the reporter's page, for the QR codes and for whoever reads the print.",
        metavar="URL",
    )
    proxy: str | None = proxy_option()
    address: "LineAddress" = address_argument()

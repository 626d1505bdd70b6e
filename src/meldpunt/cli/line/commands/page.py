"""`meldpunt page` and `verify-page`: the page on which people report, served by an office."""

from pathlib import Path
from typing import TYPE_CHECKING

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, argument, required
from meldpunt.cli.terminal.options import EXAMPLE_LINE, address_argument, proxy_option
from meldpunt.cli.terminal.parameter_types import ADDRESS, NEW_FOLDER, PAGE

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress


@command(work="line.page:write", example=f"meldpunt page --to /srv/meldpunt-page {EXAMPLE_LINE}")
class PageOptions(Options):
    """Write the reporter's page for the line at ADDRESS, for a web server to serve.

    The files are the same for every line; line.json says which line they are for. Files of an
    earlier release go. meldpunt-page.html is the whole page in one file, to open from disk.
    docs/pages.md says how to serve them.
    """

    folder: Path = required("--to", NEW_FOLDER, "The folder to write to.", metavar="FOLDER")
    address: "LineAddress" = address_argument()


@command(
    work="line.page:verify",
    example=f"meldpunt verify-page https://meldpunt.example/ {EXAMPLE_LINE}",
)
class VerifyPageOptions(Options):
    """Check the page at URL against this release, and what the office of LINE signed.

    It fetches every file as a browser would, and compares bytes, policies and line.json. Anybody
    can run it; exit status 1 on any alarm. A server can send other files to other people, so run it
    often, from several places.
    """

    proxy: str | None = proxy_option()
    url: str = argument("URL", PAGE)
    address: "LineAddress" = argument("LINE", ADDRESS)

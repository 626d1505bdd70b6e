"""`meldpunt line export`, `import` and `leave`: the transfer of a line to another host."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, argument, embedded, flag, option, required
from meldpunt.cli.terminal.options import KeyFileOptions, address_argument, proxy_option
from meldpunt.cli.terminal.parameter_types import EXISTING_FILE, FILE, SECRET

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress


@command(
    work="line.transfer:export",
    example="meldpunt line export --key-file line.key --to https://new.example"
    " \\\n    https://old.example/v1/lines/… line.export",
)
class LineExportOptions(Options):
    """Write everything that a host holds of the line to FILE.

    That is documents, texts, public keys, ciphertext and days: what the host can read. Every record
    is checked before it is written. If the host sends something else, FILE is removed. After an
    interruption, run the same command again: it continues where it stopped.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    new: str | None = option(
        "--to",
        click.STRING,
        "The host to move to. The line's next document names it, and the old host takes nothing"
        " more. So the file holds everything. Without this option the file is a copy.",
        metavar="URL",
    )
    proxy: str | None = proxy_option()
    address: "LineAddress" = address_argument()
    file: Path = argument("FILE", FILE)


@command(
    work="line.transfer:import_",
    example="meldpunt line import --key-file line.key --url https://new.example --invite-fd -"
    " \\\n    line.export < invite",
)
class LineImportOptions(Options):
    """Bring an exported line to another host, where it lives from then on.

    First the whole file is checked, and then the host checks every record. Reporters keep their
    codes. After an interruption, run the same command again: it continues where it stopped.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    url: str = required("--url", click.STRING, "Address of the line's new host.", metavar="URL")
    invite_source: str | None = option(
        "--invite-fd",
        SECRET,
        "Where to read the new host's invite: a file descriptor, or - for standard input.",
    )
    proxy: str | None = proxy_option()
    file: Path = argument("FILE", EXISTING_FILE)


@command(
    work="line.transfer:leave",
    example="meldpunt line leave --key-file line.key https://old.example/v1/lines/…",
)
class LineLeaveOptions(Options):
    """Have the host that the line has left erase its reports.

    ADDRESS is the line's address on that host. First both hosts show everything that they hold of
    the line, and the command compares every report: each message, file and hash. You see the result
    before you decide. The host refuses while the line lives there. Its documents stay, so that
    people with the old address find the new one.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    yes: bool = flag(
        "--yes", "Erase without asking, if every report is on the new host; for programs."
    )
    missing: int | None = option(
        "--missing",
        click.IntRange(1),
        "Also erase if exactly so many reports are not whole on the new host. You lose them.",
        metavar="NUMBER",
    )
    proxy: str | None = proxy_option()
    address: "LineAddress" = address_argument()

"""`meldpunt line open`: its options. What they leave out is asked for."""

from pathlib import Path

import click

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, argument, flag, option, repeated
from meldpunt.cli.terminal.options import proxy_option
from meldpunt.cli.terminal.parameter_types import EXISTING_FILE, NEW_FOLDER, PRESET, SECRET, SPOKEN


@command(
    work="opening.guided:open_line",
    example="meldpunt line open our-line",
)
class LineOpenOptions(Options):
    """Open a line step by step: preset, texts, keys, handlers, publishing, recovery sheets.

    It asks for what no option says. Stop whenever you like, and run it again: it goes on where it
    stopped, and makes nothing twice. FOLDER holds what is public; key files and recovery sheets go
    to FOLDER-keys, for you alone.
    """

    preset_name: str | None = option("--preset", PRESET, "The line to start from.")
    address_form: str | None = option(
        "--address-form", click.Choice(["je", "u"]), "How the Dutch texts address their reader."
    )
    host: str | None = option(
        "--host",
        click.STRING,
        "Address of the host, such as https://report.example.",
        metavar="URL",
    )
    values_path: Path | None = option(
        "--values",
        EXISTING_FILE,
        "A YAML file with what to fill in: a text for each of `values` in line.yaml.",
    )
    handlers: tuple[str, ...] = repeated(
        "--handler",
        click.STRING,
        "A handler whose keys are made here, as 'A. Jansen=contact': name and function; once for"
        " each.",
        metavar="NAME=FUNCTION",
    )
    entries: tuple[str, ...] = repeated(
        "--entry",
        click.STRING,
        "A handler whose keys are elsewhere: the file that handler init printed there, and the"
        " function; once for each.",
        metavar="FILE=FUNCTION",
    )
    keys: Path | None = option(
        "--keys",
        NEW_FOLDER,
        "Where key files and sheets go; FOLDER-keys by default.",
        metavar="FOLDER",
    )
    sheets: str | None = option(
        "--sheets",
        click.STRING,
        "Recovery sheets: how many shares and how many of them bring the keys back, as 3,2; or no.",
        metavar="N,M|no",
    )
    passphrase_source: str | None = option(
        "--passphrase-fd",
        SECRET,
        "Read one passphrase for all key files from a file descriptor, or - for standard input.",
    )
    invite_source: str | None = option(
        "--invite-fd", SECRET, "Where to read the operator's invite, instead of asking."
    )
    yes: bool = flag("--yes", "Publish without asking; for programs.")
    language: str | None = option(
        "--language",
        SPOKEN,
        "Language of what this command says: nl or en; that of your system by default.",
    )
    proxy: str | None = proxy_option()
    folder: Path = argument("FOLDER", NEW_FOLDER)

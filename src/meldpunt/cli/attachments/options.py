"""The options of `attach` and `save`, for reporters and handlers."""

from pathlib import Path
from typing import IO

import click

from meldpunt.cli.terminal.declaration import Options, arguments, flag, option, preset, repeated
from meldpunt.cli.terminal.options import language_option, proxy_option, unsent_option
from meldpunt.cli.terminal.parameter_types import FILE, FOLDER, TEXT


class AttachOptions(Options):
    """Which files go with a message, and how they are sent."""

    message: IO[bytes] | None = option(
        "--message",
        TEXT,
        "What to say with them; - is standard input. One sentence by default.",
        metavar="TEXTFILE",
    )
    names: tuple[str, ...] = repeated(
        "--name",
        click.STRING,
        "The name that readers see of a file; once for each, in their order. By default its own"
        " name.",
    )
    keep_metadata: bool = flag(
        "--keep-metadata",
        "Clean nothing: send the originals, with place, time, device and names.",
    )
    send_uncleaned: bool = flag(
        "--send-uncleaned",
        "Also send, as they are, files that cannot be cleaned. Others are cleaned.",
    )
    resume: Path | None = option(
        "--resume",
        FILE,
        "Keep in FILE what the same command needs to continue after a restart. It is sealed under"
        " your own key, and removed when all is sent.",
        metavar="FILE",
    )
    unsent: Path | None = unsent_option()
    language: str | None = language_option()
    proxy: str | None = proxy_option()
    files: tuple[Path, ...] = arguments("FILE...", FILE, needed=True)


class SaveOptions(Options):
    """Which files are saved, and where."""

    folder: Path = preset(
        "--to", FOLDER, "A folder; this one by default.", value=Path(), is_shown=False
    )
    proxy: str | None = proxy_option()
    numbers: tuple[int, ...] = arguments("[NUMBER]...", click.INT)

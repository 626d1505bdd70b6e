"""Read the public entry that a handler gave to the office."""

from pathlib import Path
from typing import Final

import click

from meldpunt.client import HandlerEntry
from meldpunt.client.files.regular_file import open_regular
from meldpunt.client.line_folder.plan import read_handler_entry
from meldpunt.protocol.verify.errors import RefusedError

_MAX_ENTRY: Final = 4096


def read_entry(path: Path) -> HandlerEntry:
    """Read the output of `meldpunt handler init`.

    Raises:
        click.UsageError: The file is not such an entry.
    """
    try:
        with open_regular(path) as file:
            return read_handler_entry(file.read(_MAX_ENTRY + 1))
    except (OSError, RefusedError):
        raise click.UsageError(
            f"{path} is not a handler's public entry, as meldpunt handler init prints it."
        ) from None

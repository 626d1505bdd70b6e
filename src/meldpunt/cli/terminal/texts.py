"""The text that a person sends, from a file or standard input, and its language."""

from typing import IO

import click

from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.sizes import SIZE_CLASSES


def spoken_on(line: VerifiedLine, language: str | None) -> str:
    """Return the language of a text: the value of `--language`, or the line's first language."""
    return language or line.document.languages[0]


def read_text(file: IO[bytes]) -> str:
    """Return a text from a file or standard input.

    Raises:
        RefusedError: TOO_LONG.
        click.UsageError: It is not UTF-8.
    """
    if file.isatty():
        click.echo("Write the text; end with Ctrl-D on a line of its own.", err=True)
    data = file.read(SIZE_CLASSES[-1] + 1)
    if len(data) > SIZE_CLASSES[-1]:
        raise RefusedError(Reason.TOO_LONG)
    try:
        return data.decode("utf-8").strip("\r\n")
    except UnicodeDecodeError:
        raise click.UsageError("The text is not UTF-8.") from None


def check_standard_input(file: IO[bytes] | None, *sources: str | None) -> None:
    """Refuse to read both a text and a secret from standard input.

    Raises:
        click.UsageError: More than one source is `-`.
    """
    text = file is not None and getattr(file, "name", "") == "<stdin>"
    if sum(source in ("-", "0") for source in sources) + text > 1:
        raise click.UsageError("Only one thing can come from standard input.")

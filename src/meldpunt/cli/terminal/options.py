"""The options that commands share."""

from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from meldpunt.cli.terminal.declaration import (
    Options,
    argument,
    flag,
    option,
    repeated,
    required,
)
from meldpunt.cli.terminal.parameter_types import (
    ADDRESS,
    ENTRY,
    FILE,
    LANGUAGE,
    SECRET,
    TEXT,
)

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress
    from meldpunt.protocol.verify import ids

EXAMPLE_LINE: Final = "https://report.example/v1/lines/…"
"""An address for the examples."""
EXAMPLE_ENTRY: Final = "3q2-7wAAAAAAAAAAAAAAAA"
"""The entry of a report in an inbox, for the examples."""


class KeyFileOptions(Options):
    """Which key file to open, and the source of its passphrase."""

    path: Path = required("--key-file", FILE, "The key file.")
    passphrase_source: str | None = option(
        "--passphrase-fd",
        SECRET,
        "Read the passphrase from a file descriptor, or - for standard input, instead of asking.",
    )


class ReaderOptions(Options):
    """Who may read a text, who must not, and the language of the text."""

    readers: tuple[str, ...] = repeated("--reader", click.STRING, metavar="HANDLER")
    left_out: tuple[str, ...] = repeated("--leave-out", click.STRING, metavar="HANDLER")
    language: str | None = option(
        "--language",
        LANGUAGE,
        "Language of the text, such as nl or en; the line's first by default.",
    )


class NewCodeOptions(Options):
    """How a new receipt code reaches the person who must keep it."""

    show_receipt: bool = flag("--show-receipt", "Print the receipt code on standard output.")
    no_confirm: bool = flag(
        "--no-confirm",
        "Send without the code being typed back; only with --show-receipt. For programs, which have"
        " kept the printed code by then.",
    )


def address_argument() -> "LineAddress":
    """Declare ADDRESS: the line's address, as its office publishes it."""
    return argument("ADDRESS", ADDRESS)


def entry_argument() -> "ids.EntryId":
    """Declare ENTRY: a report in an inbox."""
    return argument("ENTRY", ENTRY)


def text_argument() -> IO[bytes]:
    """Declare FILE: the file with the text."""
    return argument("FILE", TEXT)


def proxy_option() -> str | None:
    """Declare `--proxy`."""
    return option(
        "--proxy",
        click.STRING,
        "Go by a proxy, such as Tor's: socks5://127.0.0.1:9050.",
        metavar="URL",
    )


def language_option() -> str | None:
    """Declare `--language`."""
    return option(
        "--language",
        LANGUAGE,
        "Language of the text, such as nl or en; the line's first by default.",
    )


def shown_in_option() -> str | None:
    """Declare `--language` of a command that shows a report."""
    return option(
        "--language",
        LANGUAGE,
        "Language in which the report is shown, such as nl or en; the line's first by default.",
    )


def receipt_option() -> str | None:
    """Declare `--receipt-fd`."""
    return option(
        "--receipt-fd",
        SECRET,
        "Read the receipt code from a file descriptor, or - for standard input, instead of asking."
        " It is never an argument: those are visible to others.",
    )


def unsent_option() -> Path | None:
    """Declare `--unsent`."""
    return option(
        "--unsent",
        FILE,
        "Keep the sealed message in FILE until the host has answered. If no answer comes, the"
        " command resend sends the same message again, so that it cannot arrive twice.",
        metavar="FILE",
    )


def yes_option() -> bool:
    """Declare `--yes`."""
    return flag("--yes", "Send without asking; for programs.")

"""`meldpunt handler consult`, `consultations` and `consultation`: advice of another line."""

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from meldpunt.cli.terminal.command import command
from meldpunt.cli.terminal.declaration import Options, argument, embedded, required
from meldpunt.cli.terminal.options import (
    KeyFileOptions,
    ReaderOptions,
    language_option,
    proxy_option,
    text_argument,
    unsent_option,
    yes_option,
)
from meldpunt.cli.terminal.parameter_types import ADDRESS, FILE

if TYPE_CHECKING:
    from meldpunt.client.http.address import LineAddress


def _number() -> int:
    """Declare NUMBER: the number of a consultation in the key file."""
    return argument("NUMBER", click.IntRange(1))


@command(
    work="handler.consultations:consult",
    example="meldpunt handler consult --key-file jansen.key \\\n"
    "    --to https://advice.example/v1/lines/… case.txt",
)
class HandlerConsultOptions(Options):
    """Ask the handlers of another line for advice, without the report.

    FILE holds the case, without names; - is standard input. You see first what goes there. The
    handlers of the other line see your name, role and line, and your signature for that. Their
    answers appear under meldpunt handler consultations.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    asked: "LineAddress" = required("--to", ADDRESS, "Address of the line to ask.")
    choice: ReaderOptions = embedded(
        ReaderOptions,
        readers="A handler to ask there, by id or full name; once for each. Default: drawn by lot.",
        left_out="A handler there who must never read it. The readers see whom you leave out.",
    )
    yes: bool = yes_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    file: IO[bytes] = text_argument()


@command(
    work="handler.consultations:list_all",
    example="meldpunt handler consultations --key-file jansen.key",
)
class HandlerConsultationsOptions(Options):
    """List what you asked other lines, and what they have answered.

    If the other line has erased one, this removes it and its receipt from the key file.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    proxy: str | None = proxy_option()


@command(
    work="handler.consultations:read",
    example="meldpunt handler consultation read --key-file jansen.key 1",
)
class ConsultationReadOptions(Options):
    """Read what was answered to one of your consultations.

    Your own words are not shown: they are sealed only to those whom you asked.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    proxy: str | None = proxy_option()
    number: int = _number()


@command(
    work="handler.consultations:reply",
    example="meldpunt handler consultation reply --key-file jansen.key 1 answer.txt",
)
class ConsultationReplyOptions(Options):
    """Write on in one of your consultations, with nobody named; FILE holds the text."""

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    language: str | None = language_option()
    unsent: Path | None = unsent_option()
    proxy: str | None = proxy_option()
    number: int = _number()
    file: IO[bytes] = text_argument()


@command(
    work="handler.consultation_resend:resend",
    example="meldpunt handler consultation resend --key-file jansen.key 1 FILE",
)
class ConsultationResendOptions(Options):
    """Send a question or reply again; FILE is where --unsent kept it.

    Its answer did not come. It stays the same message, so it cannot arrive twice.
    """

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    proxy: str | None = proxy_option()
    number: int = _number()
    kept: Path = argument("FILE", FILE)


@command(
    work="handler.consultations:end",
    example="meldpunt handler consultation end --key-file jansen.key 1",
)
class ConsultationEndOptions(Options):
    """End one of your consultations: it is erased there at once, and its receipt here."""

    key_file: KeyFileOptions = embedded(KeyFileOptions)
    proxy: str | None = proxy_option()
    number: int = _number()

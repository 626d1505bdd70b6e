"""What the commands share: options, their types, and how an error becomes words."""

import functools
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import click

from meldpunt.cli.terminal.output import KNOWN_ERRORS, Output, Refusal, refuse
from meldpunt.cli.terminal.prompts import SecretSource
from meldpunt.client import (
    AddressError,
    LineAddress,
)
from meldpunt.protocol.line import VerifiedLine
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import parse_day
from meldpunt.protocol.verify.encoding import decode_base64url
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.sizes import SIZE_CLASSES

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}", re.ASCII)

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Wishes = TypeVar("_Wishes")


class AddressType(click.ParamType[LineAddress, str]):
    """A line's address."""

    name = "ADDRESS"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> LineAddress:
        """Read an address."""
        try:
            return LineAddress.parse(value)
        except AddressError as error:
            return self.fail(str(error), param, ctx)


class EntryType(click.ParamType[ids.EntryId, str]):
    """A report's name in an inbox."""

    name = "ENTRY"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> ids.EntryId:
        """Read an entry id."""
        try:
            return ids.EntryId(decode_base64url(value, ids.SHORT_ID_SIZE))
        except RefusedError:
            return self.fail(
                "an entry is 22 characters: meldpunt handler inbox lists them.", param, ctx
            )


class DayType(click.ParamType[date, str]):
    """A day."""

    name = "YYYY-MM-DD"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day."""
        try:
            return parse_day(value)
        except RefusedError:
            return self.fail("write a day as 2026-03-31.", param, ctx)


class LanguageType(click.ParamType[str, str]):
    """A language tag (RFC 5646)."""

    name = "TAG"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the form."""
        if _LANGUAGE.fullmatch(value):
            return value
        return self.fail("write a language as nl, en or pt-BR.", param, ctx)


def command(
    group: click.Group, name: str, *, example: str, takes_entry: bool = False
) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command with `--json`, whose known errors are told in words (exit code 1).

    Args:
        group: Where it belongs.
        name: What it is called.
        example: Shown at the end of its help.
        takes_entry: An entry may begin with a dash, and is no option then.
    """
    settings = {"ignore_unknown_options": True} if takes_entry else {}

    def wrap(function: Callable[..., None]) -> click.Command:
        @click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
        @functools.wraps(function)
        def run(*, as_json: bool, **options: object) -> None:
            output = Output(as_json=as_json)
            try:
                function(output, **options)
            except KNOWN_ERRORS as error:
                refuse(error, as_json=as_json)
            except Refusal as refusal:
                refusal.as_json = as_json
                raise

        epilog = f"\b\nExample:\n  {example}"
        return group.command(name, epilog=epilog, context_settings=settings)(run)

    return wrap


def gather(kind: Callable[..., _Wishes], options: Mapping[str, object]) -> _Wishes:
    """Return a command's options as one value of a kind that names each of them.

    Their types are those that click was told; no checker can compare the two.
    """
    return kind(**options)


def address_argument(function: _Function) -> _Function:
    """Add ADDRESS: the line's, as its office publishes it."""
    return click.argument("address", type=AddressType(), metavar="ADDRESS")(function)


def proxy_option(function: _Function) -> _Function:
    """Add `--proxy`."""
    return click.option(
        "--proxy", metavar="URL", help="Go by a proxy, such as Tor's: socks5://127.0.0.1:9050."
    )(function)


def key_file_options(function: _Function) -> _Function:
    """Add `--key-file` and `--passphrase-fd`."""
    passphrase = click.option(
        "--passphrase-fd",
        "passphrase_source",
        type=SecretSource(),
        help="Read the passphrase from a file descriptor, or - for standard input,"
        " instead of asking.",
    )
    path = click.option(
        "--key-file",
        "path",
        type=click.Path(path_type=Path, dir_okay=False),
        required=True,
        help="The key file.",
    )
    return path(passphrase(function))


def language_option(function: _Function) -> _Function:
    """Add `--language`."""
    return click.option(
        "--language",
        type=LanguageType(),
        help="Language of the text, such as nl or en; the line's first by default.",
    )(function)


def spoken_on(line: VerifiedLine, language: str | None) -> str:
    """Return the language of a text: what `--language` says, or the line's first."""
    return language or line.document.languages[0]


def text_argument(function: _Function) -> _Function:
    """Add FILE: where the text is."""
    return click.argument("file", type=click.File("rb"), metavar="FILE")(function)


def read_text(file: BinaryIO) -> str:
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


def check_standard_input(file: BinaryIO | None, *sources: str | None) -> None:
    """Refuse to read a text and a secret from one standard input.

    Raises:
        click.UsageError: Two of them are `-`.
    """
    text = file is not None and getattr(file, "name", "") == "<stdin>"
    if sum(source in ("-", "0") for source in sources) + text > 1:
        raise click.UsageError("Only one thing can come from standard input.")

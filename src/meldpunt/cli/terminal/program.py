"""The whole program: it shows errors in words or in JSON, and never with a receipt code."""

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any, Final

import click

from meldpunt.cli.terminal.lazy_group import LazyGroup
from meldpunt.cli.terminal.refusal import Refusal, forget_sent, stopped

_CODE: Final = re.compile(
    # Not part of an address, of an id, or of a file's name with an ending.
    r"(?<![\w./-])[0-9A-Za-z]{4}(?:[ -]*[0-9A-Za-z]{4}){4}(?![\w-]|\.\w)",
    re.ASCII,
)
_GROUPS: Final = 5
_TOLD: Final = (
    "A receipt code was given as an argument, so it is in your shell's history and was visible to"
    " others on this machine. Remove it from the history. A code is asked for, or comes by"
    " --receipt-fd."
)


class Program(LazyGroup):
    """The whole program: it shows the errors of a command in words, or with `--json` in JSON."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's own signature
        **extra: Any,  # noqa: ANN401 - click's own signature
    ) -> Any:  # noqa: ANN401 - click's own signature
        """Run, and exit with a status: 0 for done, 1 for refused or failed, 2 for wrong usage."""
        given = list(sys.argv[1:] if args is None else args)
        if not standalone_mode:
            return super().main(given, prog_name, complete_var, standalone_mode=False, **extra)
        as_json = "--json" in given
        forget_sent()
        try:
            check_arguments(given)
            code = super().main(given, prog_name, complete_var, standalone_mode=False, **extra)
        except click.ClickException as error:
            code = error.exit_code
            _show(scrub(error, given), as_json=as_json)
        except click.Abort:
            code = 1
            _show(stopped(), as_json=as_json)
        sys.exit(code)


def _show(error: click.ClickException, *, as_json: bool) -> None:
    if as_json:
        code = error.code if isinstance(error, Refusal) else "usage"
        error = Refusal(code, error.format_message(), as_json=True)
    error.show()


def check_arguments(given: Sequence[str]) -> None:
    """Refuse to continue with a receipt code among the arguments.

    Raises:
        click.UsageError: There is a receipt code. The message does not quote it.
    """
    if any(_is_receipt(text) for text in _candidates(given)):
        raise click.UsageError(_TOLD)


def scrub(error: click.ClickException, given: Sequence[str]) -> click.ClickException:
    """Remove a possible receipt code, even a mistyped one, from an error before it is shown."""
    shown = error.format_message()
    codes = [text for text in _candidates(given) if text in shown]
    if not codes:
        return error
    for text in codes:
        shown = shown.replace(text, "(a receipt code?)")
    code = error.code if isinstance(error, Refusal) else "usage"
    return Refusal(code, f"{shown} {_TOLD}")


def _candidates(given: Sequence[str]) -> Iterator[str]:
    """Return texts in the form of a code: an argument, part of one, or five arguments in a row."""
    for start, text in enumerate(given):
        yield from _CODE.findall(text)
        row = takewhile(_is_no_option, given[start : start + _GROUPS])
        yield from _CODE.findall(" ".join(row))


def _is_no_option(text: str) -> bool:
    return not text.startswith("--")


def _is_receipt(text: str) -> bool:
    from meldpunt.protocol.receipt import parse_receipt
    from meldpunt.protocol.verify.errors import RefusedError

    try:
        parse_receipt(text)
    except RefusedError:
        return False
    return True

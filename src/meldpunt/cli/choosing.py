"""Who is to read a report: the options for it, and whom they name."""

from collections.abc import Callable
from typing import Any, TypedDict, TypeVar

import click

from meldpunt.cli import words
from meldpunt.cli.naming import find_handlers
from meldpunt.protocol.verify import ids

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Chosen(TypedDict):
    """Who is to read, as `Reporter` and `Visit` take it."""

    readers: tuple[ids.HandlerId, ...] | None
    left_out: tuple[ids.HandlerId, ...]


def readers_options(*, reader: str, left_out: str) -> Callable[[_Function], _Function]:
    """Return what adds `--reader` and `--leave-out`, with their help."""
    chosen = click.option("--reader", "readers", multiple=True, metavar="HANDLER", help=reader)
    dropped = click.option(
        "--leave-out", "left_out", multiple=True, metavar="HANDLER", help=left_out
    )
    return lambda function: chosen(dropped(function))


def choose_readers(
    lines: words.Lines, readers: tuple[str, ...], left_out: tuple[str, ...]
) -> Chosen:
    """Return whom the options name; `readers` is None if they name none, so that others choose.

    Raises:
        click.UsageError: As `find_handlers`.
    """
    return Chosen(
        readers=find_handlers(lines, readers) if readers else None,
        left_out=find_handlers(lines, left_out),
    )

"""Who is to read a report, and in which language it is: the options for it, and what they mean."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar

import click

from meldpunt.cli.terminal.naming import find_handlers
from meldpunt.cli.terminal.options import spoken_on
from meldpunt.cli.terminal.words import Lines
from meldpunt.client import ReportLines
from meldpunt.protocol.verify import ids

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Chosen(TypedDict):
    """What was chosen, as `Reporter` and `Visit` take it."""

    language: str
    readers: tuple[ids.HandlerId, ...] | None
    left_out: tuple[ids.HandlerId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The options `--reader`, `--leave-out` and `--language`."""

    readers: tuple[str, ...]
    left_out: tuple[str, ...]
    language: str | None

    def among(self, lines: Lines) -> Chosen:
        """Return what is meant on these lines; no readers where none is named: others choose.

        Raises:
            click.UsageError: As `find_handlers`.
        """
        own = lines.own if isinstance(lines, ReportLines) else lines
        return Chosen(
            language=spoken_on(own, self.language),
            readers=find_handlers(lines, self.readers) if self.readers else None,
            left_out=find_handlers(lines, self.left_out),
        )


def readers_options(*, reader: str, left_out: str) -> Callable[[_Function], _Function]:
    """Return what adds `--reader` and `--leave-out`, with their help."""
    chosen = click.option("--reader", "readers", multiple=True, metavar="HANDLER", help=reader)
    dropped = click.option(
        "--leave-out", "left_out", multiple=True, metavar="HANDLER", help=left_out
    )
    return lambda function: chosen(dropped(function))
